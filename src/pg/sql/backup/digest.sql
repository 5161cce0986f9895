-- How many rows, and sums over two hashes of each row's hash: the same whatever the order of the rows.
-- `public.schema_versions` stands for a relation, `WHERE true` for which rows, the hash of ROW(t.*) for that of its columns
-- (relations.sql), which takes half the time: a row's text is quoted byte by byte.
-- OFFSET 0 keeps the text from being made once for each hash (measured: 5.6 s became 3.0 s), and parallel workers allowed.
SELECT
    pg_catalog.count(*) AS rows,
    COALESCE(pg_catalog.sum(pg_catalog.hashtextextended(r.text, 0)), 0) AS first,
    COALESCE(pg_catalog.sum(pg_catalog.hashtextextended(r.text, 6171618017)), 0) AS second
FROM (
    SELECT (pg_catalog.hashtextextended(ROW(t.*)::pg_catalog.text COLLATE "C", 0))::pg_catalog.text COLLATE "C" AS text
    FROM ONLY public.schema_versions AS t
    WHERE true
    OFFSET 0
) AS r;
