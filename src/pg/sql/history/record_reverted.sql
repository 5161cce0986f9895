-- Takes a migration out of history and writes the journal row, in the transaction of its down statements.
-- A row that is not there (somebody else took it out) divides by zero, so that the transaction fails.
-- $1 version, $2 run, $3 detail of the journal row.
WITH reverted AS (
    DELETE FROM migrate_safe.schema_migrations
    WHERE version OPERATOR(pg_catalog.=) $1
    RETURNING version, checksum
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
        OPERATOR(pg_catalog.||) $3::pg_catalog.jsonb;
