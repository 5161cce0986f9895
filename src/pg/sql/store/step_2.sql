-- Step 2: the current version of the view is a version, also when a repeatable migration was applied after it.
CREATE OR REPLACE VIEW migrate_safe.schema_versions AS
SELECT
    version AS schema_version_version,
    name AS schema_version_description,
    up_sql AS schema_version_up_sql,
    applied_order OPERATOR(pg_catalog.=) pg_catalog.max(applied_order)
        FILTER (WHERE NOT dirty AND kind OPERATOR(pg_catalog.<>) 'repeatable') OVER () AND NOT dirty AS schema_version_is_current,
    applied_at AS schema_version_applied_at,
    applied_by AS schema_version_applied_by
FROM migrate_safe.schema_migrations;
