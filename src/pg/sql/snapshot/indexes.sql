-- Indexes. pg_dump leaves out invalid ones, unless they are of a partitioned table: those are a kind of their own.
-- $1: our schema, left out.
SELECT
    CASE WHEN i.indisvalid OR t.relkind = 'p' THEN 'index' ELSE 'invalid index' END AS kind,
    pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS identity,
    pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(t.relname) AS parent,
    pg_catalog.concat_ws(' ', c.tableoid, c.oid) AS address,
    pg_catalog.pg_get_indexdef(i.indexrelid) AS definition,
    pg_catalog.quote_ident(k.conname) AS "constraint",
    -- those of an index of its own are in the definition
    CASE WHEN k.conname IS NOT NULL AND c.reloptions IS NOT NULL THEN (
        SELECT pg_catalog.string_agg(o, ', ' ORDER BY o COLLATE pg_catalog."C")
        FROM pg_catalog.unnest(c.reloptions) o
    ) END AS options,
    CASE WHEN NOT i.indisvalid THEN 'no' END AS valid,
    CASE WHEN NOT i.indisready THEN 'no' END AS ready,
    CASE WHEN NOT i.indislive THEN 'no' END AS live,
    CASE WHEN i.indisclustered THEN 'yes' END AS clustered,
    CASE WHEN i.indisreplident THEN 'yes' END AS "replica identity",
    s.targets AS statistics,
    CASE WHEN c.relispartition THEN (
        SELECT pg_catalog.quote_ident(pn.nspname) || '.' || pg_catalog.quote_ident(p.relname)
        FROM pg_catalog.pg_inherits h
        JOIN pg_catalog.pg_class p ON p.oid = h.inhparent
        JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
        WHERE h.inhrelid = i.indexrelid
    ) END AS "partition of"
FROM pg_catalog.pg_index i
JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_constraint k ON k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x')
LEFT JOIN (
    SELECT
        a.attrelid,
        pg_catalog.string_agg(pg_catalog.concat(a.attnum, ': ', a.attstattarget), ', ' ORDER BY a.attnum) AS targets
    FROM pg_catalog.pg_attribute a
    WHERE a.attstattarget >= 0 AND a.attnum > 0 AND a.attrelid >= 16384
    GROUP BY a.attrelid
) s ON s.attrelid = i.indexrelid
WHERE c.oid >= 16384
  AND t.relkind IN ('r', 'p', 'm')
  AND c.relpersistence <> 't'
  AND n.nspname <> $1::pg_catalog.text
  AND t.oid NOT IN (
      SELECT d.objid
      FROM pg_catalog.pg_depend d
      WHERE d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
        AND d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
        AND d.deptype = 'e'
  );
