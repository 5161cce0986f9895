-- Tables and materialised views that hold rows, with what is known of these without reading one. Those of extensions
-- are theirs. $1: our schema, left out.
SELECT
    c.oid,
    pg_catalog.format('%I.%I', n.nspname, c.relname) AS name,
    c.relfilenode AS file,
    pg_catalog.pg_stat_get_live_tuples(c.oid) AS estimate,
    c.relpages AS pages,
    (SELECT pg_catalog.count(*) FROM pg_catalog.pg_index i
     WHERE i.indrelid OPERATOR(pg_catalog.=) c.oid AND i.indexprs IS NOT NULL) AS expressions,
    -- who reads it would stand behind whoever has it for himself, or waits for that
    pg_catalog.has_table_privilege(c.oid, 'SELECT') AND c.oid OPERATOR(pg_catalog.<>) ALL (ARRAY(
        SELECT l.relation
        FROM pg_catalog.pg_locks l
        WHERE l.mode OPERATOR(pg_catalog.=) 'AccessExclusiveLock' AND l.relation IS NOT NULL
    )) AS is_readable
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
WHERE c.relkind OPERATOR(pg_catalog.=) ANY (ARRAY['r', 'm']::pg_catalog."char"[])
  AND c.relpersistence OPERATOR(pg_catalog.<>) 't'
  AND n.nspname OPERATOR(pg_catalog.<>) ALL (ARRAY['pg_catalog', 'information_schema', $1::pg_catalog.text])
  AND NOT EXISTS (
      SELECT
      FROM pg_catalog.pg_depend d
      WHERE d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass
        AND d.objid OPERATOR(pg_catalog.=) c.oid
        AND d.deptype OPERATOR(pg_catalog.=) 'e'
  )
ORDER BY c.oid;
