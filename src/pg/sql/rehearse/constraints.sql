-- Checks and foreign keys of tables, without those that children have of a parent's that is among them. An error names the
-- constraint of the partition that refused a row: `names`. With search_path empty. $1: [oid, ...].
WITH RECURSIVE wanted AS MATERIALIZED (
    SELECT w.oid::pg_catalog.oid AS oid
    FROM pg_catalog.jsonb_array_elements_text($1::pg_catalog.jsonb) AS w(oid)
), standing_in (oid, name, root) AS (
    SELECT k.oid, k.conname, k.oid
    FROM wanted w
    JOIN pg_catalog.pg_constraint k ON k.oid OPERATOR(pg_catalog.=) w.oid
    UNION ALL
    SELECT k.oid, k.conname, s.root
    FROM standing_in s
    JOIN pg_catalog.pg_constraint k ON k.conparentid OPERATOR(pg_catalog.=) s.oid
)
SELECT
    k.contype::pg_catalog.text AS kind,
    c.oid AS relation,
    pg_catalog.format('%I.%I', n.nspname, c.relname) AS "table",
    k.conname AS name,
    (
        SELECT pg_catalog.jsonb_agg(a.attname ORDER BY p.place)
        FROM pg_catalog.unnest(k.conkey) WITH ORDINALITY AS p(number, place)
        JOIN pg_catalog.pg_attribute a
            ON a.attrelid OPERATOR(pg_catalog.=) k.conrelid AND a.attnum OPERATOR(pg_catalog.=) p.number
    ) AS columns,
    pg_catalog.pg_get_expr(k.conbin, k.conrelid) AS condition,
    NULL AS keys,
    NULL AS operators,
    CASE WHEN f.oid IS NOT NULL THEN pg_catalog.format('%I.%I', fn.nspname, f.relname) END AS referenced,
    f.relkind OPERATOR(pg_catalog.=) 'p' AS is_referenced_partitioned,
    (
        SELECT pg_catalog.jsonb_agg(a.attname ORDER BY p.place)
        FROM pg_catalog.unnest(k.confkey) WITH ORDINALITY AS p(number, place)
        JOIN pg_catalog.pg_attribute a
            ON a.attrelid OPERATOR(pg_catalog.=) k.confrelid AND a.attnum OPERATOR(pg_catalog.=) p.number
    ) AS referenced_columns,
    k.confmatchtype OPERATOR(pg_catalog.=) 'f' AS is_full,
    NULL AS are_nulls_equal,
    k.convalidated AS is_valid,
    CASE
        WHEN c.relkind OPERATOR(pg_catalog.=) 'f' THEN 'a foreign table: its server decides'
        WHEN pg_catalog.to_jsonb(k) OPERATOR(pg_catalog.->>) 'conenforced' OPERATOR(pg_catalog.=) 'false' -- since 18
            THEN 'it is NOT ENFORCED'
        WHEN pg_catalog.to_jsonb(k) OPERATOR(pg_catalog.->>) 'conperiod' OPERATOR(pg_catalog.=) 'true'
            AND k.contype OPERATOR(pg_catalog.=) 'f'
            THEN 'a key with PERIOD'
        WHEN k.connoinherit AND c.relkind OPERATOR(pg_catalog.=) 'p' THEN 'no row is in the partitioned table itself'
    END AS reason,
    (
        SELECT pg_catalog.jsonb_agg(DISTINCT s.name)
        FROM standing_in s
        WHERE s.root OPERATOR(pg_catalog.=) k.oid
    ) AS names
FROM wanted w
JOIN pg_catalog.pg_constraint k ON k.oid OPERATOR(pg_catalog.=) w.oid
JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) k.conrelid
JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
LEFT JOIN pg_catalog.pg_class f ON f.oid OPERATOR(pg_catalog.=) k.confrelid
LEFT JOIN pg_catalog.pg_namespace fn ON fn.oid OPERATOR(pg_catalog.=) f.relnamespace
WHERE k.contype OPERATOR(pg_catalog.=) ANY ('{c,f}'::pg_catalog."char"[])
  AND NOT EXISTS (
      SELECT
      FROM pg_catalog.pg_inherits h
      JOIN pg_catalog.pg_constraint p
          ON p.conrelid OPERATOR(pg_catalog.=) h.inhparent AND p.conname OPERATOR(pg_catalog.=) k.conname
      JOIN wanted pw ON pw.oid OPERATOR(pg_catalog.=) p.oid
      WHERE h.inhrelid OPERATOR(pg_catalog.=) c.oid AND k.contype OPERATOR(pg_catalog.=) 'c'
  )
ORDER BY n.nspname COLLATE pg_catalog."C", c.relname COLLATE pg_catalog."C", k.conname COLLATE pg_catalog."C";
