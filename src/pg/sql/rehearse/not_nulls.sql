-- Columns that refuse NULL, without those of children whose parent's column is among them. With search_path empty.
-- $1: [[relation, number], ...].
WITH wanted AS MATERIALIZED (
    SELECT
        (w.place OPERATOR(pg_catalog.->>) 0)::pg_catalog.oid AS relation,
        (w.place OPERATOR(pg_catalog.->>) 1)::pg_catalog.int2 AS number
    FROM pg_catalog.jsonb_array_elements($1::pg_catalog.jsonb) AS w(place)
)
SELECT
    'n' AS kind,
    c.oid AS relation,
    pg_catalog.format('%I.%I', n.nspname, c.relname) AS "table",
    a.attname AS name,
    pg_catalog.jsonb_build_array(a.attname) AS columns,
    NULL AS condition,
    NULL AS keys,
    NULL AS operators,
    NULL AS referenced,
    NULL AS is_referenced_partitioned,
    NULL AS referenced_columns,
    NULL AS is_full,
    NULL AS are_nulls_equal,
    true AS is_valid,
    CASE
        WHEN c.relkind OPERATOR(pg_catalog.=) 'f' THEN 'a foreign table: its server decides'
        WHEN a.attgenerated OPERATOR(pg_catalog.<>) '' THEN 'a generated column, whose value nobody gives'
    END AS reason,
    pg_catalog.jsonb_build_array(a.attname) AS names
FROM wanted w
JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) w.relation
JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
JOIN pg_catalog.pg_attribute a
    ON a.attrelid OPERATOR(pg_catalog.=) c.oid AND a.attnum OPERATOR(pg_catalog.=) w.number
WHERE NOT EXISTS (
    SELECT
    FROM pg_catalog.pg_inherits h
    JOIN pg_catalog.pg_attribute p
        ON p.attrelid OPERATOR(pg_catalog.=) h.inhparent AND p.attname OPERATOR(pg_catalog.=) a.attname
    JOIN wanted pw
        ON pw.relation OPERATOR(pg_catalog.=) p.attrelid AND pw.number OPERATOR(pg_catalog.=) p.attnum
    WHERE h.inhrelid OPERATOR(pg_catalog.=) c.oid
)
ORDER BY n.nspname COLLATE pg_catalog."C", c.relname COLLATE pg_catalog."C", a.attnum;
