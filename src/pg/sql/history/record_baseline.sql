-- A version that was there before us: recorded, not run. $1 version, $2 name, $3 layout, $4 checksum, $5 up text,
-- $6 down text, $7 run, $8 version of the program.
WITH recorded AS (
    INSERT INTO migrate_safe.schema_migrations (
        version, name, layout, kind, checksum, up_sql, down_sql, applied_at, applied_by, duration_ms,
        statements_done, statements_total, dirty, run_id, tool_version)
    VALUES ($1, $2, $3, 'baseline', $4, $5, $6, pg_catalog.clock_timestamp(), session_user, 0, 0, 0, false,
        $7::pg_catalog.uuid, $8)
    RETURNING version, run_id, checksum
)
INSERT INTO migrate_safe.journal (run_id, event, version, detail)
SELECT run_id, 'baseline', version, pg_catalog.jsonb_build_object('checksum', checksum)
FROM recorded;
