-- Step 3: what the schema was when a run had ended. The newest whole one has its document (run/snapshot_file.c reads it),
-- those before it their fingerprints. Where none could be taken, `why` says it.
CREATE TABLE migrate_safe.schema_snapshots (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    taken_at pg_catalog.timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    taken_by pg_catalog.text NOT NULL DEFAULT session_user,
    run_id pg_catalog.uuid NOT NULL,
    command pg_catalog.text NOT NULL,
    version pg_catalog.text,
    applied_count bigint NOT NULL,
    applied_last bigint NOT NULL,
    journal_last bigint NOT NULL,
    server_major int NOT NULL,
    tool_version pg_catalog.text NOT NULL,
    fingerprint pg_catalog.text,
    object_count bigint,
    gap_count bigint,
    why pg_catalog.text,
    drifted_before bigint,
    document pg_catalog.text,
    CHECK ((fingerprint IS NULL) OPERATOR(pg_catalog.=) (why IS NOT NULL))
);
COMMENT ON TABLE migrate_safe.schema_snapshots IS 'What the schema was when a run of migrate-safe had ended';
COMMENT ON COLUMN migrate_safe.schema_snapshots.version IS 'Applied last; null: nothing was';
COMMENT ON COLUMN migrate_safe.schema_snapshots.applied_last IS 'applied_order of it; with the count and the journal it tells whether the history went on';
COMMENT ON COLUMN migrate_safe.schema_snapshots.drifted_before IS 'Differences from the snapshot before, when the run began; null: not known';
