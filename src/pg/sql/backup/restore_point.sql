-- Whether this role may write a restore point here, and the WAL has what one is good for.
SELECT
    pg_catalog.has_function_privilege('pg_catalog.pg_create_restore_point(pg_catalog.text)', 'EXECUTE') AS is_allowed,
    pg_catalog.pg_is_in_recovery() AS is_standby,
    pg_catalog.current_setting('wal_level') AS wal_level;
