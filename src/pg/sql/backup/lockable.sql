-- Every table that a dump reads or describes, for LOCK TABLE: ordinary and partitioned ones.
-- `is_locked`: this session has its ACCESS SHARE lock already, which no snapshot can tell.
SELECT
    pg_catalog.format('%I.%I', n.nspname, c.relname) AS qualified,
    EXISTS (
        SELECT
        FROM pg_catalog.pg_locks l
        WHERE l.pid OPERATOR(pg_catalog.=) pg_catalog.pg_backend_pid()
          AND l.relation OPERATOR(pg_catalog.=) c.oid
          AND l.mode OPERATOR(pg_catalog.=) 'AccessShareLock'
          AND l.granted
    ) AS is_locked
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
WHERE c.relkind OPERATOR(pg_catalog.=) ANY ('{r,p}'::pg_catalog."char"[])
  AND c.relpersistence OPERATOR(pg_catalog.<>) 't'
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
