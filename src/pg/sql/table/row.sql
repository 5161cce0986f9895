-- What the row of one migration says now. $1 version.
SELECT
    pg_catalog.left(v.schema_version_applied_at::pg_catalog.text, 19) AS applied_at,
    v.schema_version_applied_by::pg_catalog.text AS applied_by
FROM public.schema_versions AS v
WHERE v.schema_version_version::pg_catalog.text OPERATOR(pg_catalog.=) $1;
