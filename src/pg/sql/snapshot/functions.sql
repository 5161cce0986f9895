-- Functions, window functions and procedures. A body in SQL's own syntax (prosrc is empty then) is deparsed, any
-- other one is the user's text. $1: our schema, left out.
SELECT
    CASE p.prokind WHEN 'p' THEN 'procedure' ELSE 'function' END AS kind,
    pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(p.proname) || '('
        || pg_catalog.oidvectortypes(p.proargtypes) || ')' AS identity,
    NULL AS parent,
    pg_catalog.concat_ws(' ', p.tableoid, p.oid) AS address,
    pg_catalog.pg_get_userbyid(p.proowner) AS owner,
    CASE WHEN p.prosrc = '' THEN pg_catalog.pg_get_functiondef(p.oid) END AS definition,
    CASE WHEN p.prosrc <> '' THEN pg_catalog.pg_get_functiondef(p.oid) END AS source,
    COALESCE(p.proacl, pg_catalog.acldefault('f', p.proowner)) AS privileges
FROM pg_catalog.pg_proc p
JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
WHERE p.prokind IN ('f', 'w', 'p')
  AND p.oid >= 16384
  AND n.nspname !~ '^pg_(toast|temp)'
  AND n.nspname <> $1::pg_catalog.text
  -- what a range type made for itself
  AND p.oid NOT IN (
      SELECT d.objid
      FROM pg_catalog.pg_depend d
      WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
        AND d.objid >= 16384
        AND (d.deptype = 'i' AND d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass
             OR d.deptype = 'e' AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass)
  );
