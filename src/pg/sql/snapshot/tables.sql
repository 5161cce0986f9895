-- Ordinary, partitioned and foreign tables. What a database had before its first object was made has an oid
-- below 16384. $1: our schema, left out.
SELECT
    CASE c.relkind WHEN 'f' THEN 'foreign table' ELSE 'table' END AS kind,
    pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS identity,
    NULL AS parent,
    pg_catalog.concat_ws(' ', c.tableoid, c.oid) AS address,
    pg_catalog.pg_get_userbyid(c.relowner) AS owner,
    CASE c.relpersistence WHEN 'u' THEN 'unlogged' END AS persistence,
    CASE c.relkind WHEN 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END AS "partition by",
    CASE WHEN NOT c.relispartition THEN (
        SELECT pg_catalog.string_agg(
            pg_catalog.quote_ident(pn.nspname) || '.' || pg_catalog.quote_ident(p.relname), ', ' ORDER BY i.inhseqno)
        FROM pg_catalog.pg_inherits i
        JOIN pg_catalog.pg_class p ON p.oid = i.inhparent
        JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
        WHERE i.inhrelid = c.oid
    ) END AS inherits,
    CASE WHEN c.relispartition THEN (
        SELECT pg_catalog.quote_ident(pn.nspname) || '.' || pg_catalog.quote_ident(p.relname)
        FROM pg_catalog.pg_inherits i
        JOIN pg_catalog.pg_class p ON p.oid = i.inhparent
        JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
        WHERE i.inhrelid = c.oid
    ) END AS "partition of",
    CASE WHEN c.relispartition THEN pg_catalog.pg_get_expr(c.relpartbound, c.oid) END AS bound,
    -- since 14; half detached partitions are so few that the row may go through json
    CASE WHEN c.relispartition THEN (
        SELECT NULLIF(pg_catalog.to_jsonb(i) ->> 'inhdetachpending', 'false')
        FROM pg_catalog.pg_inherits i
        WHERE i.inhrelid = c.oid
    ) END AS "detach pending",
    CASE WHEN c.reloftype <> 0 THEN pg_catalog.format_type(c.reloftype, NULL) END AS "of type",
    NULLIF(a.amname, 'heap') AS "access method",
    CASE WHEN c.reloptions IS NOT NULL THEN (
        SELECT pg_catalog.string_agg(o, ', ' ORDER BY o COLLATE pg_catalog."C")
        FROM pg_catalog.unnest(c.reloptions) o
    ) END AS options,
    CASE WHEN t.reloptions IS NOT NULL THEN (
        SELECT pg_catalog.string_agg(o, ', ' ORDER BY o COLLATE pg_catalog."C")
        FROM pg_catalog.unnest(t.reloptions) o
    ) END AS "toast options",
    CASE c.relreplident WHEN 'f' THEN 'full' WHEN 'n' THEN 'nothing' WHEN 'i' THEN 'index' END AS "replica identity",
    CASE WHEN c.relrowsecurity THEN 'enabled' END AS "row security",
    CASE WHEN c.relforcerowsecurity THEN 'forced' END AS "row security of the owner",
    s.srvname AS server,
    CASE WHEN f.ftoptions IS NOT NULL THEN (
        SELECT pg_catalog.string_agg(o.text, ', ' ORDER BY o.text COLLATE pg_catalog."C")
        FROM (
            SELECT pg_catalog.concat(pg_catalog.quote_ident(x.option_name), ' ',
                                     pg_catalog.quote_literal(x.option_value)) AS text
            FROM pg_catalog.pg_options_to_table(f.ftoptions) x
        ) o
    ) END AS "server options",
    COALESCE(c.relacl, pg_catalog.acldefault('r', c.relowner)) AS privileges
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_am a ON a.oid = c.relam
LEFT JOIN pg_catalog.pg_class t ON t.oid = c.reltoastrelid AND t.reloptions IS NOT NULL
LEFT JOIN pg_catalog.pg_foreign_table f ON f.ftrelid = c.oid
LEFT JOIN pg_catalog.pg_foreign_server s ON s.oid = f.ftserver
WHERE c.relkind IN ('r', 'p', 'f')
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
