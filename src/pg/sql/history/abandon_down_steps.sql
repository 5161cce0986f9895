-- A down that ran in steps failed before anything of it was committed: the migration is applied as before.
-- $1 version, $2 run.
WITH abandoned AS (
    UPDATE migrate_safe.schema_migrations
    SET dirty = false, statements_done = statements_total
    WHERE version OPERATOR(pg_catalog.=) $1 AND dirty AND statements_done OPERATOR(pg_catalog.=) 0
    RETURNING version
)
INSERT INTO migrate_safe.journal (run_id, event, version, detail)
SELECT $2::pg_catalog.uuid, 'steps_abandoned', version, '{"direction": "down"}'::pg_catalog.jsonb
FROM abandoned;
