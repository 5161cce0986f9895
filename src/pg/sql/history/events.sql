-- The journal, newest first. $1 at most this many rows.
SELECT
    pg_catalog.to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at,
    run_id, event, version, detail
FROM migrate_safe.journal
ORDER BY id DESC
LIMIT $1::pg_catalog.int8;
