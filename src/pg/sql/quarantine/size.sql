-- Bytes of a table with its indexes and, where it is partitioned, all of its partitions (an ordinary table has no tree).
-- Takes a lock that only ACCESS EXCLUSIVE makes wait. $1: oid.
SELECT COALESCE(
    (
        SELECT pg_catalog.sum(pg_catalog.pg_total_relation_size(t.relid))
        FROM pg_catalog.pg_partition_tree($1::pg_catalog.oid::pg_catalog.regclass) t
    ),
    pg_catalog.pg_total_relation_size($1::pg_catalog.oid::pg_catalog.regclass)
)::pg_catalog.int8 AS bytes;
