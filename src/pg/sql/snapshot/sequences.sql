-- Sequences without their positions, which are data. $1: our schema, left out.
SELECT
    'sequence' AS kind,
    pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS identity,
    pg_catalog.quote_ident(tn.nspname) || '.' || pg_catalog.quote_ident(t.relname) AS parent,
    pg_catalog.concat_ws(' ', c.tableoid, c.oid) AS address,
    pg_catalog.pg_get_userbyid(c.relowner) AS owner,
    CASE c.relpersistence WHEN 'u' THEN 'unlogged' END AS persistence,
    pg_catalog.format_type(s.seqtypid, NULL) AS type,
    s.seqstart AS start,
    s.seqincrement AS increment,
    s.seqmin AS minimum,
    s.seqmax AS maximum,
    s.seqcache AS cache,
    CASE WHEN s.seqcycle THEN 'yes' END AS cycle,
    CASE o.deptype WHEN 'i' THEN 'identity ' ELSE '' END || pg_catalog.quote_ident(tn.nspname) || '.'
        || pg_catalog.quote_ident(t.relname) || '.' || pg_catalog.quote_ident(a.attname) AS "owned by",
    COALESCE(c.relacl, pg_catalog.acldefault('s', c.relowner)) AS privileges
FROM pg_catalog.pg_sequence s
JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_depend o
    ON o.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND o.objid = c.oid AND o.objsubid = 0
    AND o.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND o.refobjsubid > 0 AND o.deptype IN ('a', 'i')
LEFT JOIN pg_catalog.pg_class t ON t.oid = o.refobjid
LEFT JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = o.refobjid AND a.attnum = o.refobjsubid
WHERE c.oid >= 16384
  AND c.relpersistence <> 't'
  AND n.nspname <> $1::pg_catalog.text
  AND c.oid NOT IN (
      SELECT d.objid
      FROM pg_catalog.pg_depend d
      WHERE d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
        AND d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
        AND d.deptype = 'e'
  );
