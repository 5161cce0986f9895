-- What rows of tables have to keep: checks, foreign keys (without those that stand in for the partitions of the table they
-- point to), and what is unique or excludes. With search_path empty.
SELECT
    k.conrelid AS relation,
    k.contype::pg_catalog.text AS kind,
    CASE WHEN k.contype OPERATOR(pg_catalog.=) 'c' THEN pg_catalog.pg_get_expr(k.conbin, k.conrelid) END AS expression,
    (
        SELECT pg_catalog.jsonb_agg(a.attname ORDER BY w.place)
        FROM pg_catalog.unnest(k.conkey) WITH ORDINALITY AS w(number, place)
        JOIN pg_catalog.pg_attribute a
            ON a.attrelid OPERATOR(pg_catalog.=) k.conrelid AND a.attnum OPERATOR(pg_catalog.=) w.number
    ) AS columns,
    k.confrelid AS referenced,
    CASE WHEN fc.oid IS NOT NULL THEN pg_catalog.format('%I.%I', fn.nspname, fc.relname) END AS referenced_name,
    fc.relkind OPERATOR(pg_catalog.=) 'p' AS is_referenced_partitioned,
    (
        SELECT pg_catalog.jsonb_agg(a.attname ORDER BY w.place)
        FROM pg_catalog.unnest(k.confkey) WITH ORDINALITY AS w(number, place)
        JOIN pg_catalog.pg_attribute a
            ON a.attrelid OPERATOR(pg_catalog.=) k.confrelid AND a.attnum OPERATOR(pg_catalog.=) w.number
    ) AS referenced_columns,
    k.confmatchtype OPERATOR(pg_catalog.=) 'f' AS is_match_full,
    k.condeferrable AS is_deferrable
FROM pg_catalog.pg_constraint k
LEFT JOIN pg_catalog.pg_class fc ON fc.oid OPERATOR(pg_catalog.=) k.confrelid
LEFT JOIN pg_catalog.pg_namespace fn ON fn.oid OPERATOR(pg_catalog.=) fc.relnamespace
WHERE k.contype OPERATOR(pg_catalog.=) ANY ('{c,f}'::pg_catalog."char"[])
  AND k.conrelid OPERATOR(pg_catalog.>=) 16384::pg_catalog.oid
  AND NOT EXISTS (
      SELECT
      FROM pg_catalog.pg_constraint p
      WHERE p.oid OPERATOR(pg_catalog.=) k.conparentid
        AND p.conrelid OPERATOR(pg_catalog.=) k.conrelid
  )
UNION ALL
SELECT
    i.indrelid,
    CASE WHEN i.indisprimary THEN 'p' WHEN i.indisexclusion THEN 'x' ELSE 'u' END,
    NULL,
    (
        SELECT pg_catalog.jsonb_agg(a.attname ORDER BY w.place)
        FROM pg_catalog.unnest(i.indkey) WITH ORDINALITY AS w(number, place)
        JOIN pg_catalog.pg_attribute a
            ON a.attrelid OPERATOR(pg_catalog.=) i.indrelid AND a.attnum OPERATOR(pg_catalog.=) w.number
        WHERE w.place OPERATOR(pg_catalog.<=) i.indnkeyatts
    ),
    NULL, NULL, NULL, NULL, NULL,
    NOT i.indimmediate
FROM pg_catalog.pg_index i
WHERE (i.indisunique OR i.indisexclusion)
  AND i.indrelid OPERATOR(pg_catalog.>=) 16384::pg_catalog.oid
ORDER BY 1, 2, 4, 3;
