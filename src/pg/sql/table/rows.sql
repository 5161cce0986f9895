-- The migrations of a schema_versions table, in any order. `public.schema_versions` stands for the table that was found.
-- Types are the team's (varchar or text, timestamp or timestamptz); schema_version_down_sql may be missing.
SELECT
    v.schema_version_version::pg_catalog.text AS version,
    v.schema_version_description::pg_catalog.text AS description,
    v.schema_version_up_sql::pg_catalog.text AS up_sql,
    pg_catalog.to_jsonb(v) OPERATOR(pg_catalog.->>) 'schema_version_down_sql' AS down_sql,
    v.schema_version_is_current AS is_current,
    pg_catalog.left(v.schema_version_applied_at::pg_catalog.text, 19) AS applied_at,
    v.schema_version_applied_by::pg_catalog.text AS applied_by
FROM public.schema_versions AS v;
