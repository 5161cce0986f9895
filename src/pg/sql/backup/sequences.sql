-- Every sequence whose position a dump carries, those of identity columns too. Where one stands is asked of itself.
SELECT
    n.nspname AS schema,
    c.relname AS name,
    pg_catalog.format('%I.%I', n.nspname, c.relname) AS qualified,
    s.seqincrement OPERATOR(pg_catalog.<) 0 AS is_descending
FROM pg_catalog.pg_sequence s
JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) s.seqrelid
JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
WHERE c.relpersistence OPERATOR(pg_catalog.<>) 't'
  AND NOT (c.relpersistence OPERATOR(pg_catalog.=) 'u' AND pg_catalog.pg_is_in_recovery())
  AND n.nspname OPERATOR(pg_catalog.<>) 'information_schema'
  AND n.nspname OPERATOR(pg_catalog.!~) '^pg_'
  AND NOT EXISTS (
      SELECT
      FROM pg_catalog.pg_depend d
      JOIN pg_catalog.pg_extension e ON e.oid OPERATOR(pg_catalog.=) d.refobjid
      WHERE d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass
        AND d.objid OPERATOR(pg_catalog.=) c.oid
        AND d.deptype OPERATOR(pg_catalog.=) 'e'
        AND (e.extconfig IS NULL OR d.objid OPERATOR(pg_catalog.<>) ALL (e.extconfig))
  )
ORDER BY n.nspname, c.relname;
