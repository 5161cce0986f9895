-- Sessions of this database that wait for a lock, and for whom.
SELECT
    w.pid,
    a.usename,
    w.relation::pg_catalog.regclass::pg_catalog.text AS relation,
    pg_catalog.array_to_string(pg_catalog.pg_blocking_pids(w.pid), ', ') AS blockers
FROM (
    SELECT DISTINCT ON (l.pid) l.pid, l.relation
    FROM pg_catalog.pg_locks l
    WHERE NOT l.granted
    ORDER BY l.pid, l.relation
) AS w
JOIN pg_catalog.pg_stat_activity a ON a.pid OPERATOR(pg_catalog.=) w.pid
WHERE a.datname OPERATOR(pg_catalog.=) pg_catalog.current_database()
ORDER BY w.pid;
