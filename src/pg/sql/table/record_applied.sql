-- The row of a migration says what the history row of the same transaction says, and that it is the current one.
-- A row that is gone, or that says applied already, divides by zero, so that the transaction fails.
-- $1 version in the table, $2 version in the history, $3 1 when a person decided (no row, or one that says applied, is fine), else 0.
-- The other rows go first: an index may allow only one current row.
WITH recorded AS (
    SELECT applied_at, applied_by
    FROM migrate_safe.schema_migrations
    WHERE version OPERATOR(pg_catalog.=) $2
), replaced AS (
    UPDATE public.schema_versions AS v
    SET schema_version_is_current = false
    WHERE v.schema_version_is_current
      AND v.schema_version_version::pg_catalog.text OPERATOR(pg_catalog.<>) $1
    RETURNING 1
), applied AS (
    UPDATE public.schema_versions AS v
    SET schema_version_is_current = true, schema_version_applied_at = recorded.applied_at,
        schema_version_applied_by = recorded.applied_by
    FROM recorded, (SELECT pg_catalog.count(*) AS count FROM replaced) AS before
    WHERE v.schema_version_version::pg_catalog.text OPERATOR(pg_catalog.=) $1
      AND (v.schema_version_applied_at IS NULL OR $3::pg_catalog.int8 OPERATOR(pg_catalog.=) 1)
      AND before.count OPERATOR(pg_catalog.>=) 0
    RETURNING 1
)
SELECT 1 OPERATOR(pg_catalog./) GREATEST(pg_catalog.count(*), $3::pg_catalog.int8)
FROM applied;
