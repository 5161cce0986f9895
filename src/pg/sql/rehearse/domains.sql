-- Checks of domains, and domains that refuse NULL. With search_path empty. $1: [oid of a constraint, ...];
-- $2: [oid of a domain, ...].
SELECT
    CASE WHEN d.kind OPERATOR(pg_catalog.=) 'n' THEN 'o' ELSE 'd' END AS kind,
    t.oid AS relation,
    pg_catalog.format('%I.%I', n.nspname, t.typname) AS "table",
    d.name,
    NULL AS columns,
    d.condition,
    NULL AS keys,
    NULL AS operators,
    NULL AS referenced,
    NULL AS is_referenced_partitioned,
    NULL AS referenced_columns,
    NULL AS is_full,
    NULL AS are_nulls_equal,
    d.is_valid,
    NULL AS reason,
    pg_catalog.jsonb_build_array(d.name) AS names
FROM (
    SELECT k.contypid AS type, 'c' AS kind, k.conname AS name, pg_catalog.pg_get_expr(k.conbin, 0) AS condition,
           k.convalidated AS is_valid
    FROM pg_catalog.jsonb_array_elements_text($1::pg_catalog.jsonb) AS w(oid)
    JOIN pg_catalog.pg_constraint k ON k.oid OPERATOR(pg_catalog.=) w.oid::pg_catalog.oid
    WHERE k.contype OPERATOR(pg_catalog.=) 'c'
    UNION ALL
    SELECT t.oid, 'n', t.typname, NULL, true
    FROM pg_catalog.jsonb_array_elements_text($2::pg_catalog.jsonb) AS w(oid)
    JOIN pg_catalog.pg_type t ON t.oid OPERATOR(pg_catalog.=) w.oid::pg_catalog.oid
    WHERE t.typtype OPERATOR(pg_catalog.=) 'd' AND t.typnotnull
) AS d
JOIN pg_catalog.pg_type t ON t.oid OPERATOR(pg_catalog.=) d.type
JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) t.typnamespace
ORDER BY n.nspname COLLATE pg_catalog."C", t.typname COLLATE pg_catalog."C", d.name COLLATE pg_catalog."C";
