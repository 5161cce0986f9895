-- What a backend holds, waits for and is at, a row each, seen from another one; last of all, how much WAL there is.
-- Relations of the system (oids below 16384) are left out. $1: its pid.
SELECT
    'lock' AS kind,
    l.relation,
    l.mode AS name,
    NULL AS phase,
    l.granted,
    NULL::pg_catalog.int8 AS number
FROM pg_catalog.pg_locks l
WHERE l.pid OPERATOR(pg_catalog.=) $1::pg_catalog.int4
  AND (l.relation::pg_catalog.int8 OPERATOR(pg_catalog.>=) 16384::pg_catalog.int8 OR NOT l.granted)
UNION ALL
SELECT 'phase', NULL, p.command, p.phase, true, NULL
FROM (
    SELECT i.pid, i.command, i.phase
    FROM pg_catalog.pg_stat_progress_create_index i
    UNION ALL
    SELECT v.pid, 'VACUUM', v.phase
    FROM pg_catalog.pg_stat_progress_vacuum v
    UNION ALL
    SELECT c.pid, c.command, c.phase
    FROM pg_catalog.pg_stat_progress_cluster c
    UNION ALL
    SELECT a.pid, 'ANALYZE', a.phase
    FROM pg_catalog.pg_stat_progress_analyze a
) AS p
WHERE p.pid OPERATOR(pg_catalog.=) $1::pg_catalog.int4
UNION ALL
SELECT
    'wal', NULL, NULL, NULL, true,
    pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_insert_lsn(), '0/0')::pg_catalog.int8;
