-- Step 1 of our schema: history, journal, and the view with the column names of a schema_versions table.
-- The schema itself is there already (run/store.c makes it when it is missing). Sent as one text, in one transaction.
CREATE TABLE migrate_safe.store_steps (
    step int PRIMARY KEY,
    applied_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    tool_version text NOT NULL
);
CREATE TABLE migrate_safe.schema_migrations (
    version text PRIMARY KEY,
    name text NOT NULL,
    layout text NOT NULL,
    kind text NOT NULL CHECK (kind OPERATOR(pg_catalog.=) ANY (ARRAY['versioned', 'repeatable', 'baseline'])),
    checksum text NOT NULL,
    up_sql text,
    down_sql text,
    applied_order bigint GENERATED ALWAYS AS IDENTITY,
    applied_at timestamptz NOT NULL,
    applied_by text NOT NULL,
    duration_ms bigint NOT NULL,
    statements_done int NOT NULL,
    statements_total int NOT NULL,
    dirty boolean NOT NULL,
    run_id uuid NOT NULL,
    plan_digest text,
    backup_id text,
    tool_version text NOT NULL
);
CREATE TABLE migrate_safe.journal (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    run_id uuid NOT NULL,
    event text NOT NULL,
    version text,
    detail jsonb NOT NULL
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
