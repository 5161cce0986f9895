-- The newest snapshot of the schema, without its document, and whether the history went on without one.
-- What was applied and taken back leaves the history as it was: the journal knows it. Behind a restore the history is
-- the backup's again, and so is its snapshot.
-- Last the newest snapshot since the last acceptance whose run began on a schema that had drifted.
SELECT
    s.id, pg_catalog.to_char(s.taken_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS taken_at,
    s.taken_by, s.run_id, s.command, s.version, s.applied_last, s.server_major, s.tool_version, s.fingerprint,
    s.object_count, s.gap_count, s.why, s.drifted_before,
    (s.applied_count, s.applied_last) OPERATOR(pg_catalog.<>) (
        SELECT pg_catalog.count(*), COALESCE(pg_catalog.max(m.applied_order), 0)
        FROM migrate_safe.schema_migrations m
    ) OR EXISTS (
        SELECT
        FROM migrate_safe.journal j
        WHERE j.id OPERATOR(pg_catalog.>) s.journal_last
          AND j.event OPERATOR(pg_catalog.=) ANY (
              ARRAY['applied', 'reverted', 'undone', 'marked_applied', 'marked_not_applied', 'statements_done'])
          AND NOT EXISTS (
              SELECT
              FROM migrate_safe.journal r
              WHERE r.id OPERATOR(pg_catalog.>) j.id AND r.event OPERATOR(pg_catalog.=) 'restored'
          )
    ) AS is_behind,
    absorbed.version AS absorbed_version, absorbed.run_id AS absorbed_run, absorbed.drifted_before AS absorbed
FROM migrate_safe.schema_snapshots s
LEFT JOIN LATERAL (
    SELECT a.version, a.run_id, a.drifted_before
    FROM migrate_safe.schema_snapshots a
    WHERE a.drifted_before OPERATOR(pg_catalog.>) 0
      AND a.id OPERATOR(pg_catalog.>) COALESCE(
          (SELECT pg_catalog.max(d.id) FROM migrate_safe.schema_snapshots d WHERE d.command OPERATOR(pg_catalog.=) 'drift'),
          0)
    ORDER BY a.id DESC
    LIMIT 1
) absorbed ON true
ORDER BY s.id DESC
LIMIT 1;
