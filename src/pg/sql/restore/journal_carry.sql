-- Journal rows of the database that is replaced, as far as the copy lacks them. They get new numbers behind those that are
-- there, in the order in which they were written.
-- $1: an array of rows.
INSERT INTO migrate_safe.journal (at, run_id, event, version, detail)
SELECT r.at, r.run_id, r.event, r.version, r.detail
FROM pg_catalog.jsonb_to_recordset($1::pg_catalog.jsonb)
    AS r(id pg_catalog.int8, at pg_catalog.timestamptz, run_id pg_catalog.uuid, event pg_catalog.text, version pg_catalog.text,
         detail pg_catalog.jsonb)
WHERE NOT EXISTS (
    SELECT
    FROM migrate_safe.journal j
    WHERE j.at OPERATOR(pg_catalog.=) r.at
      AND j.run_id OPERATOR(pg_catalog.=) r.run_id
      AND j.event OPERATOR(pg_catalog.=) r.event
      AND j.version IS NOT DISTINCT FROM r.version
)
ORDER BY r.id
RETURNING id;
