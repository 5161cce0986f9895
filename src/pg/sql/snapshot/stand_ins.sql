-- What has no object of its own in a snapshot, and the address of what it stands for: a default for its column, a
-- view's rule for the view, a member for its extension. One may stand for what stands for another: an array of a
-- table's row type. "default": what depends is the column's default alone.
SELECT
    d.tableoid::pg_catalog.int8 AS class, d.oid::pg_catalog.int8 AS oid,
    'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid::pg_catalog.int8 AS for_class,
    d.adrelid::pg_catalog.int8 AS for_oid, d.adnum::pg_catalog.int8 AS for_number, a.attgenerated = '' AS "default"
FROM pg_catalog.pg_attrdef d
JOIN pg_catalog.pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
WHERE d.oid >= 16384
UNION ALL
SELECT r.tableoid::pg_catalog.int8, r.oid::pg_catalog.int8,
       'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid::pg_catalog.int8, r.ev_class::pg_catalog.int8, 0, false
FROM pg_catalog.pg_rewrite r
WHERE r.oid >= 16384 AND r.rulename = '_RETURN'
UNION ALL
-- arrays of types
SELECT e.tableoid::pg_catalog.int8, e.typarray::pg_catalog.int8, e.tableoid::pg_catalog.int8, e.oid::pg_catalog.int8, 0,
       false
FROM pg_catalog.pg_type e
WHERE e.typarray >= 16384
UNION ALL
-- row types of relations
SELECT t.tableoid::pg_catalog.int8, t.oid::pg_catalog.int8, c.tableoid::pg_catalog.int8, c.oid::pg_catalog.int8, 0, false
FROM pg_catalog.pg_type t
JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
WHERE t.oid >= 16384 AND c.relkind <> 'c'
UNION ALL
-- and the relation behind a composite type
SELECT c.tableoid::pg_catalog.int8, c.oid::pg_catalog.int8,
       'pg_catalog.pg_type'::pg_catalog.regclass::pg_catalog.oid::pg_catalog.int8, c.reltype::pg_catalog.int8, 0, false
FROM pg_catalog.pg_class c
WHERE c.relkind = 'c' AND c.oid >= 16384
UNION ALL
-- multiranges and their arrays (since 14), and the functions that came with a range
SELECT 'pg_catalog.pg_type'::pg_catalog.regclass::pg_catalog.oid::pg_catalog.int8,
       (pg_catalog.to_jsonb(r) ->> 'rngmultitypid')::pg_catalog.int8,
       'pg_catalog.pg_type'::pg_catalog.regclass::pg_catalog.oid::pg_catalog.int8, r.rngtypid::pg_catalog.int8, 0, false
FROM pg_catalog.pg_range r
WHERE r.rngtypid >= 16384 AND pg_catalog.to_jsonb(r) ? 'rngmultitypid'
UNION ALL
SELECT d.classid::pg_catalog.int8, d.objid::pg_catalog.int8, d.refclassid::pg_catalog.int8, d.refobjid::pg_catalog.int8, 0,
       false
FROM pg_catalog.pg_depend d
WHERE d.objid >= 16384
  AND (d.deptype = 'i' AND d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
           AND d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass
       -- members of an operator class or family
       OR d.deptype = 'i' AND d.classid IN ('pg_catalog.pg_amop'::pg_catalog.regclass,
                                            'pg_catalog.pg_amproc'::pg_catalog.regclass)
       OR d.deptype = 'a' AND d.refclassid = 'pg_catalog.pg_opfamily'::pg_catalog.regclass
           AND d.classid IN ('pg_catalog.pg_amop'::pg_catalog.regclass, 'pg_catalog.pg_amproc'::pg_catalog.regclass)
       OR d.deptype = 'e');
