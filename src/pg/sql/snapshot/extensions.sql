-- Extensions stand for all that is in them. They have no owner that anyone could set, and a dump names none.
SELECT
    'extension' AS kind,
    pg_catalog.quote_ident(e.extname) AS identity,
    NULL AS parent,
    e.extversion AS version,
    n.nspname AS schema
FROM pg_catalog.pg_extension e
JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace;
