-- Sequences that belong to a column, and whether an index finds that column's values, which are unique then.
-- $1: our schema, left out.
SELECT
    pg_catalog.format('%I.%I', n.nspname, s.relname) AS name,
    pg_catalog.format('%I.%I', tn.nspname, t.relname) AS table,
    pg_catalog.format('%I', a.attname) AS column,
    q.seqincrement AS increment,
    EXISTS (
        SELECT
        FROM pg_catalog.pg_index i
        WHERE i.indrelid OPERATOR(pg_catalog.=) t.oid
          AND i.indkey[0] OPERATOR(pg_catalog.=) a.attnum
          AND i.indisunique AND i.indisvalid AND i.indnkeyatts OPERATOR(pg_catalog.=) 1
          AND i.indpred IS NULL
    ) AS is_unique,
    t.relpages AS pages
FROM pg_catalog.pg_sequence q
JOIN pg_catalog.pg_class s ON s.oid OPERATOR(pg_catalog.=) q.seqrelid
JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) s.relnamespace
JOIN pg_catalog.pg_depend d
    ON d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass
    AND d.objid OPERATOR(pg_catalog.=) s.oid AND d.objsubid OPERATOR(pg_catalog.=) 0
    AND d.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass
    AND d.refobjsubid OPERATOR(pg_catalog.>) 0
    AND d.deptype OPERATOR(pg_catalog.=) ANY (ARRAY['a', 'i']::pg_catalog."char"[])
JOIN pg_catalog.pg_class t ON t.oid OPERATOR(pg_catalog.=) d.refobjid
JOIN pg_catalog.pg_namespace tn ON tn.oid OPERATOR(pg_catalog.=) t.relnamespace
JOIN pg_catalog.pg_attribute a
    ON a.attrelid OPERATOR(pg_catalog.=) d.refobjid AND a.attnum OPERATOR(pg_catalog.=) d.refobjsubid
WHERE tn.nspname OPERATOR(pg_catalog.<>) $1::pg_catalog.text
  AND q.seqincrement OPERATOR(pg_catalog.>) 0
  AND s.relpersistence OPERATOR(pg_catalog.<>) 't'
  -- what is no sequence may come first, and is refused
  AND CASE WHEN s.relkind OPERATOR(pg_catalog.=) 'S' THEN pg_catalog.has_sequence_privilege(s.oid, 'SELECT') END
  AND pg_catalog.has_table_privilege(t.oid, 'SELECT')
ORDER BY 2, 3;
