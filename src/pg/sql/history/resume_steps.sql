-- A migration that ran in steps and stopped is taken up again. $1 version, $2 run, $3 statements, $4 direction.
WITH resumed AS (
    UPDATE migrate_safe.schema_migrations
    SET run_id = $2::pg_catalog.uuid, statements_total = $3::pg_catalog.int4
    WHERE version OPERATOR(pg_catalog.=) $1 AND dirty
    RETURNING version, statements_done
)
INSERT INTO migrate_safe.journal (run_id, event, version, detail)
SELECT
    $2::pg_catalog.uuid, 'steps_resumed', $1,
    pg_catalog.jsonb_build_object(
        'direction', $4::pg_catalog.text,
        'statements_done', (SELECT statements_done FROM resumed),
        'rows', 1 OPERATOR(pg_catalog./) (SELECT pg_catalog.count(*) FROM resumed));
