-- What a table's columns need of other objects, as far as no extension has it: types (of columns, of their elements, bases
-- and attributes), functions and sequences of defaults and checks. `name` is how another database would know it.
-- $1: the table's oid.
WITH RECURSIVE expressions AS (
    SELECT d.refclassid, d.refobjid
    FROM pg_catalog.pg_depend d
    WHERE (d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_attrdef'::pg_catalog.regclass
           AND EXISTS (SELECT FROM pg_catalog.pg_attrdef a
                       WHERE a.oid OPERATOR(pg_catalog.=) d.objid AND a.adrelid OPERATOR(pg_catalog.=) $1::pg_catalog.oid))
       OR (d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_constraint'::pg_catalog.regclass
           AND EXISTS (SELECT FROM pg_catalog.pg_constraint k
                       WHERE k.oid OPERATOR(pg_catalog.=) d.objid AND k.conrelid OPERATOR(pg_catalog.=) $1::pg_catalog.oid))
), types (oid) AS (
    SELECT a.atttypid
    FROM pg_catalog.pg_attribute a
    WHERE a.attrelid OPERATOR(pg_catalog.=) $1::pg_catalog.oid
      AND a.attnum OPERATOR(pg_catalog.>) 0 AND NOT a.attisdropped
    UNION
    SELECT refobjid FROM expressions WHERE refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_type'::pg_catalog.regclass
    UNION
    SELECT inner_type.oid
    FROM types
    JOIN pg_catalog.pg_type t ON t.oid OPERATOR(pg_catalog.=) types.oid
    CROSS JOIN LATERAL (
        SELECT t.typelem WHERE t.typelem OPERATOR(pg_catalog.<>) 0::pg_catalog.oid
        UNION ALL
        SELECT t.typbasetype WHERE t.typbasetype OPERATOR(pg_catalog.<>) 0::pg_catalog.oid
        UNION ALL
        SELECT r.rngsubtype FROM pg_catalog.pg_range r WHERE r.rngtypid OPERATOR(pg_catalog.=) t.oid
        UNION ALL
        SELECT a.atttypid FROM pg_catalog.pg_attribute a
        WHERE a.attrelid OPERATOR(pg_catalog.=) t.typrelid AND t.typrelid OPERATOR(pg_catalog.<>) 0::pg_catalog.oid
          AND a.attnum OPERATOR(pg_catalog.>) 0 AND NOT a.attisdropped
    ) AS inner_type (oid)
), needs AS (
    SELECT 'TYPE' AS kind, 'pg_catalog.pg_type'::pg_catalog.regclass AS class, t.oid, n.nspname,
           pg_catalog.format('%I.%I', n.nspname, t.typname) AS name
    FROM types
    JOIN pg_catalog.pg_type t ON t.oid OPERATOR(pg_catalog.=) types.oid
    JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) t.typnamespace
    WHERE t.typelem OPERATOR(pg_catalog.=) 0::pg_catalog.oid OR t.typcategory OPERATOR(pg_catalog.<>) 'A'
    UNION ALL
    SELECT CASE p.prokind WHEN 'p' THEN 'PROCEDURE' WHEN 'a' THEN 'AGGREGATE' ELSE 'FUNCTION' END,
           'pg_catalog.pg_proc'::pg_catalog.regclass, p.oid, n.nspname,
           pg_catalog.format('%I.%I(%s)', n.nspname, p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid))
    FROM expressions e
    JOIN pg_catalog.pg_proc p ON p.oid OPERATOR(pg_catalog.=) e.refobjid
    JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) p.pronamespace
    WHERE e.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_proc'::pg_catalog.regclass
    UNION ALL
    SELECT 'SEQUENCE', 'pg_catalog.pg_class'::pg_catalog.regclass, c.oid, n.nspname,
           pg_catalog.format('%I.%I', n.nspname, c.relname)
    FROM expressions e
    JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) e.refobjid AND c.relkind OPERATOR(pg_catalog.=) 'S'
    JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
    WHERE e.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass
      AND NOT EXISTS (
          SELECT FROM pg_catalog.pg_depend d
          WHERE d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass
            AND d.objid OPERATOR(pg_catalog.=) c.oid
            AND d.deptype OPERATOR(pg_catalog.=) ANY ('{a,i}'::pg_catalog."char"[])
      )
)
SELECT DISTINCT needs.kind, needs.name
FROM needs
WHERE needs.nspname OPERATOR(pg_catalog.<>) ALL (ARRAY['pg_catalog', 'information_schema']::pg_catalog.name[])
  AND NOT EXISTS (
      SELECT FROM pg_catalog.pg_depend d
      WHERE d.classid OPERATOR(pg_catalog.=) needs.class::pg_catalog.oid
        AND d.objid OPERATOR(pg_catalog.=) needs.oid
        AND d.deptype OPERATOR(pg_catalog.=) 'e'
  )
ORDER BY 1, 2;
