-- Connections that are left to this role, and whether a COMMIT would wait for a standby that is not there.
SELECT
    LEAST(
        limits.all_of_them OPERATOR(pg_catalog.-) used.all_of_them,
        CASE WHEN r.rolconnlimit OPERATOR(pg_catalog.>=) 0 AND NOT r.rolsuper
            THEN r.rolconnlimit OPERATOR(pg_catalog.-) used.of_role
        END,
        CASE WHEN d.datconnlimit OPERATOR(pg_catalog.>=) 0 AND NOT r.rolsuper
            THEN d.datconnlimit OPERATOR(pg_catalog.-) used.of_database
        END
    ) AS connections_left,
    limits.all_of_them AS connections,
    used.all_of_them AS used,
    pg_catalog.current_setting('synchronous_standby_names') OPERATOR(pg_catalog.<>) ''
        AND pg_catalog.current_setting('synchronous_commit')
            OPERATOR(pg_catalog.=) ANY ('{on,remote_write,remote_apply}'::pg_catalog.text[]) AS is_synchronous,
    pg_catalog.current_setting('synchronous_standby_names') AS synchronous,
    pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE') AS sees_all
FROM pg_catalog.pg_roles r
CROSS JOIN (
    SELECT
        pg_catalog.current_setting('max_connections')::pg_catalog.int8
        OPERATOR(pg_catalog.-) CASE WHEN s.rolsuper THEN 0::pg_catalog.int8
            ELSE pg_catalog.current_setting('superuser_reserved_connections')::pg_catalog.int8
                OPERATOR(pg_catalog.+)
                COALESCE(pg_catalog.current_setting('reserved_connections', true), '0')::pg_catalog.int8 -- 16 and newer
        END AS all_of_them
    FROM pg_catalog.pg_roles s
    WHERE s.rolname OPERATOR(pg_catalog.=) current_user
) AS limits
CROSS JOIN (
    SELECT
        pg_catalog.count(*) AS all_of_them,
        pg_catalog.count(*) FILTER (WHERE a.usename OPERATOR(pg_catalog.=) current_user) AS of_role,
        pg_catalog.count(*) FILTER (WHERE a.datname OPERATOR(pg_catalog.=) pg_catalog.current_database()) AS of_database
    FROM pg_catalog.pg_stat_activity a
    WHERE a.datid IS NOT NULL
      AND a.usesysid IS NOT NULL
      AND (a.backend_type IS NULL OR a.backend_type OPERATOR(pg_catalog.=) 'client backend')
) AS used
JOIN pg_catalog.pg_database d ON d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database()
WHERE r.rolname OPERATOR(pg_catalog.=) current_user;
