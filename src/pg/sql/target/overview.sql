-- What `up` and `status` must know of a database before anything else, in one round trip.
-- User tables: ordinary, partitioned and foreign ones outside the system's, extensions' and our own schema.
-- $1: our schema's name.
SELECT
    pg_catalog.to_regclass(pg_catalog.format('%I.schema_migrations', $1::pg_catalog.text)) IS NOT NULL AS has_history,
    pg_catalog.pg_is_in_recovery() AS is_standby,
    pg_catalog.current_setting('transaction_read_only') OPERATOR(pg_catalog.=) 'on' AS is_read_only,
    EXISTS (
        SELECT
        FROM pg_catalog.pg_class c
        JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
        WHERE c.relkind OPERATOR(pg_catalog.=) ANY ('{r,p,f}'::pg_catalog."char"[])
          AND n.nspname OPERATOR(pg_catalog.<>) ALL (ARRAY['pg_catalog', 'information_schema', $1]::pg_catalog.name[])
          AND n.nspname OPERATOR(pg_catalog.!~) '^pg_(toast|temp)'
          AND NOT EXISTS (
              SELECT
              FROM pg_catalog.pg_depend d
              WHERE d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass
                AND d.objid OPERATOR(pg_catalog.=) c.oid
                AND d.deptype OPERATOR(pg_catalog.=) 'e'
          )
    ) AS has_user_tables,
    pg_catalog.current_database() AS database,
    session_user AS session_user,
    pg_catalog.pg_backend_pid() AS backend_pid,
    pg_catalog.to_regclass(pg_catalog.format('%I.schema_snapshots', $1::pg_catalog.text)) IS NOT NULL AS has_snapshots;
