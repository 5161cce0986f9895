-- Prepared transactions of this database, the oldest first.
SELECT
    p.gid,
    p.owner,
    (pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() OPERATOR(pg_catalog.-) p.prepared)
        OPERATOR(pg_catalog.*) 1000::pg_catalog.float8)::pg_catalog.int8 AS since_ms
FROM pg_catalog.pg_prepared_xacts p
WHERE p.database OPERATOR(pg_catalog.=) pg_catalog.current_database()
ORDER BY p.prepared;
