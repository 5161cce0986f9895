-- When a version that the history does not know any more was applied last. $1: version.
SELECT pg_catalog.to_char(pg_catalog.max(at) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS since
FROM migrate_safe.journal
WHERE version OPERATOR(pg_catalog.=) $1::pg_catalog.text
  AND event OPERATOR(pg_catalog.=) ANY (ARRAY['applied', 'marked_applied']);
