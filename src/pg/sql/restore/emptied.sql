-- One TRUNCATE of all tables, for rows that are to be exactly a backup's: a migration may have put some in. Null: none.
SELECT 'TRUNCATE ' OPERATOR(pg_catalog.||) pg_catalog.string_agg(pg_catalog.format('%I.%I', n.nspname, c.relname), ', ')
       OPERATOR(pg_catalog.||) ' RESTART IDENTITY'
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
WHERE c.relkind OPERATOR(pg_catalog.=) ANY ('{r,p}'::pg_catalog."char"[])
  AND n.nspname OPERATOR(pg_catalog.<>) ALL (ARRAY['pg_catalog', 'information_schema']::pg_catalog.name[])
  AND n.nspname OPERATOR(pg_catalog.!~) '^pg_(toast|temp)'
  AND NOT EXISTS (
      SELECT
      FROM pg_catalog.pg_depend d
      WHERE d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass
        AND d.objid OPERATOR(pg_catalog.=) c.oid
        AND d.deptype OPERATOR(pg_catalog.=) 'e'
  );
