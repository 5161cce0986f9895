-- Attributes of composite types, in their order. $1: our schema, left out.
SELECT
    'attribute' AS kind,
    pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) || '.'
        || pg_catalog.quote_ident(a.attname) AS identity,
    pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS parent,
    pg_catalog.concat_ws(' ', c.tableoid, c.oid, a.attnum) AS address,
    pg_catalog.row_number() OVER (PARTITION BY a.attrelid ORDER BY a.attnum) AS position,
    pg_catalog.format_type(a.atttypid, a.atttypmod) AS type,
    CASE WHEN a.attcollation <> t.typcollation THEN (
        SELECT pg_catalog.quote_ident(ln.nspname) || '.' || pg_catalog.quote_ident(l.collname)
        FROM pg_catalog.pg_collation l
        JOIN pg_catalog.pg_namespace ln ON ln.oid = l.collnamespace
        WHERE l.oid = a.attcollation
    ) END AS "collation"
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
WHERE c.relkind = 'c'
  AND c.oid >= 16384
  AND n.nspname !~ '^pg_(toast|temp)'
  AND n.nspname <> $1::pg_catalog.text
  AND c.reltype NOT IN (
      SELECT d.objid
      FROM pg_catalog.pg_depend d
      WHERE d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
        AND d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass
        AND d.deptype = 'e'
  );
