-- A backup that a run begins with: made, counted because it is fresh enough, or passed over.
-- $1 run, $2 event, $3 detail of the journal row.
INSERT INTO migrate_safe.journal (run_id, event, detail)
VALUES ($1::pg_catalog.uuid, $2, $3::pg_catalog.jsonb);
