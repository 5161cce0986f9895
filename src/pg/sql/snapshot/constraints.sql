-- Constraints of tables. A foreign key of a partitioned table stands for those that it made at the partitions: their
-- names depend on the order in which these were made. Constraint triggers are triggers. $1: our schema, left out.
SELECT
    'constraint' AS kind,
    pg_catalog.quote_ident(k.conname) || ' on ' || pg_catalog.quote_ident(n.nspname) || '.'
        || pg_catalog.quote_ident(c.relname) AS identity,
    pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS parent,
    pg_catalog.concat_ws(' ', k.tableoid, k.oid) AS address,
    pg_catalog.pg_get_constraintdef(k.oid) AS definition,
    CASE WHEN k.coninhcount > 0 THEN CASE WHEN k.conislocal THEN 'and local' ELSE 'yes' END END AS inherited
FROM pg_catalog.pg_constraint k
JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE k.contype <> 't'
  AND (k.contype <> 'f' OR k.conparentid = 0)
  AND c.oid >= 16384
  AND c.relpersistence <> 't'
  AND n.nspname <> $1::pg_catalog.text
  AND c.oid NOT IN (
      SELECT d.objid
      FROM pg_catalog.pg_depend d
      WHERE d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
        AND d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
        AND d.deptype = 'e'
  );
