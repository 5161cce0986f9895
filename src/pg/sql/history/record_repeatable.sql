-- History and journal row of a repeatable migration whose statements ran in this same transaction: its row is new, or
-- that of an earlier run. Parameters 1 to 14 as in history/record_applied.
WITH applied AS (
    INSERT INTO migrate_safe.schema_migrations AS m (
        version, name, layout, kind, checksum, up_sql, down_sql, applied_at, applied_by, duration_ms,
        statements_done, statements_total, dirty, run_id, plan_digest, backup_id, tool_version)
    VALUES (
        $1, $2, $3, $4, $5, $6, $7, pg_catalog.clock_timestamp(), session_user,
        (EXTRACT(epoch FROM pg_catalog.clock_timestamp() OPERATOR(pg_catalog.-) pg_catalog.transaction_timestamp())
            OPERATOR(pg_catalog.*) 1000)::pg_catalog.int8,
        $8::pg_catalog.int4, $8::pg_catalog.int4, false, $9::pg_catalog.uuid, $10, $11, $12)
    ON CONFLICT (version) DO UPDATE SET
        name = EXCLUDED.name, layout = EXCLUDED.layout, checksum = EXCLUDED.checksum, up_sql = EXCLUDED.up_sql,
        applied_order = DEFAULT, applied_at = EXCLUDED.applied_at, applied_by = EXCLUDED.applied_by,
        duration_ms = EXCLUDED.duration_ms, statements_done = EXCLUDED.statements_done,
        statements_total = EXCLUDED.statements_total, dirty = false, run_id = EXCLUDED.run_id,
        plan_digest = EXCLUDED.plan_digest, backup_id = EXCLUDED.backup_id, tool_version = EXCLUDED.tool_version
    WHERE m.kind OPERATOR(pg_catalog.=) 'repeatable'
    RETURNING version, duration_ms, run_id, checksum
)
INSERT INTO migrate_safe.journal (run_id, event, version, detail)
SELECT
    $9::pg_catalog.uuid, $13, $1,
    pg_catalog.jsonb_build_object(
        'checksum', (SELECT checksum FROM applied),
        'rows', 1 OPERATOR(pg_catalog./) (SELECT pg_catalog.count(*) FROM applied),
        'duration_ms', (SELECT duration_ms FROM applied))
        OPERATOR(pg_catalog.||) $14::pg_catalog.jsonb;
