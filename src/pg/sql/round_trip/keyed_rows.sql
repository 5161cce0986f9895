-- The keys of a relation's rows, each as a list of literals: "'1', 'a'".
-- `public.schema_versions` stands for the relation. $1: ["id", "code"], the key's columns.
SELECT (
    SELECT pg_catalog.string_agg(pg_catalog.quote_literal(d.document OPERATOR(pg_catalog.->>) k.name), ', ' ORDER BY k.place)
    FROM pg_catalog.jsonb_array_elements_text($1::pg_catalog.jsonb) WITH ORDINALITY AS k(name, place)
) AS key
FROM ONLY public.schema_versions AS t
CROSS JOIN LATERAL pg_catalog.to_jsonb(t.*) AS d(document)
ORDER BY 1;
