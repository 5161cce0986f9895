-- The relations whose integrity is looked at: the user's tables, partitioned ones, materialised views and views, without
-- temporary ones and what belongs to an extension. With search_path empty. Nothing here waits for a lock of theirs.
-- $1: ["\"app\".\"orders\"", ...], only these with their partitions, children and the views over them; NULL: all.
-- $2: the schema that is ours.
WITH RECURSIVE named (oid) AS (
    SELECT w.relation::pg_catalog.regclass::pg_catalog.oid
    FROM pg_catalog.jsonb_array_elements_text($1::pg_catalog.jsonb) AS w(relation)
    UNION
    SELECT h.inhrelid
    FROM named w
    JOIN pg_catalog.pg_inherits h ON h.inhparent = w.oid
), viewing (oid) AS (
    SELECT r.ev_class
    FROM named w
    JOIN pg_catalog.pg_depend d
        ON d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
       AND d.refobjid = w.oid
       AND d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
    JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid
    UNION
    SELECT w.oid FROM named w
), tree (root, oid) AS (
    SELECT p.oid, p.oid
    FROM pg_catalog.pg_class p
    WHERE p.relkind = 'p'
    UNION ALL
    SELECT t.root, h.inhrelid
    FROM tree t
    JOIN pg_catalog.pg_inherits h ON h.inhparent = t.oid
), partitioned AS ( -- has no pages of its own
    SELECT t.root, pg_catalog.sum(GREATEST(c.relpages, 0)) AS pages
    FROM tree t
    JOIN pg_catalog.pg_class c ON c.oid = t.oid AND c.relkind = 'r'
    GROUP BY t.root
), locked AS MATERIALIZED (
    SELECT DISTINCT l.relation
    FROM pg_catalog.pg_locks l
    WHERE l.database = (SELECT b.oid FROM pg_catalog.pg_database b WHERE b.datname = pg_catalog.current_database())
      AND l.mode = 'AccessExclusiveLock' -- who waits for it keeps us waiting, too
      AND l.pid <> pg_catalog.pg_backend_pid()
)
SELECT
    c.oid,
    pg_catalog.format('%I.%I', n.nspname, c.relname) AS name,
    c.relkind,
    COALESCE(p.pages, GREATEST(c.relpages, 0))::pg_catalog.int8 * pg_catalog.current_setting('block_size')::pg_catalog.int8 AS bytes,
    pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND pg_catalog.has_table_privilege(c.oid, 'SELECT') AS is_readable,
    pg_catalog.has_schema_privilege(n.oid, 'USAGE') AS is_schema_usable,
    pg_catalog.quote_ident(n.nspname) AS schema,
    pg_catalog.row_security_active(c.oid) AS is_hidden,
    k.relation IS NOT NULL AS is_locked,
    COALESCE(
        (
            SELECT 'pg_catalog.format('
                || pg_catalog.quote_literal(pg_catalog.string_agg(pg_catalog.replace(a.attname, '%', '%%') || '=%s', ', ' ORDER BY p.place))
                || ', ' || pg_catalog.string_agg(pg_catalog.format('t.%I', a.attname), ', ' ORDER BY p.place) || ')'
            FROM pg_catalog.pg_index i
            CROSS JOIN LATERAL pg_catalog.unnest(i.indkey::pg_catalog.int2[]) WITH ORDINALITY AS p(number, place)
            JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = p.number
            WHERE i.indrelid = c.oid AND i.indisprimary AND p.place <= i.indnkeyatts
        ),
        'pg_catalog.format(''row %s'', t.ctid)'
    ) AS key,
    (c.relkind = 'm' AND NOT c.relispopulated)
        OR (c.relpersistence = 'u' AND pg_catalog.pg_is_in_recovery()) AS is_empty
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN locked k ON k.relation = c.oid
LEFT JOIN partitioned p ON p.root = c.oid
WHERE c.relkind = ANY ('{r,p,m,v}'::pg_catalog."char"[])
  AND c.relpersistence <> 't'
  AND n.nspname <> 'information_schema'
  AND n.nspname !~ '^pg_'
  AND n.nspname <> $2
  AND ($1::pg_catalog.jsonb IS NULL OR c.oid = ANY (SELECT v.oid FROM viewing v))
  AND NOT EXISTS (
      SELECT
      FROM pg_catalog.pg_depend d
      WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype = 'e'
  )
ORDER BY n.nspname COLLATE pg_catalog."C", c.relname COLLATE pg_catalog."C";
