-- Triggers with their state. 13 and 14 call the copies at partitions internal; a copy is said only where its state
-- is not its parent's. $1: our schema, left out.
SELECT
    'trigger' AS kind,
    pg_catalog.quote_ident(g.tgname) || ' on ' || pg_catalog.quote_ident(n.nspname) || '.'
        || pg_catalog.quote_ident(c.relname) AS identity,
    pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS parent,
    pg_catalog.concat_ws(' ', g.tableoid, g.oid) AS address,
    CASE WHEN g.tgparentid = 0 THEN pg_catalog.pg_get_triggerdef(g.oid) END AS definition,
    CASE g.tgenabled WHEN 'O' THEN 'enabled' WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' END
        AS state
FROM pg_catalog.pg_trigger g
JOIN pg_catalog.pg_class c ON c.oid = g.tgrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_trigger p ON p.oid = g.tgparentid
WHERE (NOT g.tgisinternal OR g.tgparentid <> 0 AND g.tgconstraint = 0)
  AND (g.tgparentid = 0 OR g.tgenabled <> p.tgenabled)
  AND g.oid >= 16384
  AND c.relpersistence <> 't'
  AND n.nspname <> $1::pg_catalog.text
  AND c.oid NOT IN (
      SELECT d.objid
      FROM pg_catalog.pg_depend d
      WHERE d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
        AND d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
        AND d.deptype = 'e'
  )
  AND g.oid NOT IN (
      SELECT d.objid
      FROM pg_catalog.pg_depend d
      WHERE d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
        AND d.classid = 'pg_catalog.pg_trigger'::pg_catalog.regclass
        AND d.deptype = 'e'
  );
