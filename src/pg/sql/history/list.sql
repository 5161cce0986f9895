-- All that is applied, in order of application. Texts are fetched apart (history/texts), they may be large.
SELECT
    version, name, layout, kind, checksum, down_sql IS NOT NULL AS has_down, applied_order,
    pg_catalog.to_char(applied_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS applied_at,
    applied_by, duration_ms, statements_done, statements_total, dirty, run_id, plan_digest, backup_id, tool_version,
    CASE WHEN dirty THEN (
        SELECT j.event OPERATOR(pg_catalog.=) 'down_steps_begun'
        FROM migrate_safe.journal j
        WHERE j.version OPERATOR(pg_catalog.=) m.version
          AND j.event OPERATOR(pg_catalog.=) ANY (ARRAY['steps_begun', 'down_steps_begun'])
        ORDER BY j.id DESC
        LIMIT 1
    ) END AS is_dirty_down
FROM migrate_safe.schema_migrations m
ORDER BY applied_order;
