-- Prepared transactions, oldest first: they have no session, and hold their locks until somebody ends them.
SELECT
    p.gid,
    p.owner,
    p.database,
    (pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() OPERATOR(pg_catalog.-) p.prepared)
        OPERATOR(pg_catalog.*) 1000::pg_catalog.float8)::pg_catalog.int8 AS age_ms,
    p.database OPERATOR(pg_catalog.=) pg_catalog.current_database() AS is_here
FROM pg_catalog.pg_prepared_xacts p
ORDER BY p.prepared, p.gid;
