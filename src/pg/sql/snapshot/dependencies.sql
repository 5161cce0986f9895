-- Who depends on whom, at the grain of columns, as the server knows it. What belongs to an extension is a stand-in
-- (stand_ins.sql); toast tables come and go with theirs.
SELECT
    d.classid::pg_catalog.int8 AS class, d.objid::pg_catalog.int8 AS oid, d.objsubid::pg_catalog.int8 AS number,
    d.refclassid::pg_catalog.int8 AS on_class, d.refobjid::pg_catalog.int8 AS on_oid,
    d.refobjsubid::pg_catalog.int8 AS on_number, d.deptype AS kind
FROM pg_catalog.pg_depend d
WHERE d.objid >= 16384
  AND d.deptype <> 'e';
