-- A table with its partitions, as it is to be moved: those above the partitions first.
-- $1 schema, $2 name.
SELECT n.nspname, c.relname, c.relkind
FROM pg_catalog.pg_class root
JOIN pg_catalog.pg_namespace rn ON rn.oid OPERATOR(pg_catalog.=) root.relnamespace
CROSS JOIN LATERAL (
    SELECT root.oid AS relid, 0 AS level
    UNION
    SELECT t.relid::pg_catalog.oid, t.level
    FROM pg_catalog.pg_partition_tree(root.oid) AS t
    WHERE t.relid::pg_catalog.oid OPERATOR(pg_catalog.<>) root.oid
) AS tree
JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) tree.relid
JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
WHERE rn.nspname OPERATOR(pg_catalog.=) $1::pg_catalog.text
  AND root.relname OPERATOR(pg_catalog.=) $2::pg_catalog.text
  AND root.relkind OPERATOR(pg_catalog.=) ANY ('{r,p}'::pg_catalog."char"[])
ORDER BY tree.level, n.nspname, c.relname;
