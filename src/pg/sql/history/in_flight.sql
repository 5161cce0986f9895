-- The statement of a dirty migration that was announced and never counted; no row when there is none. $1 version.
SELECT (started.detail OPERATOR(pg_catalog.->>) 'statement')::pg_catalog.int4 AS statement,
       started.detail OPERATOR(pg_catalog.->>) 'sql' AS sql,
       started.detail OPERATOR(pg_catalog.->>) 'direction' AS direction,
       pg_catalog.to_char(started.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS at
FROM migrate_safe.journal started
JOIN migrate_safe.schema_migrations m
  ON m.version OPERATOR(pg_catalog.=) started.version
WHERE started.version OPERATOR(pg_catalog.=) $1
  AND m.dirty
  AND started.event OPERATOR(pg_catalog.=) 'statement_started'
  AND NOT EXISTS (
      SELECT
      FROM migrate_safe.journal later
      WHERE later.version OPERATOR(pg_catalog.=) started.version
        AND later.id OPERATOR(pg_catalog.>) started.id
        AND later.event OPERATOR(pg_catalog.=) ANY (ARRAY['statements_done', 'statement_started', 'statement_failed', 'steps_begun', 'down_steps_begun'])
  )
ORDER BY started.id DESC
LIMIT 1;
