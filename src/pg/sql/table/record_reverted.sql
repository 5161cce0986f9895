-- The row of a migration that was taken back is pending again, and the one applied before it is the current one:
-- the last of the history, which the same transaction has changed already, else the last by the table's own times.
-- Who applied it stays as it is: who stood there before is not known. $1 version in the table.
WITH previous AS (
    SELECT v.schema_version_version::pg_catalog.text AS version
    FROM public.schema_versions AS v
    LEFT JOIN migrate_safe.schema_migrations AS m
        ON m.version OPERATOR(pg_catalog.=) v.schema_version_version::pg_catalog.text AND NOT m.dirty
    WHERE v.schema_version_applied_at IS NOT NULL
      AND v.schema_version_version::pg_catalog.text OPERATOR(pg_catalog.<>) $1
    ORDER BY m.applied_order DESC NULLS LAST, v.schema_version_applied_at DESC
    LIMIT 1
), reverted AS (
    UPDATE public.schema_versions AS v
    SET schema_version_is_current = false, schema_version_applied_at = NULL
    WHERE v.schema_version_version::pg_catalog.text OPERATOR(pg_catalog.=) $1
    RETURNING 1
), replaced AS (
    UPDATE public.schema_versions AS v
    SET schema_version_is_current = false
    WHERE v.schema_version_is_current
      AND v.schema_version_version::pg_catalog.text OPERATOR(pg_catalog.<>) $1
      AND NOT EXISTS (
          SELECT FROM previous
          WHERE previous.version OPERATOR(pg_catalog.=) v.schema_version_version::pg_catalog.text
      )
    RETURNING 1
)
UPDATE public.schema_versions AS v
SET schema_version_is_current = true
FROM previous, (SELECT pg_catalog.count(*) AS count FROM reverted) AS gone, (SELECT pg_catalog.count(*) AS count FROM replaced) AS others
WHERE v.schema_version_version::pg_catalog.text OPERATOR(pg_catalog.=) previous.version
  AND gone.count OPERATOR(pg_catalog.+) others.count OPERATOR(pg_catalog.>=) 0;
