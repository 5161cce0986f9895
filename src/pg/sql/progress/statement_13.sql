-- How far the statement of the session that holds the runner's lock is: one row when that session is there.
-- For PostgreSQL 13, which has no pg_stat_progress_copy. $1: key of the lock. (Found by the lock and not by a pid: a pooler between us tells another pid.)
WITH runner AS (
    SELECT l.pid
    FROM pg_catalog.pg_locks l
    WHERE l.locktype OPERATOR(pg_catalog.=) 'advisory'
      AND l.granted
      AND l.objsubid OPERATOR(pg_catalog.=) 1
      AND l.database OPERATOR(pg_catalog.=) (
          SELECT d.oid
          FROM pg_catalog.pg_database d
          WHERE d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database()
      )
      AND l.classid OPERATOR(pg_catalog.=) (($1::pg_catalog.int8 OPERATOR(pg_catalog.>>) 32) OPERATOR(pg_catalog.&) 4294967295)::pg_catalog.oid
      AND l.objid OPERATOR(pg_catalog.=) ($1::pg_catalog.int8 OPERATOR(pg_catalog.&) 4294967295)::pg_catalog.oid
), progress (pid, command, phase, done, total, unit) AS (
    -- what is counted differs between the phases of an index
    SELECT
        p.pid, p.command, p.phase,
        CASE WHEN p.blocks_total OPERATOR(pg_catalog.>) 0::pg_catalog.int8 THEN p.blocks_done
            WHEN p.tuples_total OPERATOR(pg_catalog.>) 0::pg_catalog.int8 THEN p.tuples_done ELSE p.lockers_done END,
        CASE WHEN p.blocks_total OPERATOR(pg_catalog.>) 0::pg_catalog.int8 THEN p.blocks_total
            WHEN p.tuples_total OPERATOR(pg_catalog.>) 0::pg_catalog.int8 THEN p.tuples_total ELSE p.lockers_total END,
        CASE WHEN p.blocks_total OPERATOR(pg_catalog.>) 0::pg_catalog.int8 THEN 'blocks'
            WHEN p.tuples_total OPERATOR(pg_catalog.>) 0::pg_catalog.int8 THEN 'rows' ELSE 'transactions' END
    FROM pg_catalog.pg_stat_progress_create_index p
    UNION ALL
    SELECT p.pid, 'VACUUM', p.phase, p.heap_blks_scanned, p.heap_blks_total, 'blocks'
    FROM pg_catalog.pg_stat_progress_vacuum p
    UNION ALL
    SELECT p.pid, p.command, p.phase, p.heap_blks_scanned, p.heap_blks_total, 'blocks'
    FROM pg_catalog.pg_stat_progress_cluster p
    UNION ALL
    SELECT p.pid, 'ANALYZE', p.phase, p.sample_blks_scanned, p.sample_blks_total, 'blocks'
    FROM pg_catalog.pg_stat_progress_analyze p
)
SELECT
    r.pid,
    COALESCE(a.wait_event_type OPERATOR(pg_catalog.=) 'Lock', false) AS waits_for_lock,
    p.command, p.phase, p.done, p.total, p.unit
FROM runner r
JOIN pg_catalog.pg_stat_activity a ON a.pid OPERATOR(pg_catalog.=) r.pid
LEFT JOIN progress p ON p.pid OPERATOR(pg_catalog.=) r.pid
LIMIT 1;
