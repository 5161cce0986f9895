-- How many places of the lock table the greatest of the locks takes: a relation with its partitions, children and
-- the indexes of them all. $1: wanted locks, as in locks/blockers.sql.
WITH RECURSIVE reached AS (
    SELECT w.relation AS asked, pg_catalog.to_regclass(w.relation)::pg_catalog.oid AS relation
    FROM pg_catalog.jsonb_to_recordset($1::pg_catalog.jsonb)
        AS w(relation pg_catalog.text, mode pg_catalog.int4, reach pg_catalog.int4)
    WHERE w.reach OPERATOR(pg_catalog.>=) 1
    UNION
    SELECT r.asked, h.inhrelid
    FROM reached r
    JOIN pg_catalog.pg_inherits h ON h.inhparent OPERATOR(pg_catalog.=) r.relation
)
SELECT
    r.asked,
    pg_catalog.count(DISTINCT r.relation) AS relations,
    pg_catalog.count(DISTINCT r.relation) OPERATOR(pg_catalog.+) pg_catalog.count(i.indexrelid) AS places
FROM reached r
LEFT JOIN pg_catalog.pg_index i ON i.indrelid OPERATOR(pg_catalog.=) r.relation
WHERE r.relation IS NOT NULL
GROUP BY r.asked
ORDER BY 3 DESC, 1
LIMIT 1;
