-- Ends a session that is still the one that was seen, in the transaction that was seen. No row: it is not.
-- $1 pid; $2 its beginning, $3 its transaction's, as texts; NULL: not asked for.
SELECT pg_catalog.pg_terminate_backend(a.pid) AS is_asked
FROM pg_catalog.pg_stat_activity a
WHERE a.pid OPERATOR(pg_catalog.=) $1::pg_catalog.int4
  AND ($2::pg_catalog.timestamptz IS NULL OR a.backend_start OPERATOR(pg_catalog.=) $2::pg_catalog.timestamptz)
  AND ($3::pg_catalog.timestamptz IS NULL OR a.xact_start OPERATOR(pg_catalog.=) $3::pg_catalog.timestamptz);
