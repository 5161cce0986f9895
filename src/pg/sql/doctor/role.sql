-- What the connected role may do.
-- $1: our schema's name.
SELECT
    current_user AS role,
    r.rolsuper,
    r.rolcreatedb,
    r.rolcreaterole,
    r.rolreplication,
    r.rolbypassrls,
    pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE') AS sees_activity,
    pg_catalog.pg_has_role('pg_signal_backend', 'USAGE') AS may_signal,
    pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE') AS may_create_schema,
    n.oid IS NOT NULL AS has_schema,
    pg_catalog.has_schema_privilege(n.oid, 'USAGE') AS may_use_schema,
    pg_catalog.has_schema_privilege(n.oid, 'CREATE') AS may_create_in_schema,
    (
        SELECT pg_catalog.bool_and(
            pg_catalog.has_table_privilege(c.oid, 'SELECT') AND pg_catalog.has_table_privilege(c.oid, 'INSERT')
            AND (
                c.relname OPERATOR(pg_catalog.<>) 'schema_migrations'
                OR pg_catalog.has_table_privilege(c.oid, 'UPDATE') AND pg_catalog.has_table_privilege(c.oid, 'DELETE')
            )
        )
        FROM pg_catalog.pg_class c
        WHERE c.relnamespace OPERATOR(pg_catalog.=) n.oid
          AND c.relname OPERATOR(pg_catalog.=) ANY ('{schema_migrations,journal}'::pg_catalog.name[])
    ) AS may_write_tables, -- null: they are not there
    pg_catalog.current_database() AS database,
    pg_catalog.pg_backend_pid() AS backend_pid
FROM pg_catalog.pg_roles r
LEFT JOIN pg_catalog.pg_namespace n ON n.nspname OPERATOR(pg_catalog.=) $1::pg_catalog.name
WHERE r.rolname OPERATOR(pg_catalog.=) current_user;
