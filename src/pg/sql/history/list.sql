-- All that is applied, in order of application. Texts are fetched apart (history/texts), they may be large.
-- The journal is read only when a row is dirty, and then once: a subquery for each row, though it is never run,
-- makes the planner think the whole so dear that it compiles it (JIT), half a second for 5,000 rows.
SELECT
    version, name, layout, kind, checksum, down_sql IS NOT NULL AS has_down, applied_order,
    pg_catalog.to_char(applied_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS applied_at,
    applied_by, duration_ms, statements_done, statements_total, dirty, run_id, plan_digest, backup_id, tool_version,
    CASE WHEN dirty THEN version OPERATOR(pg_catalog.=) ANY (ARRAY(
        SELECT last.version
        FROM (
            SELECT DISTINCT ON (j.version) j.version, j.event
            FROM migrate_safe.journal j
            WHERE j.event OPERATOR(pg_catalog.=) ANY (ARRAY['steps_begun', 'down_steps_begun'])
            ORDER BY j.version, j.id DESC
        ) last
        WHERE last.event OPERATOR(pg_catalog.=) 'down_steps_begun'
    )) END AS is_dirty_down
FROM migrate_safe.schema_migrations
ORDER BY applied_order;
