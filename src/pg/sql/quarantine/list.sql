-- What carries a comment of ours: a table or a column that was set aside, or is back and not all of it yet.
-- Rows are the server's own estimate, NULL before it has one. Takes no lock. $1: how such a comment begins.
SELECT
    n.nspname AS schema,
    c.relname AS relation,
    a.attname AS column,
    d.description AS comment,
    c.oid AS oid,
    (
        SELECT pg_catalog.sum(p.reltuples)::pg_catalog.int8
        FROM pg_catalog.pg_class p
        WHERE p.oid OPERATOR(pg_catalog.=) ANY (
            WITH RECURSIVE tree (oid) AS (
                SELECT c.oid
                UNION
                SELECT i.inhrelid
                FROM tree t
                JOIN pg_catalog.pg_inherits i ON i.inhparent OPERATOR(pg_catalog.=) t.oid
            )
            SELECT tree.oid FROM tree
        )
          AND p.relkind OPERATOR(pg_catalog.=) 'r'
          AND p.reltuples OPERATOR(pg_catalog.>) 0::pg_catalog.float4
    ) AS rows
FROM pg_catalog.pg_description d
JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) d.objoid
JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
LEFT JOIN pg_catalog.pg_attribute a
    ON a.attrelid OPERATOR(pg_catalog.=) c.oid
   AND a.attnum OPERATOR(pg_catalog.=) d.objsubid
   AND d.objsubid OPERATOR(pg_catalog.<>) 0
WHERE d.classoid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass
  AND c.relkind OPERATOR(pg_catalog.=) ANY ('{r,p}'::pg_catalog."char"[])
  AND pg_catalog.starts_with(d.description, $1::pg_catalog.text)
ORDER BY n.nspname, c.relname, a.attnum;
