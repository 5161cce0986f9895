-- An up that ran in steps failed before anything of it was committed: it never happened. $1 version, $2 run.
WITH abandoned AS (
    DELETE FROM migrate_safe.schema_migrations
    WHERE version OPERATOR(pg_catalog.=) $1 AND dirty AND statements_done OPERATOR(pg_catalog.=) 0
    RETURNING version
)
INSERT INTO migrate_safe.journal (run_id, event, version, detail)
SELECT $2::pg_catalog.uuid, 'steps_abandoned', version, '{"direction": "up"}'::pg_catalog.jsonb
FROM abandoned;
