-- What a manifest says of the database and its server, at the snapshot. Columns that older servers lack are read as JSON.
SELECT
    pg_catalog.current_database() AS database,
    pg_catalog.pg_encoding_to_char(d.encoding) AS encoding,
    d.datcollate AS collate,
    d.datctype AS ctype,
    COALESCE(pg_catalog.to_jsonb(d) OPERATOR(pg_catalog.->>) 'datlocprovider', 'c') AS locale_provider,
    COALESCE(
        pg_catalog.to_jsonb(d) OPERATOR(pg_catalog.->>) 'datlocale',
        pg_catalog.to_jsonb(d) OPERATOR(pg_catalog.->>) 'daticulocale'
    ) AS locale,
    CASE WHEN pg_catalog.pg_is_in_recovery()
        THEN pg_catalog.pg_last_wal_replay_lsn()
        ELSE pg_catalog.pg_current_wal_lsn()
    END AS lsn,
    pg_catalog.current_setting('archive_mode') AS archive_mode,
    pg_catalog.current_setting('archive_mode') OPERATOR(pg_catalog.<>) 'off' AND (
        COALESCE(pg_catalog.current_setting('archive_command', true), '') OPERATOR(pg_catalog.<>) ALL ('{"","(disabled)"}')
        OR COALESCE(pg_catalog.current_setting('archive_library', true), '') OPERATOR(pg_catalog.<>) ''
    ) AS is_archiving,
    a.last_archived_wal,
    pg_catalog.to_char(a.last_archived_time AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS last_archived_at,
    a.failed_count
FROM pg_catalog.pg_database d
CROSS JOIN pg_catalog.pg_stat_archiver a
WHERE d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database();
