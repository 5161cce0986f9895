-- $1 run, $2 event, $3 version (may be null), $4 detail.
INSERT INTO migrate_safe.journal (run_id, event, version, detail)
VALUES ($1::pg_catalog.uuid, $2, $3, $4::pg_catalog.jsonb);
