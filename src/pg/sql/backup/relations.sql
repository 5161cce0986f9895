-- Every relation that has rows of its own which a dump carries: ordinary tables, leaf partitions, inheritance children,
-- populated materialised views. Left out as pg_dump leaves them out: foreign tables, other sessions' temporary tables,
-- what belongs to an extension unless the extension says that its users write there. An unlogged table has no rows on a
-- standby, and cannot be read there.
-- The hash of a row: of each column's text, beside one of all that a cast to text would show otherwise than a dump does;
-- for each column another seed, in parts because of the depth of expressions. NULL is 0. Columns are sorted by name: a
-- restored inheritance child may have them in another order.
-- $1: ["\"app\".\"orders\"", ...], only these with their partitions and children; NULL: all. $2: with sizes, which are
-- asked of the file system.
WITH RECURSIVE wanted (relation) AS (
    SELECT named.relation::pg_catalog.regclass::pg_catalog.oid
    FROM pg_catalog.jsonb_array_elements_text($1::pg_catalog.jsonb) AS named(relation)
    UNION
    SELECT h.inhrelid
    FROM wanted w
    JOIN pg_catalog.pg_inherits h ON h.inhparent OPERATOR(pg_catalog.=) w.relation
), member AS (
    SELECT d.objid AS relation, (
        SELECT COALESCE(e.extcondition[place.n], '')
        FROM pg_catalog.pg_extension e
        CROSS JOIN LATERAL pg_catalog.generate_subscripts(e.extconfig, 1) AS place(n)
        WHERE e.oid OPERATOR(pg_catalog.=) d.refobjid
          AND e.extconfig[place.n] OPERATOR(pg_catalog.=) d.objid
    ) AS condition
    FROM pg_catalog.pg_depend d
    WHERE d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass
      AND d.deptype OPERATOR(pg_catalog.=) 'e'
)
SELECT
    n.nspname AS schema,
    c.relname AS name,
    pg_catalog.format('%I.%I', n.nspname, c.relname) AS qualified,
    c.relkind OPERATOR(pg_catalog.=) 'm' AS is_materialized,
    a.amname OPERATOR(pg_catalog.=) 'heap' AS is_heap,
    CASE WHEN $2::pg_catalog.bool THEN
        pg_catalog.pg_relation_size(c.oid)
            OPERATOR(pg_catalog./) pg_catalog.current_setting('block_size')::pg_catalog.int8
    END AS pages,
    CASE WHEN $2::pg_catalog.bool THEN pg_catalog.pg_table_size(c.oid) END AS bytes,
    m.condition, -- "WHERE ...", in the extension's own words
    (
        SELECT pg_catalog.concat_ws(
            ' # ',
            pg_catalog.string_agg(pg_catalog.format('(%s)', part.hashes), ' # ' ORDER BY part.number)
                FILTER (WHERE part.hashes IS NOT NULL),
            'pg_catalog.hashtextextended(ROW('
                OPERATOR(pg_catalog.||) pg_catalog.string_agg(part.others, ', ' ORDER BY part.number)
                OPERATOR(pg_catalog.||) ')::pg_catalog.text COLLATE "C", 0)'
        )
        FROM (
            SELECT
                f.number OPERATOR(pg_catalog./) 64 AS number,
                pg_catalog.string_agg(pg_catalog.format(f.hash, f.name, f.number), ' # ' ORDER BY f.number) AS hashes,
                pg_catalog.string_agg(pg_catalog.format('t.%I', f.name), ', ' ORDER BY f.number)
                    FILTER (WHERE f.hash IS NULL) AS others
            FROM (
                SELECT
                    a.attname AS name,
                    pg_catalog.row_number() OVER (ORDER BY a.attname) AS number,
                    CASE
                        WHEN a.atttypid OPERATOR(pg_catalog.=) 'pg_catalog.int4'::pg_catalog.regtype
                        THEN 'COALESCE(pg_catalog.hashint4extended(t.%I, %s), 0)'
                        WHEN a.atttypid OPERATOR(pg_catalog.=) ANY ('{pg_catalog.text,pg_catalog.varchar}'::pg_catalog.regtype[])
                          OR (k.oid IS NULL AND p.typtype OPERATOR(pg_catalog.<>) 'd')
                        THEN 'COALESCE(pg_catalog.hashtextextended(t.%I::pg_catalog.text COLLATE "C", %s), 0)'
                    END AS hash
                FROM pg_catalog.pg_attribute a
                JOIN pg_catalog.pg_type p ON p.oid OPERATOR(pg_catalog.=) a.atttypid
                LEFT JOIN pg_catalog.pg_cast k
                       ON k.castsource OPERATOR(pg_catalog.=) p.oid
                      AND k.casttarget OPERATOR(pg_catalog.=) 'pg_catalog.text'::pg_catalog.regtype
                WHERE a.attrelid OPERATOR(pg_catalog.=) c.oid
                  AND a.attnum OPERATOR(pg_catalog.>) 0
                  AND NOT a.attisdropped
            ) AS f
            GROUP BY f.number OPERATOR(pg_catalog./) 64
        ) AS part
    ) AS hash,
    c.relpersistence OPERATOR(pg_catalog.=) 'u' AND pg_catalog.pg_is_in_recovery() AS is_lost
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
LEFT JOIN pg_catalog.pg_am a ON a.oid OPERATOR(pg_catalog.=) c.relam
LEFT JOIN member m ON m.relation OPERATOR(pg_catalog.=) c.oid
WHERE c.relkind OPERATOR(pg_catalog.=) ANY ('{r,m}'::pg_catalog."char"[])
  AND c.relispopulated
  AND c.relpersistence OPERATOR(pg_catalog.<>) 't'
  AND n.nspname OPERATOR(pg_catalog.<>) 'information_schema'
  AND n.nspname OPERATOR(pg_catalog.!~) '^pg_'
  AND (m.relation IS NULL OR m.condition IS NOT NULL)
  AND ($1::pg_catalog.jsonb IS NULL OR c.oid OPERATOR(pg_catalog.=) ANY (SELECT w.relation FROM wanted w))
ORDER BY n.nspname, c.relname;
