-- Indexes that are not valid, and constraints that are not validated, of the user's tables: the table, the name, and of a
-- constraint its name once more.
-- $1: the schema that is ours.
SELECT
    pg_catalog.format('%I.%I', namespaces.nspname, tables.relname) AS of_table,
    indexes.relname AS name,
    NULL AS of_constraint
FROM pg_catalog.pg_index
JOIN pg_catalog.pg_class AS indexes ON indexes.oid OPERATOR(pg_catalog.=) pg_index.indexrelid
JOIN pg_catalog.pg_class AS tables ON tables.oid OPERATOR(pg_catalog.=) pg_index.indrelid
JOIN pg_catalog.pg_namespace AS namespaces ON namespaces.oid OPERATOR(pg_catalog.=) tables.relnamespace
WHERE
    NOT pg_index.indisvalid
    AND namespaces.nspname OPERATOR(pg_catalog.<>) ALL('{pg_catalog,information_schema,pg_toast}')
    AND namespaces.nspname OPERATOR(pg_catalog.<>) $1
UNION ALL
SELECT
    pg_catalog.format('%I.%I', namespaces.nspname, tables.relname),
    constraints.conname,
    constraints.conname
FROM pg_catalog.pg_constraint AS constraints
JOIN pg_catalog.pg_class AS tables ON tables.oid OPERATOR(pg_catalog.=) constraints.conrelid
JOIN pg_catalog.pg_namespace AS namespaces ON namespaces.oid OPERATOR(pg_catalog.=) tables.relnamespace
WHERE
    NOT constraints.convalidated
    AND constraints.contype OPERATOR(pg_catalog.=) ANY('{c,f,n}')
    AND tables.relkind OPERATOR(pg_catalog.=) ANY('{r,p}')
    AND namespaces.nspname OPERATOR(pg_catalog.<>) $1
ORDER BY 1, 2;
