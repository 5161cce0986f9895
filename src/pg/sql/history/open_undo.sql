-- The undo of a run that failed, begun and not finished: which run, how many of its versions are still there, the first
-- of them, and the version before that. Nothing was applied since. No row when there is none.
-- What came last is looked at, and no more: the journal may be long.
WITH latest AS (
    SELECT j.id, j.run_id, j.event
    FROM migrate_safe.journal j
    ORDER BY j.id DESC
    LIMIT 100
), begun AS (
    SELECT l.id, l.run_id
    FROM latest l
    WHERE l.event OPERATOR(pg_catalog.=) 'undo_begun'
      AND NOT EXISTS (
          SELECT
          FROM latest later
          WHERE later.id OPERATOR(pg_catalog.>) l.id
            AND later.event OPERATOR(pg_catalog.=) ANY (ARRAY['undo_finished', 'applied', 'steps_begun', 'baseline', 'marked_applied'])
      )
    ORDER BY l.id DESC
    LIMIT 1
), remaining AS (
    SELECT m.run_id, m.version, m.applied_order
    FROM migrate_safe.schema_migrations m
    JOIN begun ON begun.run_id OPERATOR(pg_catalog.=) m.run_id
    WHERE m.kind OPERATOR(pg_catalog.=) 'versioned'
)
SELECT
    (SELECT r.run_id FROM remaining r LIMIT 1) AS run_id,
    (SELECT pg_catalog.count(*) FROM remaining) AS remaining,
    (SELECT r.version FROM remaining r ORDER BY r.applied_order LIMIT 1) AS first,
    (
        SELECT m.version
        FROM migrate_safe.schema_migrations m
        WHERE m.applied_order OPERATOR(pg_catalog.<) (SELECT pg_catalog.min(r.applied_order) FROM remaining r)
          AND m.kind OPERATOR(pg_catalog.<>) 'repeatable'
        ORDER BY m.applied_order DESC
        LIMIT 1
    ) AS stays
WHERE EXISTS (SELECT FROM remaining);
