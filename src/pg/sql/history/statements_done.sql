-- The counter of a migration that runs in steps; in the same transaction as the statements where they have one.
-- $1 version, $2 run, $3 statements done.
WITH counted AS (
    UPDATE migrate_safe.schema_migrations
    SET statements_done = $3::pg_catalog.int4
    WHERE version OPERATOR(pg_catalog.=) $1 AND dirty
    RETURNING version
)
INSERT INTO migrate_safe.journal (run_id, event, version, detail)
SELECT
    $2::pg_catalog.uuid, 'statements_done', $1,
    pg_catalog.jsonb_build_object(
        'statement', $3::pg_catalog.int4,
        'rows', 1 OPERATOR(pg_catalog./) (SELECT pg_catalog.count(*) FROM counted));
