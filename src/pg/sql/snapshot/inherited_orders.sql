-- The columns of a table that inherits, in their order: after a dump the inherited ones come first.
-- $1: our schema, left out.
SELECT
    'inherited column order' AS kind,
    pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS identity,
    pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS parent,
    pg_catalog.concat_ws(' ', c.tableoid, c.oid) AS address,
    (
        SELECT pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' ORDER BY a.attnum)
        FROM pg_catalog.pg_attribute a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    ) AS columns
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'f')
  AND NOT c.relispartition
  AND c.oid >= 16384
  AND c.relpersistence <> 't'
  AND c.oid IN (SELECT i.inhrelid FROM pg_catalog.pg_inherits i)
  AND n.nspname <> $1::pg_catalog.text
  AND c.oid NOT IN (
      SELECT d.objid
      FROM pg_catalog.pg_depend d
      WHERE d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
        AND d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
        AND d.deptype = 'e'
  );
