-- Facts about the server, as far as any role may read them; takes no lock on a user's table.
SELECT
    pg_catalog.pg_is_in_recovery() AS is_standby,
    pg_catalog.current_setting('transaction_read_only') AS read_only,
    pg_catalog.current_setting('wal_level') AS wal_level,
    pg_catalog.current_setting('archive_mode') AS archive_mode,
    a.last_failed_time IS NOT NULL
        AND a.last_failed_time OPERATOR(pg_catalog.>) COALESCE(a.last_archived_time, '-infinity') AS is_failing,
    a.last_failed_wal,
    pg_catalog.to_char(a.last_failed_time AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') AS failed_at,
    a.archived_count,
    pg_catalog.current_setting('statement_timeout') AS statement_timeout,
    pg_catalog.current_setting('lock_timeout') AS lock_timeout,
    pg_catalog.current_setting('idle_in_transaction_session_timeout') AS idle_in_transaction,
    COALESCE(pg_catalog.current_setting('idle_session_timeout', true), '0') AS idle_session, -- 14 and newer
    COALESCE(pg_catalog.current_setting('transaction_timeout', true), '0') AS in_transaction, -- 17 and newer
    (
        SELECT pg_catalog.bool_or(
            s.setting::pg_catalog.int8 OPERATOR(pg_catalog.>) 0
            AND s.setting::pg_catalog.int8 OPERATOR(pg_catalog.<) limits.below
        )
        FROM pg_catalog.pg_settings s
        JOIN (
            VALUES
                ('transaction_timeout', 9223372036854775807), ('idle_session_timeout', 60000),
                ('idle_in_transaction_session_timeout', 5000)
        ) AS limits(name, below) ON limits.name OPERATOR(pg_catalog.=) s.name
    ) AS ends_sessions,
    pg_catalog.current_setting('max_locks_per_transaction')::pg_catalog.int8 OPERATOR(pg_catalog.*) (
        pg_catalog.current_setting('max_connections')::pg_catalog.int8
        OPERATOR(pg_catalog.+) pg_catalog.current_setting('max_prepared_transactions')::pg_catalog.int8
    ) AS lock_places,
    t.count AS tables,
    t.largest AS largest_bytes, -- by the last ANALYZE
    pg_catalog.pg_database_size(pg_catalog.current_database()) AS database_bytes,
    pg_catalog.current_setting('data_checksums') AS data_checksums,
    pg_catalog.current_setting('max_locks_per_transaction') AS max_locks
FROM pg_catalog.pg_stat_archiver a
CROSS JOIN (
    SELECT
        pg_catalog.count(*),
        pg_catalog.max(
            c.relpages::pg_catalog.int8
            OPERATOR(pg_catalog.*) pg_catalog.current_setting('block_size')::pg_catalog.int8
        ) AS largest
    FROM pg_catalog.pg_class c
    WHERE c.relkind OPERATOR(pg_catalog.=) ANY ('{r,p,m}'::pg_catalog."char"[])
      AND c.relnamespace OPERATOR(pg_catalog.<>) ALL (
          ARRAY['pg_catalog'::pg_catalog.regnamespace, 'information_schema'::pg_catalog.regnamespace]::pg_catalog.oid[]
      )
) AS t;
