-- Triggers of foreign keys and deferrable constraints that do not fire as they were made: DISABLE TRIGGER ALL turns
-- them off, and rows without their parents come in. No dump says it. $1: our schema, left out.
SELECT
    'internal trigger' AS kind,
    pg_catalog.concat(p.proname, ' of ', pg_catalog.quote_ident(k.conname), ' on ', pg_catalog.quote_ident(n.nspname),
                      '.', pg_catalog.quote_ident(c.relname)) AS identity,
    pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS parent,
    pg_catalog.concat_ws(' ', 'pg_catalog.pg_constraint'::pg_catalog.regclass::pg_catalog.oid, pg_catalog.max(k.oid)) AS address,
    pg_catalog.string_agg(
        DISTINCT CASE g.tgenabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' ELSE 'always' END, ', ') AS state
FROM pg_catalog.pg_trigger g
JOIN pg_catalog.pg_class c ON c.oid = g.tgrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_proc p ON p.oid = g.tgfoid
JOIN pg_catalog.pg_constraint k ON k.oid = g.tgconstraint
WHERE g.tgisinternal
  AND g.tgenabled <> 'O'
  AND n.nspname <> $1::pg_catalog.text
GROUP BY p.proname, k.conname, n.nspname, c.relname;
