-- Columns of tables and views, as columns.sql; compression came with 14.
SELECT
    'column' AS kind,
    pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) || '.'
        || pg_catalog.quote_ident(a.attname) AS identity,
    pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS parent,
    pg_catalog.concat_ws(' ', c.tableoid, c.oid, a.attnum) AS address,
    CASE WHEN c.relispartition OR c.oid NOT IN (SELECT i.inhrelid FROM pg_catalog.pg_inherits i) THEN
        a.attnum - CASE WHEN g.numbers IS NULL THEN 0 ELSE (
            SELECT pg_catalog.count(*) FROM pg_catalog.unnest(g.numbers) u WHERE u < a.attnum
        ) END
    END AS position,
    pg_catalog.format_type(a.atttypid, a.atttypmod) AS type,
    CASE WHEN a.attcollation <> t.typcollation THEN (
        SELECT pg_catalog.quote_ident(ln.nspname) || '.' || pg_catalog.quote_ident(l.collname)
        FROM pg_catalog.pg_collation l
        JOIN pg_catalog.pg_namespace ln ON ln.oid = l.collnamespace
        WHERE l.oid = a.attcollation
    ) END AS "collation",
    CASE WHEN a.attnotnull THEN 'yes' END AS "not null",
    CASE WHEN a.attgenerated = '' THEN pg_catalog.pg_get_expr(d.adbin, d.adrelid) END AS "default",
    CASE a.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by default' END AS "identity column",
    CASE WHEN a.attgenerated <> '' THEN
        pg_catalog.pg_get_expr(d.adbin, d.adrelid)
            || CASE a.attgenerated WHEN 's' THEN ' stored' WHEN 'v' THEN ' virtual' ELSE a.attgenerated::pg_catalog.text END
    END AS generated,
    CASE WHEN a.attstorage <> t.typstorage THEN
        CASE a.attstorage WHEN 'p' THEN 'plain' WHEN 'e' THEN 'external' WHEN 'm' THEN 'main' ELSE 'extended' END
    END AS storage,
    NULLIF(a.attstattarget, -1) AS statistics,
    CASE WHEN a.attoptions IS NOT NULL THEN (
        SELECT pg_catalog.string_agg(o, ', ' ORDER BY o COLLATE pg_catalog."C")
        FROM pg_catalog.unnest(a.attoptions) o
    ) END AS options,
    CASE WHEN a.attfdwoptions IS NOT NULL THEN (
        SELECT pg_catalog.string_agg(o.text, ', ' ORDER BY o.text COLLATE pg_catalog."C")
        FROM (
            SELECT pg_catalog.concat(pg_catalog.quote_ident(x.option_name), ' ',
                                     pg_catalog.quote_literal(x.option_value)) AS text
            FROM pg_catalog.pg_options_to_table(a.attfdwoptions) x
        ) o
    ) END AS "server options",
    CASE WHEN a.attinhcount > 0 THEN CASE WHEN a.attislocal THEN 'and local' ELSE 'yes' END END AS inherited,
    NULLIF(a.attacl::pg_catalog.text, '{}') AS privileges
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
LEFT JOIN (
    SELECT x.attrelid, pg_catalog.array_agg(x.attnum) AS numbers
    FROM pg_catalog.pg_attribute x
    WHERE x.attisdropped
    GROUP BY x.attrelid
) g ON g.attrelid = a.attrelid
WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm')
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
