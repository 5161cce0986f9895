-- Collations. The version of the library behind one belongs to the machine. What newer servers call otherwise or
-- have more comes through json: there are few. $1: our schema, left out.
SELECT
    'collation' AS kind,
    pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.collname) AS identity,
    NULL AS parent,
    pg_catalog.concat_ws(' ', c.tableoid, c.oid) AS address,
    pg_catalog.pg_get_userbyid(c.collowner) AS owner,
    c.collprovider AS provider,
    CASE WHEN c.collencoding NOT IN (-1, d.encoding) THEN pg_catalog.pg_encoding_to_char(c.collencoding) END AS encoding,
    c.collcollate AS lc_collate,
    c.collctype AS lc_ctype,
    COALESCE(pg_catalog.to_jsonb(c) ->> 'colllocale', pg_catalog.to_jsonb(c) ->> 'colliculocale') AS locale,
    pg_catalog.to_jsonb(c) ->> 'collicurules' AS rules,
    CASE WHEN NOT c.collisdeterministic THEN 'no' END AS deterministic
FROM pg_catalog.pg_collation c
JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace
JOIN pg_catalog.pg_database d ON d.datname = pg_catalog.current_database()
WHERE c.oid >= 16384
  AND n.nspname <> $1::pg_catalog.text
  AND c.oid NOT IN (
      SELECT m.objid
      FROM pg_catalog.pg_depend m
      WHERE m.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
        AND m.classid = 'pg_catalog.pg_collation'::pg_catalog.regclass
        AND m.deptype = 'e'
  );
