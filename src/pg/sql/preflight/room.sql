-- What is written anew beside what is there: tables (with their indexes) or indexes of them, partitions counted in.
-- An index is taken for a third of its table. $1: [{"relation": "public.orders", "is_rewritten": true}, ...]
WITH RECURSIVE reached AS (
    SELECT w.relation AS asked, w.is_rewritten, pg_catalog.to_regclass(w.relation)::pg_catalog.oid AS relation
    FROM pg_catalog.jsonb_to_recordset($1::pg_catalog.jsonb)
        AS w(relation pg_catalog.text, is_rewritten pg_catalog.bool)
    UNION
    SELECT r.asked, r.is_rewritten, h.inhrelid
    FROM reached r
    JOIN pg_catalog.pg_inherits h ON h.inhparent OPERATOR(pg_catalog.=) r.relation
)
SELECT
    r.asked,
    pg_catalog.sum(CASE WHEN r.is_rewritten THEN pg_catalog.pg_total_relation_size(r.relation::pg_catalog.regclass)
        ELSE pg_catalog.pg_table_size(r.relation::pg_catalog.regclass) OPERATOR(pg_catalog./) 3::pg_catalog.int8
    END)::pg_catalog.int8 AS bytes
FROM reached r
WHERE r.relation IS NOT NULL
GROUP BY r.asked, r.is_rewritten
ORDER BY 2 DESC, 1;
