-- Indexes that refuse rows, with their constraints where they have one, without those of partitions whose parent is among
-- them. An error names the index of the partition that refused a row: `names`. With search_path empty. $1: [oid, ...].
WITH wanted AS MATERIALIZED (
    SELECT w.oid::pg_catalog.oid AS oid
    FROM pg_catalog.jsonb_array_elements_text($1::pg_catalog.jsonb) AS w(oid)
)
SELECT
    CASE
        WHEN i.indisexclusion THEN 'x'
        WHEN i.indisprimary THEN 'p'
        ELSE 'u'
    END AS kind,
    t.oid AS relation,
    pg_catalog.format('%I.%I', n.nspname, t.relname) AS "table",
    c.relname AS name,
    (
        SELECT pg_catalog.jsonb_agg(a.attname ORDER BY a.attnum)
        FROM pg_catalog.pg_attribute a
        WHERE a.attrelid OPERATOR(pg_catalog.=) t.oid
          AND a.attnum OPERATOR(pg_catalog.>) 0
          AND (
              a.attnum OPERATOR(pg_catalog.=) ANY (i.indkey::pg_catalog.int2[])
              OR a.attnum OPERATOR(pg_catalog.=) ANY (
                  SELECT d.refobjsubid
                  FROM pg_catalog.pg_depend d
                  WHERE d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass
                    AND d.objid OPERATOR(pg_catalog.=) c.oid
                    AND d.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass
                    AND d.refobjid OPERATOR(pg_catalog.=) t.oid
              )
          )
    ) AS columns,
    pg_catalog.pg_get_expr(i.indpred, i.indrelid) AS condition,
    (
        SELECT pg_catalog.jsonb_agg(pg_catalog.pg_get_indexdef(c.oid, g.place, false) ORDER BY g.place)
        FROM pg_catalog.generate_series(1, i.indnkeyatts::pg_catalog.int4) AS g(place)
    ) AS keys,
    (
        SELECT pg_catalog.jsonb_agg(pg_catalog.format('OPERATOR(%I.%s)', oper_n.nspname, o.oprname) ORDER BY e.place)
        FROM pg_catalog.unnest(k.conexclop) WITH ORDINALITY AS e(number, place)
        JOIN pg_catalog.pg_operator o ON o.oid OPERATOR(pg_catalog.=) e.number
        JOIN pg_catalog.pg_namespace oper_n ON oper_n.oid OPERATOR(pg_catalog.=) o.oprnamespace
    ) AS operators,
    NULL AS referenced,
    NULL AS is_referenced_partitioned,
    NULL AS referenced_columns,
    NULL AS is_full,
    pg_catalog.to_jsonb(i) OPERATOR(pg_catalog.->>) 'indnullsnotdistinct' OPERATOR(pg_catalog.=) 'true' -- since 15
        AS are_nulls_equal,
    i.indisvalid AS is_valid,
    CASE
        WHEN t.relkind OPERATOR(pg_catalog.=) 'm' THEN 'the rows of a materialised view are its query''s'
    END AS reason,
    (
        SELECT pg_catalog.jsonb_agg(r.relname)
        FROM pg_catalog.pg_class r
        WHERE r.oid OPERATOR(pg_catalog.=) c.oid
           OR r.oid OPERATOR(pg_catalog.=) ANY (
               SELECT p.relid::pg_catalog.oid
               FROM pg_catalog.pg_partition_tree(c.oid) AS p
           )
    ) AS names
FROM wanted w
JOIN pg_catalog.pg_index i ON i.indexrelid OPERATOR(pg_catalog.=) w.oid
JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) i.indexrelid
JOIN pg_catalog.pg_class t ON t.oid OPERATOR(pg_catalog.=) i.indrelid
JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) t.relnamespace
LEFT JOIN pg_catalog.pg_constraint k
    ON k.conindid OPERATOR(pg_catalog.=) i.indexrelid
   AND k.contype OPERATOR(pg_catalog.=) ANY ('{p,u,x}'::pg_catalog."char"[])
WHERE (i.indisunique OR i.indisexclusion)
  AND NOT EXISTS (
      SELECT
      FROM pg_catalog.pg_inherits h
      JOIN wanted pw ON pw.oid OPERATOR(pg_catalog.=) h.inhparent
      WHERE h.inhrelid OPERATOR(pg_catalog.=) c.oid
  )
ORDER BY n.nspname COLLATE pg_catalog."C", t.relname COLLATE pg_catalog."C", c.relname COLLATE pg_catalog."C";
