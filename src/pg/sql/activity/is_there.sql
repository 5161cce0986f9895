-- Whether a session is still there. $1 pid; $2 its beginning, NULL: not asked for.
SELECT EXISTS (
    SELECT
    FROM pg_catalog.pg_stat_activity a
    WHERE a.pid OPERATOR(pg_catalog.=) $1::pg_catalog.int4
      AND ($2::pg_catalog.timestamptz IS NULL OR a.backend_start OPERATOR(pg_catalog.=) $2::pg_catalog.timestamptz)
) AS is_there;
