-- Journal rows, oldest first, a batch as one JSON array; null when there are none left.
-- $1 behind this id, $2 how many.
SELECT pg_catalog.jsonb_agg(pg_catalog.to_jsonb(j) ORDER BY j.id) AS rows, pg_catalog.max(j.id) AS last_id
FROM (
    SELECT id, at, run_id, event, version, detail
    FROM migrate_safe.journal
    WHERE id OPERATOR(pg_catalog.>) $1::pg_catalog.int8
    ORDER BY id
    LIMIT $2::pg_catalog.int4
) AS j;
