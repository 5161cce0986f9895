-- A down migration that cannot be one transaction begins: the row is dirty until it is gone.
-- $1 version, $2 run, $3 statements.
WITH begun AS (
    UPDATE migrate_safe.schema_migrations
    SET dirty = true, statements_done = 0, statements_total = $3::pg_catalog.int4
    WHERE version OPERATOR(pg_catalog.=) $1
    RETURNING version
)
INSERT INTO migrate_safe.journal (run_id, event, version, detail)
SELECT
    $2::pg_catalog.uuid, 'down_steps_begun', $1,
    pg_catalog.jsonb_build_object(
        'statements_total', $3::pg_catalog.int4,
        'rows', 1 OPERATOR(pg_catalog./) (SELECT pg_catalog.count(*) FROM begun));
