-- All snapshots of the schema, without their documents, newest first.
SELECT
    id, pg_catalog.to_char(taken_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS taken_at,
    taken_by, run_id, command, version, applied_last, server_major, tool_version, fingerprint,
    object_count, gap_count, why, drifted_before
FROM migrate_safe.schema_snapshots
ORDER BY id DESC;
