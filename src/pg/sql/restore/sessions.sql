-- Who is connected to a database, but for our own sessions: those keep a database from being renamed.
-- Transactions of a role that this one may not see have no state.
-- $1 the database's oid, $2 backends of ours.
SELECT
    a.pid,
    a.usename,
    a.application_name,
    COALESCE(pg_catalog.host(a.client_addr), 'local') AS client,
    a.state,
    a.backend_type,
    COALESCE(a.xact_start IS NOT NULL, false) AS is_in_transaction
FROM pg_catalog.pg_stat_activity a
WHERE a.datid OPERATOR(pg_catalog.=) $1::pg_catalog.oid
  AND a.pid OPERATOR(pg_catalog.<>) ALL ($2::pg_catalog.int4[])
ORDER BY a.pid;
