-- Access methods that no extension brought.
SELECT
    'access method' AS kind,
    pg_catalog.quote_ident(a.amname) AS identity,
    NULL AS parent,
    pg_catalog.concat_ws(' ', a.tableoid, a.oid) AS address,
    CASE a.amtype WHEN 't' THEN 'table' ELSE 'index' END AS type,
    a.amhandler::pg_catalog.oid::pg_catalog.regprocedure AS handler
FROM pg_catalog.pg_am a
WHERE a.oid >= 16384
  AND a.oid NOT IN (
      SELECT d.objid
      FROM pg_catalog.pg_depend d
      WHERE d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
        AND d.classid = 'pg_catalog.pg_am'::pg_catalog.regclass
        AND d.deptype = 'e'
  );
