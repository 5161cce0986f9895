-- A migration that ran in steps is done. $1 version, $2 run, $3 duration in ms, $4 statements, $5 checksum, $6 up text, $7 down text.
WITH finished AS (
    UPDATE migrate_safe.schema_migrations
    SET dirty = false, duration_ms = $3::pg_catalog.int8, statements_done = $4::pg_catalog.int4,
        statements_total = $4::pg_catalog.int4, applied_at = pg_catalog.clock_timestamp(),
        checksum = $5, up_sql = $6, down_sql = $7
    WHERE version OPERATOR(pg_catalog.=) $1 AND dirty
    RETURNING version, checksum, duration_ms
)
INSERT INTO migrate_safe.journal (run_id, event, version, detail)
SELECT $2::pg_catalog.uuid, 'applied', version, pg_catalog.jsonb_build_object('checksum', checksum, 'duration_ms', duration_ms, 'in_steps', true)
FROM finished;
