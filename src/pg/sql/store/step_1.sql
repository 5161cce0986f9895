-- Step 1 of our schema: history, journal, and the view with the column names of a schema_versions table.
-- The schema itself is there already (run/store.c makes it when it is missing). Sent as one text, in one transaction.
-- Types are qualified too: the session's search_path is the user's.
CREATE TABLE migrate_safe.store_steps (
    step int PRIMARY KEY,
    applied_at pg_catalog.timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    tool_version pg_catalog.text NOT NULL
);
CREATE TABLE migrate_safe.schema_migrations (
    version pg_catalog.text PRIMARY KEY,
    name pg_catalog.text NOT NULL,
    layout pg_catalog.text NOT NULL,
    kind pg_catalog.text NOT NULL CHECK (kind OPERATOR(pg_catalog.=) ANY (ARRAY['versioned', 'repeatable', 'baseline'])),
    checksum pg_catalog.text NOT NULL,
    up_sql pg_catalog.text,
    down_sql pg_catalog.text,
    applied_order bigint GENERATED ALWAYS AS IDENTITY,
    applied_at pg_catalog.timestamptz NOT NULL,
    applied_by pg_catalog.text NOT NULL,
    duration_ms bigint NOT NULL,
    statements_done int NOT NULL,
    statements_total int NOT NULL,
    dirty boolean NOT NULL,
    run_id pg_catalog.uuid NOT NULL,
    plan_digest pg_catalog.text,
    backup_id pg_catalog.text,
    tool_version pg_catalog.text NOT NULL
);
CREATE TABLE migrate_safe.journal (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at pg_catalog.timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    run_id pg_catalog.uuid NOT NULL,
    event pg_catalog.text NOT NULL,
    version pg_catalog.text,
    detail pg_catalog.jsonb NOT NULL
);
CREATE VIEW migrate_safe.schema_versions AS
SELECT
    version AS schema_version_version,
    name AS schema_version_description,
    up_sql AS schema_version_up_sql,
    applied_order OPERATOR(pg_catalog.=) pg_catalog.max(applied_order) FILTER (WHERE NOT dirty) OVER () AND NOT dirty AS schema_version_is_current,
    applied_at AS schema_version_applied_at,
    applied_by AS schema_version_applied_by
FROM migrate_safe.schema_migrations;
COMMENT ON TABLE migrate_safe.schema_migrations IS 'What migrate-safe applied to this database';
COMMENT ON TABLE migrate_safe.journal IS 'Every write that migrate-safe made to this database, append-only';
