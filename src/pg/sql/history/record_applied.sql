-- History and journal row of a migration whose statements ran in this same transaction.
-- $1 version, $2 name, $3 layout, $4 kind, $5 checksum, $6 up text, $7 down text, $8 statements, $9 run,
-- $10 plan digest, $11 backup, $12 version of the program, $13 event, $14 detail of the journal row.
-- The time it took is from the transaction's own start, so that a retry does not count earlier attempts.
WITH applied AS (
    INSERT INTO migrate_safe.schema_migrations (
        version, name, layout, kind, checksum, up_sql, down_sql, applied_at, applied_by, duration_ms,
        statements_done, statements_total, dirty, run_id, plan_digest, backup_id, tool_version)
    VALUES (
        $1, $2, $3, $4, $5, $6, $7, pg_catalog.clock_timestamp(), session_user,
        (EXTRACT(epoch FROM pg_catalog.clock_timestamp() OPERATOR(pg_catalog.-) pg_catalog.transaction_timestamp())
            OPERATOR(pg_catalog.*) 1000)::pg_catalog.int8,
        $8::pg_catalog.int4, $8::pg_catalog.int4, false, $9::pg_catalog.uuid, $10, $11, $12)
    RETURNING version, duration_ms, run_id, checksum
)
INSERT INTO migrate_safe.journal (run_id, event, version, detail)
SELECT
    run_id, $13, version,
    pg_catalog.jsonb_build_object('checksum', checksum, 'duration_ms', duration_ms)
        OPERATOR(pg_catalog.||) $14::pg_catalog.jsonb
FROM applied;
