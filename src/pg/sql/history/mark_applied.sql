-- A dirty migration is declared applied by a person. $1 version, $2 run.
WITH marked AS (
    UPDATE migrate_safe.schema_migrations
    SET dirty = false, statements_done = statements_total
    WHERE version OPERATOR(pg_catalog.=) $1 AND dirty
    RETURNING version
)
INSERT INTO migrate_safe.journal (run_id, event, version, detail)
SELECT $2::pg_catalog.uuid, 'marked_applied', version, '{}'::pg_catalog.jsonb
FROM marked;
