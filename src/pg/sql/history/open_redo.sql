-- The version that a redo has taken back and not applied again: nothing was settled since. No row when there is none.
SELECT last.version
FROM (
    SELECT j.version, j.event, j.detail
    FROM migrate_safe.journal j
    WHERE j.event OPERATOR(pg_catalog.=) ANY (ARRAY['applied', 'reverted', 'baseline', 'undone', 'marked_applied', 'marked_not_applied'])
    ORDER BY j.id DESC
    LIMIT 1
) last
WHERE last.event OPERATOR(pg_catalog.=) 'reverted'
  AND last.detail OPERATOR(pg_catalog.->>) 'command' OPERATOR(pg_catalog.=) 'redo';
