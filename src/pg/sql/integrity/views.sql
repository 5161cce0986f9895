-- Views and materialised views, each with a statement that plans it. $1: {oid, ...}.
SELECT
    'code.views' AS kind,
    c.oid AS relation,
    0 AS other,
    pg_catalog.format('%I.%I', n.nspname, c.relname) AS object,
    NULL AS condition,
    NULL AS screen,
    CASE WHEN c.relkind = 'v' THEN pg_catalog.format('EXPLAIN SELECT * FROM %I.%I LIMIT 0', n.nspname, c.relname)
        ELSE 'EXPLAIN ' || pg_catalog.regexp_replace(pg_catalog.pg_get_viewdef(c.oid), ';\s*$', '') END AS statement,
    NULL AS sampled,
    NULL AS shown,
    NULL AS reason,
    true AS is_promised,
    NULL AS repairs,
    pg_catalog.format('change what it calls back, or the view: CREATE OR REPLACE VIEW %I.%I AS ...;', n.nspname, c.relname) AS fix
FROM pg_catalog.unnest($1::pg_catalog.oid[]) AS w(oid)
JOIN pg_catalog.pg_class c ON c.oid = w.oid AND c.relkind = ANY ('{v,m}'::pg_catalog."char"[])
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
ORDER BY n.nspname COLLATE pg_catalog."C", c.relname COLLATE pg_catalog."C";
