-- B-trees, each with amcheck's look at it: the order of its pages, and that each row of the table is in it (`sampled`: the order
-- alone). amcheck locks index and table as a reader does. $1: {oid, ...} of tables and materialised views.
SELECT
    'indexes.structure' AS kind,
    i.indrelid AS relation,
    0 AS other,
    pg_catalog.format('%I.%I', n.nspname, c.relname) AS object,
    NULL AS condition,
    NULL AS screen,
    pg_catalog.format('SELECT 0, NULL FROM (SELECT %s.bt_index_check(%s::pg_catalog.oid::pg_catalog.regclass, true)) AS a',
                      pg_catalog.quote_ident(x.nspname), c.oid) AS statement,
    pg_catalog.format('SELECT 0, NULL FROM (SELECT %s.bt_index_check(%s::pg_catalog.oid::pg_catalog.regclass, false)) AS a',
                      pg_catalog.quote_ident(x.nspname), c.oid) AS sampled,
    NULL AS shown,
    CASE
        WHEN x.nspname IS NULL THEN 'amcheck is not installed: CREATE EXTENSION amcheck;'
        WHEN NOT pg_catalog.has_function_privilege(x.function, 'EXECUTE') THEN pg_catalog.format(
            'EXECUTE is missing: GRANT EXECUTE ON FUNCTION %I.bt_index_check(regclass, boolean) TO %I;', x.nspname, CURRENT_USER)
    END AS reason,
    true AS is_promised,
    NULL AS repairs,
    pg_catalog.format('REINDEX INDEX CONCURRENTLY %I.%I; and look at disk and memory: something has damaged it', n.nspname, c.relname) AS fix
FROM pg_catalog.unnest($1::pg_catalog.oid[]) AS w(oid)
JOIN pg_catalog.pg_index i ON i.indrelid = w.oid AND i.indisvalid AND i.indisready
JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid AND c.relkind = 'i'
JOIN pg_catalog.pg_am am ON am.oid = c.relam AND am.amname = 'btree'
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN (
    SELECT en.nspname, p.oid AS function
    FROM pg_catalog.pg_extension e
    JOIN pg_catalog.pg_namespace en ON en.oid = e.extnamespace
    JOIN pg_catalog.pg_proc p ON p.pronamespace = en.oid AND p.proname = 'bt_index_check' AND p.pronargs = 2
    WHERE e.extname = 'amcheck'
) AS x ON true
ORDER BY n.nspname COLLATE pg_catalog."C", c.relname COLLATE pg_catalog."C";
