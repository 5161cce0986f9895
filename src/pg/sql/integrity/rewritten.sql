-- Was one of these relations, or a partition of it, truncated or rewritten since this snapshot was taken? The catalogue's row
-- is the snapshot's, the function tells of now. To an older snapshot such a table is empty. $1: {oid, ...}.
WITH RECURSIVE wanted (oid) AS (
    SELECT w.oid
    FROM pg_catalog.unnest($1::pg_catalog.oid[]) AS w(oid)
    UNION
    SELECT h.inhrelid
    FROM wanted w
    JOIN pg_catalog.pg_inherits h ON h.inhparent = w.oid
)
SELECT COALESCE(pg_catalog.bool_or(pg_catalog.pg_relation_filenode(c.oid) IS DISTINCT FROM c.relfilenode), false)
FROM wanted w
JOIN pg_catalog.pg_class c ON c.oid = w.oid
WHERE c.relkind = ANY ('{r,m}'::pg_catalog."char"[]);
