-- A repeatable migration that cannot be one transaction begins: its row, a new one or that of an earlier run, is dirty
-- until it is finished. Parameters 1 to 12 as in history/record_applied.
WITH begun AS (
    INSERT INTO migrate_safe.schema_migrations AS m (
        version, name, layout, kind, checksum, up_sql, down_sql, applied_at, applied_by, duration_ms,
        statements_done, statements_total, dirty, run_id, plan_digest, backup_id, tool_version)
    VALUES (
        $1, $2, $3, $4, $5, $6, $7, pg_catalog.clock_timestamp(), session_user, 0,
        0, $8::pg_catalog.int4, true, $9::pg_catalog.uuid, $10, $11, $12)
    ON CONFLICT (version) DO UPDATE SET
        name = EXCLUDED.name, layout = EXCLUDED.layout, checksum = EXCLUDED.checksum, up_sql = EXCLUDED.up_sql,
        applied_order = DEFAULT, applied_at = EXCLUDED.applied_at, applied_by = EXCLUDED.applied_by,
        duration_ms = 0, statements_done = 0, statements_total = EXCLUDED.statements_total, dirty = true,
        run_id = EXCLUDED.run_id, plan_digest = EXCLUDED.plan_digest, backup_id = EXCLUDED.backup_id,
        tool_version = EXCLUDED.tool_version
    WHERE m.kind OPERATOR(pg_catalog.=) 'repeatable'
    RETURNING statements_total
)
INSERT INTO migrate_safe.journal (run_id, event, version, detail)
SELECT
    $9::pg_catalog.uuid, 'steps_begun', $1,
    pg_catalog.jsonb_build_object(
        'statements_total', $8::pg_catalog.int4,
        'rows', 1 OPERATOR(pg_catalog./) (SELECT pg_catalog.count(*) FROM begun));
