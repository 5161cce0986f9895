-- What ANALYZE without a list looks at, the largest first. Without partitions: they come with what they are parts of.
SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) AS relation
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
WHERE c.relkind OPERATOR(pg_catalog.=) ANY ('{r,m,p}'::pg_catalog."char"[])
  AND c.relpersistence OPERATOR(pg_catalog.<>) 't'
  AND NOT c.relispartition
ORDER BY pg_catalog.pg_relation_size(c.oid) DESC, 1;
