-- Text search dictionaries. $1: our schema, left out.
SELECT
    'text search dictionary' AS kind,
    pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(t.dictname) AS identity,
    NULL AS parent,
    pg_catalog.concat_ws(' ', t.tableoid, t.oid) AS address,
    pg_catalog.pg_get_userbyid(t.dictowner) AS owner,
    pg_catalog.quote_ident(pn.nspname) || '.' || pg_catalog.quote_ident(p.tmplname) AS template,
    t.dictinitoption AS options
FROM pg_catalog.pg_ts_dict t
JOIN pg_catalog.pg_namespace n ON n.oid = t.dictnamespace
JOIN pg_catalog.pg_ts_template p ON p.oid = t.dicttemplate
JOIN pg_catalog.pg_namespace pn ON pn.oid = p.tmplnamespace
WHERE t.oid >= 16384
  AND n.nspname <> $1::pg_catalog.text
  AND t.oid NOT IN (
      SELECT d.objid
      FROM pg_catalog.pg_depend d
      WHERE d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
        AND d.classid = 'pg_catalog.pg_ts_dict'::pg_catalog.regclass
        AND d.deptype = 'e'
  );
