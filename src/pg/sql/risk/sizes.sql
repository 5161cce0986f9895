-- How large relations are, as the planner knows it: rows (-1: nobody has counted them), bytes without indexes.
-- Asking for the bytes waits for whoever keeps all others out: where somebody does, the pages are those of the last ANALYZE.
-- Of a partitioned table all its partitions. Names that are nothing are left out.
-- $1 the names as a JSON list, as to_regclass takes them. Sorted by bytes.
SELECT
    named.name OPERATOR(pg_catalog.||) '' AS name,
    CASE
        WHEN pg_catalog.bool_and(c.reltuples OPERATOR(pg_catalog.<) 0 OR (c.reltuples OPERATOR(pg_catalog.=) 0 AND c.relpages OPERATOR(pg_catalog.=) 0)) THEN '-1'::pg_catalog.int8
        ELSE pg_catalog.sum(GREATEST(c.reltuples, 0))::pg_catalog.int8
    END AS row_count,
    pg_catalog.sum(CASE
        WHEN c.oid OPERATOR(pg_catalog.=) ANY (
            SELECT held.relation
            FROM pg_catalog.pg_locks AS held
            WHERE held.mode OPERATOR(pg_catalog.=) 'AccessExclusiveLock'
              AND held.database OPERATOR(pg_catalog.=) (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database())
        ) THEN c.relpages::pg_catalog.int8 OPERATOR(pg_catalog.*) pg_catalog.current_setting('block_size')::pg_catalog.int8
        ELSE pg_catalog.pg_relation_size(c.oid)
    END)::pg_catalog.int8 AS bytes
FROM pg_catalog.jsonb_array_elements_text($1::pg_catalog.jsonb) AS named (name)
CROSS JOIN LATERAL (
    SELECT pg_catalog.to_regclass(named.name)::pg_catalog.oid AS oid
    UNION
    SELECT tree.relid FROM pg_catalog.pg_partition_tree(pg_catalog.to_regclass(named.name)) AS tree WHERE tree.isleaf
) AS parts
JOIN pg_catalog.pg_class AS c ON c.oid OPERATOR(pg_catalog.=) parts.oid AND c.relkind OPERATOR(pg_catalog.<>) 'p'
GROUP BY named.name
ORDER BY named.name COLLATE "C";
