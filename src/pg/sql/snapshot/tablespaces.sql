-- What is kept in another tablespace than the database's: a place, which another server need not have.
-- $1: our schema, left out.
SELECT
    'tablespace' AS kind,
    pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS identity,
    pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS parent,
    pg_catalog.concat_ws(' ', c.tableoid, c.oid) AS address,
    s.spcname AS name
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_tablespace s ON s.oid = c.reltablespace
WHERE c.relkind IN ('r', 'p', 'i', 'I', 'm')
  AND c.oid >= 16384
  AND c.relpersistence <> 't'
  AND n.nspname !~ '^pg_toast'
  AND n.nspname <> $1::pg_catalog.text;
