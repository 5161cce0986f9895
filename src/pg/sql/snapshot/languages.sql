-- Procedural languages that no extension brought.
SELECT
    'language' AS kind,
    pg_catalog.quote_ident(l.lanname) AS identity,
    NULL AS parent,
    pg_catalog.concat_ws(' ', l.tableoid, l.oid) AS address,
    pg_catalog.pg_get_userbyid(l.lanowner) AS owner,
    CASE WHEN l.lanpltrusted THEN 'yes' END AS trusted,
    NULLIF(l.lanplcallfoid, 0)::pg_catalog.regprocedure AS handler,
    NULLIF(l.laninline, 0)::pg_catalog.regprocedure AS inline,
    NULLIF(l.lanvalidator, 0)::pg_catalog.regprocedure AS validator,
    COALESCE(l.lanacl, pg_catalog.acldefault('l', l.lanowner)) AS privileges
FROM pg_catalog.pg_language l
WHERE l.oid >= 16384
  AND l.oid NOT IN (
      SELECT d.objid
      FROM pg_catalog.pg_depend d
      WHERE d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
        AND d.classid = 'pg_catalog.pg_language'::pg_catalog.regclass
        AND d.deptype = 'e'
  );
