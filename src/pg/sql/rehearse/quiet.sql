-- What makes an INSERT do nothing but insert, and give back all that it took when it is rolled back: a sequence that was
-- altered in the transaction is a new file until then. With search_path empty. $1: [oid of a table, ...].
WITH tables AS MATERIALIZED (
    SELECT w.oid::pg_catalog.oid AS oid
    FROM pg_catalog.jsonb_array_elements_text($1::pg_catalog.jsonb) AS w(oid)
), sequences AS (
    SELECT d.objid AS oid -- that belong to a column
    FROM pg_catalog.pg_depend d
    JOIN tables t ON t.oid OPERATOR(pg_catalog.=) d.refobjid
    WHERE d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass
      AND d.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass
      AND d.deptype OPERATOR(pg_catalog.=) ANY ('{a,i}'::pg_catalog."char"[])
    UNION
    SELECT d.refobjid -- that a default asks
    FROM pg_catalog.pg_attrdef f
    JOIN tables t ON t.oid OPERATOR(pg_catalog.=) f.adrelid
    JOIN pg_catalog.pg_depend d
        ON d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_attrdef'::pg_catalog.regclass
       AND d.objid OPERATOR(pg_catalog.=) f.oid
       AND d.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass
)
SELECT pg_catalog.format('ALTER SEQUENCE %I.%I CACHE %s', n.nspname, c.relname, s.seqcache) AS statement
FROM sequences q
JOIN pg_catalog.pg_sequence s ON s.seqrelid OPERATOR(pg_catalog.=) q.oid
JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) q.oid
JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
UNION ALL
SELECT pg_catalog.format('ALTER TABLE ONLY %I.%I DISABLE TRIGGER USER', n.nspname, c.relname)
FROM tables t
JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) t.oid
JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
WHERE EXISTS (
    SELECT
    FROM pg_catalog.pg_trigger g
    WHERE g.tgrelid OPERATOR(pg_catalog.=) c.oid AND NOT g.tgisinternal
)
UNION ALL
SELECT pg_catalog.format('ALTER TABLE %I.%I DISABLE RULE %I', n.nspname, c.relname, r.rulename)
FROM tables t
JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) t.oid
JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
JOIN pg_catalog.pg_rewrite r ON r.ev_class OPERATOR(pg_catalog.=) c.oid
WHERE r.ev_type OPERATOR(pg_catalog.<>) '1'
UNION ALL
SELECT pg_catalog.format('ALTER TABLE ONLY %I.%I REPLICA IDENTITY FULL', n.nspname, c.relname) -- else no row of it can be deleted
FROM tables t
JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) t.oid
JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
WHERE c.relreplident OPERATOR(pg_catalog.<>) 'f'
  AND EXISTS (SELECT FROM pg_catalog.pg_publication);
