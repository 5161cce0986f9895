-- A migration that cannot be one transaction begins, or goes on: its row is dirty until it is finished.
-- Parameters 1 to 12 as in history/record_applied.
WITH begun AS (
    INSERT INTO migrate_safe.schema_migrations (
        version, name, layout, kind, checksum, up_sql, down_sql, applied_at, applied_by, duration_ms,
        statements_done, statements_total, dirty, run_id, plan_digest, backup_id, tool_version)
    VALUES (
        $1, $2, $3, $4, $5, $6, $7, pg_catalog.clock_timestamp(), session_user, 0,
        0, $8::pg_catalog.int4, true, $9::pg_catalog.uuid, $10, $11, $12)
    RETURNING version, run_id, statements_total
)
INSERT INTO migrate_safe.journal (run_id, event, version, detail)
SELECT run_id, 'steps_begun', version, pg_catalog.jsonb_build_object('statements_total', statements_total)
FROM begun;
