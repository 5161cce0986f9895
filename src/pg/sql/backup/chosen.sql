-- Which tables' rows a backup of chosen tables has: those, their partitions and children, and what their foreign keys
-- point to, without which their rows could not be restored.
-- $1: ["\"app\".\"orders\"", ...]
WITH RECURSIVE chosen (relation) AS (
    SELECT named.relation::pg_catalog.regclass::pg_catalog.oid
    FROM pg_catalog.unnest(ARRAY( -- the planner takes an array for ten names, not a hundred
        SELECT pg_catalog.jsonb_array_elements_text($1::pg_catalog.jsonb)
    )) AS named(relation)
    UNION
    SELECT further.relation
    FROM chosen c
    CROSS JOIN LATERAL (
        SELECT h.inhrelid AS relation
        FROM pg_catalog.pg_inherits h
        WHERE h.inhparent OPERATOR(pg_catalog.=) c.relation
        UNION ALL
        SELECT f.confrelid
        FROM pg_catalog.pg_constraint f
        WHERE f.conrelid OPERATOR(pg_catalog.=) c.relation
          AND f.contype OPERATOR(pg_catalog.=) 'f'
    ) AS further
)
SELECT
    pg_catalog.format('%I.%I', n.nspname, c.relname) AS qualified,
    c.oid OPERATOR(pg_catalog.=) ANY (SELECT w.relation FROM chosen w) AS is_chosen
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
WHERE c.relkind OPERATOR(pg_catalog.=) 'r'
  AND c.relpersistence OPERATOR(pg_catalog.<>) 't'
  AND n.nspname OPERATOR(pg_catalog.<>) 'information_schema'
  AND n.nspname OPERATOR(pg_catalog.!~) '^pg_'
ORDER BY n.nspname, c.relname;
