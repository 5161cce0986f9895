-- Transforms of types for procedural languages.
SELECT
    'transform' AS kind,
    pg_catalog.concat('for ', pg_catalog.format_type(t.trftype, NULL), ' language ', pg_catalog.quote_ident(l.lanname))
        AS identity,
    NULL AS parent,
    pg_catalog.concat_ws(' ', t.tableoid, t.oid) AS address,
    NULLIF(t.trffromsql::pg_catalog.oid, 0)::pg_catalog.regprocedure AS "from sql",
    NULLIF(t.trftosql::pg_catalog.oid, 0)::pg_catalog.regprocedure AS "to sql"
FROM pg_catalog.pg_transform t
JOIN pg_catalog.pg_language l ON l.oid = t.trflang
WHERE t.oid >= 16384
  AND t.oid NOT IN (
      SELECT d.objid
      FROM pg_catalog.pg_depend d
      WHERE d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
        AND d.classid = 'pg_catalog.pg_transform'::pg_catalog.regclass
        AND d.deptype = 'e'
  );
