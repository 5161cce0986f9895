-- Sums over hashes of a relation's values, column by column: the same whatever the order of the rows.
-- `public.schema_versions` stands for the relation.
SELECT v.key AS column, pg_catalog.sum(pg_catalog.hashtextextended(COALESCE(v.value, ' null'), 0))::pg_catalog.text AS sum
FROM ONLY public.schema_versions AS t
CROSS JOIN LATERAL pg_catalog.jsonb_each_text(pg_catalog.to_jsonb(t.*)) AS v(key, value)
GROUP BY v.key;
