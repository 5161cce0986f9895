-- Relations that generated rows may be in, or that their foreign keys may point to: ordinary and partitioned tables, but
-- for those of the system, of extensions and of ours. With search_path empty, so that expressions name schemas.
-- $1: our schema; $2: ["\"app\".\"orders\"", ...], only these with their partitions are wanted; NULL: all.
WITH RECURSIVE wanted (relation) AS (
    SELECT named.relation::pg_catalog.regclass::pg_catalog.oid
    FROM pg_catalog.jsonb_array_elements_text($2::pg_catalog.jsonb) AS named(relation)
    UNION
    SELECT h.inhrelid
    FROM wanted w
    JOIN pg_catalog.pg_inherits h ON h.inhparent OPERATOR(pg_catalog.=) w.relation
    JOIN pg_catalog.pg_class p ON p.oid OPERATOR(pg_catalog.=) w.relation AND p.relkind OPERATOR(pg_catalog.=) 'p'
)
SELECT
    c.oid,
    pg_catalog.format('%I.%I', n.nspname, c.relname) AS qualified,
    pg_catalog.quote_ident(n.nspname) OPERATOR(pg_catalog.||) '.' OPERATOR(pg_catalog.||)
        pg_catalog.quote_ident(c.relname) AS shown,
    c.relkind OPERATOR(pg_catalog.=) 'p' AS is_partitioned,
    CASE WHEN c.relispartition THEN pg_catalog.pg_get_partition_constraintdef(c.oid) END AS bound,
    CASE WHEN c.relispartition THEN (
        SELECT pg_catalog.string_agg(a.relid::pg_catalog.oid::pg_catalog.text, ' ')
        FROM pg_catalog.pg_partition_ancestors(c.oid) AS a(relid)
        WHERE a.relid::pg_catalog.oid OPERATOR(pg_catalog.<>) c.oid
    ) END AS ancestors,
    $2::pg_catalog.jsonb IS NULL OR c.oid OPERATOR(pg_catalog.=) ANY (SELECT w.relation FROM wanted w) AS is_wanted,
    c.relkind OPERATOR(pg_catalog.=) 'r' AND pg_catalog.pg_relation_size(c.oid) OPERATOR(pg_catalog.>) 0 AS may_have_rows
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
WHERE c.relkind OPERATOR(pg_catalog.=) ANY ('{r,p}'::pg_catalog."char"[])
  AND c.relpersistence OPERATOR(pg_catalog.<>) 't'
  AND n.nspname OPERATOR(pg_catalog.<>) ALL (ARRAY['information_schema', $1::pg_catalog.text])
  AND n.nspname OPERATOR(pg_catalog.!~) '^pg_'
  AND NOT EXISTS (
      SELECT
      FROM pg_catalog.pg_depend d
      WHERE d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass
        AND d.objid OPERATOR(pg_catalog.=) c.oid
        AND d.deptype OPERATOR(pg_catalog.=) 'e'
  )
ORDER BY n.nspname COLLATE pg_catalog."C", c.relname COLLATE pg_catalog."C";
