-- Operator classes; their operators and functions stand with their families. $1: our schema, left out.
SELECT
    'operator class' AS kind,
    pg_catalog.concat(pg_catalog.quote_ident(n.nspname), '.', pg_catalog.quote_ident(k.opcname), ' USING ', a.amname)
        AS identity,
    NULL AS parent,
    pg_catalog.concat_ws(' ', k.tableoid, k.oid) AS address,
    pg_catalog.pg_get_userbyid(k.opcowner) AS owner,
    pg_catalog.format_type(k.opcintype, NULL) AS type,
    CASE WHEN k.opcdefault THEN 'yes' END AS "default",
    CASE WHEN k.opckeytype <> 0 THEN pg_catalog.format_type(k.opckeytype, NULL) END AS storage,
    pg_catalog.concat(pg_catalog.quote_ident(fn.nspname), '.', pg_catalog.quote_ident(f.opfname)) AS family
FROM pg_catalog.pg_opclass k
JOIN pg_catalog.pg_namespace n ON n.oid = k.opcnamespace
JOIN pg_catalog.pg_am a ON a.oid = k.opcmethod
JOIN pg_catalog.pg_opfamily f ON f.oid = k.opcfamily
JOIN pg_catalog.pg_namespace fn ON fn.oid = f.opfnamespace
WHERE k.oid >= 16384
  AND n.nspname <> $1::pg_catalog.text
  AND k.oid NOT IN (
      SELECT d.objid
      FROM pg_catalog.pg_depend d
      WHERE d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
        AND d.classid = 'pg_catalog.pg_opclass'::pg_catalog.regclass
        AND d.deptype = 'e'
  );
