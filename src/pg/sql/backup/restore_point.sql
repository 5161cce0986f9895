-- Whether this role may write a restore point here, and the WAL has what one is good for.
SELECT
    pg_catalog.has_function_privilege('pg_catalog.pg_create_restore_point(pg_catalog.text)', 'EXECUTE')
    AND NOT pg_catalog.pg_is_in_recovery()
    AND pg_catalog.current_setting('wal_level') OPERATOR(pg_catalog.<>) 'minimal' AS is_possible;
