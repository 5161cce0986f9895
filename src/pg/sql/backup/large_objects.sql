-- How many large objects there are and a digest of them as digest.sql makes it, over pieces of 1 MiB.
-- lo_get reads holes as zeros, as pg_dump does, and needs only the right to read each object.
WITH RECURSIVE piece (object, number, length, content) AS (
    SELECT m.oid, 0::pg_catalog.int8, pg_catalog.octet_length(r.data), pg_catalog.sha256(r.data)
    FROM pg_catalog.pg_largeobject_metadata m
    CROSS JOIN LATERAL (SELECT pg_catalog.lo_get(m.oid, 0, 1048576) AS data OFFSET 0) AS r
    UNION ALL
    SELECT p.object, p.number OPERATOR(pg_catalog.+) 1, pg_catalog.octet_length(r.data), pg_catalog.sha256(r.data)
    FROM piece p
    CROSS JOIN LATERAL (
        SELECT pg_catalog.lo_get(
            p.object, (p.number OPERATOR(pg_catalog.+) 1) OPERATOR(pg_catalog.*) 1048576::pg_catalog.int8, 1048576
        ) AS data
        OFFSET 0
    ) AS r
    WHERE p.length OPERATOR(pg_catalog.=) 1048576
)
SELECT
    pg_catalog.count(*) FILTER (WHERE p.number OPERATOR(pg_catalog.=) 0) AS objects,
    COALESCE(pg_catalog.sum(pg_catalog.hashtextextended(r.text, 0)), 0) AS first,
    COALESCE(pg_catalog.sum(pg_catalog.hashtextextended(r.text, 6171618017)), 0) AS second
FROM piece p
CROSS JOIN LATERAL (
    SELECT ROW(p.object, p.number, p.length, p.content)::pg_catalog.text COLLATE "C" AS text OFFSET 0
) AS r;
