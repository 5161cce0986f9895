-- Conversions between encodings. $1: our schema, left out.
SELECT
    'conversion' AS kind,
    pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.conname) AS identity,
    NULL AS parent,
    pg_catalog.concat_ws(' ', c.tableoid, c.oid) AS address,
    pg_catalog.pg_get_userbyid(c.conowner) AS owner,
    pg_catalog.pg_encoding_to_char(c.conforencoding) AS "from",
    pg_catalog.pg_encoding_to_char(c.contoencoding) AS "to",
    c.conproc::pg_catalog.oid::pg_catalog.regprocedure AS function,
    CASE WHEN c.condefault THEN 'yes' END AS "default"
FROM pg_catalog.pg_conversion c
JOIN pg_catalog.pg_namespace n ON n.oid = c.connamespace
WHERE c.oid >= 16384
  AND n.nspname <> $1::pg_catalog.text
  AND c.oid NOT IN (
      SELECT d.objid
      FROM pg_catalog.pg_depend d
      WHERE d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
        AND d.classid = 'pg_catalog.pg_conversion'::pg_catalog.regclass
        AND d.deptype = 'e'
  );
