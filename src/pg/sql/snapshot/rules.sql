-- Rewrite rules with their state; a view's own is the view. $1: our schema, left out.
SELECT
    'rule' AS kind,
    pg_catalog.quote_ident(r.rulename) || ' on ' || pg_catalog.quote_ident(n.nspname) || '.'
        || pg_catalog.quote_ident(c.relname) AS identity,
    pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS parent,
    pg_catalog.concat_ws(' ', r.tableoid, r.oid) AS address,
    pg_catalog.pg_get_ruledef(r.oid) AS definition,
    CASE r.ev_enabled WHEN 'O' THEN 'enabled' WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' END
        AS state
FROM pg_catalog.pg_rewrite r
JOIN pg_catalog.pg_class c ON c.oid = r.ev_class
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE (r.rulename <> '_RETURN' OR r.ev_enabled <> 'O')
  AND r.oid >= 16384
  AND c.relpersistence <> 't'
  AND n.nspname <> $1::pg_catalog.text
  AND c.oid NOT IN (
      SELECT d.objid
      FROM pg_catalog.pg_depend d
      WHERE d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
        AND d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
        AND d.deptype = 'e'
  );
