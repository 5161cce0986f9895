-- Takes a migration out of history and writes the journal row, in the transaction of its down statements. Repeatable
-- migrations that were applied after it go too: what they made may be gone, so they run again with the next up.
-- A row that is not there (somebody else took it out) divides by zero, so that the transaction fails.
-- $1 version, $2 run, $3 detail of the journal row.
WITH reverted AS (
    DELETE FROM migrate_safe.schema_migrations
    WHERE version OPERATOR(pg_catalog.=) $1
    RETURNING version, checksum, applied_order
), forgotten AS (
    DELETE FROM migrate_safe.schema_migrations m
    USING reverted
    WHERE m.kind OPERATOR(pg_catalog.=) 'repeatable'
      AND m.applied_order OPERATOR(pg_catalog.>) reverted.applied_order
    RETURNING m.version, m.applied_order
)
INSERT INTO migrate_safe.journal (run_id, event, version, detail)
SELECT
    $2::pg_catalog.uuid, 'reverted', $1,
    pg_catalog.jsonb_build_object(
        'checksum', (SELECT checksum FROM reverted),
        'rows', 1 OPERATOR(pg_catalog./) (SELECT pg_catalog.count(*) FROM reverted),
        'duration_ms',
        (EXTRACT(epoch FROM pg_catalog.clock_timestamp() OPERATOR(pg_catalog.-) pg_catalog.transaction_timestamp())
            OPERATOR(pg_catalog.*) 1000)::pg_catalog.int8)
        OPERATOR(pg_catalog.||) COALESCE(
            (SELECT pg_catalog.jsonb_build_object(
                 'repeatable_forgotten', pg_catalog.jsonb_agg(version ORDER BY applied_order))
             FROM forgotten
             HAVING pg_catalog.count(*) OPERATOR(pg_catalog.>) 0),
            '{}'::pg_catalog.jsonb)
        OPERATOR(pg_catalog.||) $3::pg_catalog.jsonb;
