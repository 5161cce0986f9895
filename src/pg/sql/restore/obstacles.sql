-- What belongs to a database and can neither move to another one nor be renamed away: prepared transactions (no rename
-- while one is there) and logical replication slots (they stay with the old database).
-- $1 the database's oid.
SELECT 'prepared transaction' AS kind, p.gid AS name
FROM pg_catalog.pg_prepared_xacts p
JOIN pg_catalog.pg_database d ON d.datname OPERATOR(pg_catalog.=) p.database
WHERE d.oid OPERATOR(pg_catalog.=) $1::pg_catalog.oid
UNION ALL
SELECT 'replication slot', s.slot_name
FROM pg_catalog.pg_replication_slots s
WHERE s.datoid OPERATOR(pg_catalog.=) $1::pg_catalog.oid
UNION ALL
SELECT 'subscription', 'subscriptions'
WHERE EXISTS (
    SELECT
    FROM pg_catalog.pg_subscription s
    WHERE s.subdbid OPERATOR(pg_catalog.=) $1::pg_catalog.oid
)
ORDER BY 1, 2;
