-- What VACUUM and CREATE INDEX work on in this database. Without the right to see more there is only their pid.
SELECT
    'vacuum' AS kind,
    v.pid,
    v.relid::pg_catalog.regclass::pg_catalog.text AS relation,
    v.phase,
    a.backend_type OPERATOR(pg_catalog.=) 'autovacuum worker'
        AND a.query OPERATOR(pg_catalog.~~) '%(to prevent wraparound)%' AS is_wraparound
FROM pg_catalog.pg_stat_progress_vacuum v
LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid OPERATOR(pg_catalog.=) v.pid
WHERE v.datname OPERATOR(pg_catalog.=) pg_catalog.current_database()
UNION ALL
SELECT 'index', i.pid, i.relid::pg_catalog.regclass::pg_catalog.text, i.phase, false
FROM pg_catalog.pg_stat_progress_create_index i
WHERE i.datname OPERATOR(pg_catalog.=) pg_catalog.current_database()
ORDER BY 1, 2;
