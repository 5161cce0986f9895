-- Schemas. $1: our own, left out.
SELECT
    'schema' AS kind,
    pg_catalog.quote_ident(n.nspname) AS identity,
    NULL AS parent,
    pg_catalog.concat_ws(' ', n.tableoid, n.oid) AS address,
    pg_catalog.pg_get_userbyid(n.nspowner) AS owner,
    COALESCE(n.nspacl, pg_catalog.acldefault('n', n.nspowner)) AS privileges
FROM pg_catalog.pg_namespace n
WHERE n.nspname !~ '^pg_'
  AND n.nspname NOT IN ('information_schema', $1::pg_catalog.text)
  AND n.oid NOT IN (
      SELECT d.objid
      FROM pg_catalog.pg_depend d
      WHERE d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
        AND d.classid = 'pg_catalog.pg_namespace'::pg_catalog.regclass
        AND d.deptype = 'e'
  );
