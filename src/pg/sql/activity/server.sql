-- What the server grants, and what this role may see of others.
SELECT
    pg_catalog.current_database() AS database,
    CURRENT_USER AS "user",
    pg_catalog.pg_is_in_recovery() AS is_standby,
    pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE') AS sees_all,
    pg_catalog.current_setting('max_connections')::pg_catalog.int8 AS connections_most,
    pg_catalog.current_setting('superuser_reserved_connections')::pg_catalog.int8
        OPERATOR(pg_catalog.+) COALESCE(pg_catalog.current_setting('reserved_connections', true), '0')::pg_catalog.int8
        AS reserved, -- the second one: 16 and newer
    d.datconnlimit AS database_most, -- -1: no limit
    pg_catalog.to_char(pg_catalog.clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at
FROM pg_catalog.pg_database d
WHERE d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database();
