-- Views and materialised views; whether these hold rows is in materialized_view_states.sql. $1: our schema, left out.
SELECT
    CASE c.relkind WHEN 'm' THEN 'materialized view' ELSE 'view' END AS kind,
    pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS identity,
    NULL AS parent,
    pg_catalog.concat_ws(' ', c.tableoid, c.oid) AS address,
    pg_catalog.pg_get_userbyid(c.relowner) AS owner,
    NULLIF(a.amname, 'heap') AS "access method",
    CASE WHEN c.reloptions IS NOT NULL THEN (
        SELECT pg_catalog.string_agg(o, ', ' ORDER BY o COLLATE pg_catalog."C")
        FROM pg_catalog.unnest(c.reloptions) o
    ) END AS options,
    (
        SELECT pg_catalog.string_agg(
            pg_catalog.concat(pg_catalog.quote_ident(a.attname), ' ', pg_catalog.format_type(a.atttypid, a.atttypmod)),
            E'\n' ORDER BY a.attnum)
        FROM pg_catalog.pg_attribute a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    ) AS columns,
    pg_catalog.pg_get_viewdef(c.oid) AS definition,
    COALESCE(c.relacl, pg_catalog.acldefault('r', c.relowner)) AS privileges
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_am a ON a.oid = c.relam
WHERE c.relkind IN ('v', 'm')
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
