-- Extensions stand for all that is in them. They have no owner that anyone could set, and a dump names none. Nor
-- does it name the version: a restored one has the newest that is there, so that is a kind of its own.
SELECT
    'extension' AS kind,
    pg_catalog.quote_ident(e.extname) AS identity,
    NULL AS parent,
    pg_catalog.concat_ws(' ', e.tableoid, e.oid) AS address,
    n.nspname AS schema,
    NULL AS version
FROM pg_catalog.pg_extension e
JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
UNION ALL
SELECT 'extension version', pg_catalog.quote_ident(e.extname), pg_catalog.quote_ident(e.extname),
       pg_catalog.concat_ws(' ', e.tableoid, e.oid), NULL, e.extversion
FROM pg_catalog.pg_extension e;
