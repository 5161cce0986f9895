-- The user's tables and materialised views: rows as the planner knows them (-1: it does not), bytes with indexes.
-- Sorted by bytes: the type of a name has the collation C.
SELECT
    pg_catalog.format('%I.%I', namespaces.nspname, relations.relname) AS name,
    relations.reltuples::pg_catalog.int8 AS row_count,
    pg_catalog.pg_total_relation_size(relations.oid) AS bytes
FROM pg_catalog.pg_class AS relations
JOIN pg_catalog.pg_namespace AS namespaces ON namespaces.oid OPERATOR(pg_catalog.=) relations.relnamespace
WHERE
    relations.relkind OPERATOR(pg_catalog.=) ANY('{r,m}')
    AND relations.relpersistence OPERATOR(pg_catalog.<>) 't'
    AND namespaces.nspname OPERATOR(pg_catalog.<>) ALL('{pg_catalog,information_schema,pg_toast}')
ORDER BY name;
