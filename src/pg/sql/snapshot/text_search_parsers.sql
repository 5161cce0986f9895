-- Text search parsers and templates. $1: our schema, left out.
SELECT
    'text search parser' AS kind,
    pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(p.prsname) AS identity,
    NULL AS parent,
    pg_catalog.concat_ws(' ', p.tableoid, p.oid) AS address,
    pg_catalog.concat_ws(', ',
        p.prsstart::pg_catalog.oid::pg_catalog.regprocedure, p.prstoken::pg_catalog.oid::pg_catalog.regprocedure,
        p.prsend::pg_catalog.oid::pg_catalog.regprocedure, p.prsheadline::pg_catalog.oid::pg_catalog.regprocedure,
        p.prslextype::pg_catalog.oid::pg_catalog.regprocedure) AS functions
FROM pg_catalog.pg_ts_parser p
JOIN pg_catalog.pg_namespace n ON n.oid = p.prsnamespace
WHERE p.oid >= 16384
  AND n.nspname <> $1::pg_catalog.text
  AND p.oid NOT IN (
      SELECT d.objid
      FROM pg_catalog.pg_depend d
      WHERE d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
        AND d.classid = 'pg_catalog.pg_ts_parser'::pg_catalog.regclass
        AND d.deptype = 'e'
  )
UNION ALL
SELECT
    'text search template',
    pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(t.tmplname),
    NULL,
    pg_catalog.concat_ws(' ', t.tableoid, t.oid),
    pg_catalog.concat_ws(', ',
        t.tmplinit::pg_catalog.oid::pg_catalog.regprocedure, t.tmpllexize::pg_catalog.oid::pg_catalog.regprocedure)
FROM pg_catalog.pg_ts_template t
JOIN pg_catalog.pg_namespace n ON n.oid = t.tmplnamespace
WHERE t.oid >= 16384
  AND n.nspname <> $1::pg_catalog.text
  AND t.oid NOT IN (
      SELECT d.objid
      FROM pg_catalog.pg_depend d
      WHERE d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
        AND d.classid = 'pg_catalog.pg_ts_template'::pg_catalog.regclass
        AND d.deptype = 'e'
  );
