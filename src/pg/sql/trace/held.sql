-- What a backend holds, a row each, seen from another one; last of all, how much WAL there is. As trace/sample, for one
-- that is at nothing now: asking the progress views takes a fourth of the time.
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
  AND l.relation::pg_catalog.int8 OPERATOR(pg_catalog.>=) 16384::pg_catalog.int8
UNION ALL
SELECT
    'wal', NULL, NULL, NULL, true,
    pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_insert_lsn(), '0/0')::pg_catalog.int8;
