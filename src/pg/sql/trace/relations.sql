-- The user's relations that have files or partitions, with what committed statements have done to them: a row each.
WITH relation AS (
    SELECT c.oid, c.relkind, c.relname, c.relnamespace, pg_catalog.pg_relation_filenode(c.oid) AS file
    FROM pg_catalog.pg_class c
    WHERE c.oid::pg_catalog.int8 OPERATOR(pg_catalog.>=) 16384::pg_catalog.int8
      AND c.relkind OPERATOR(pg_catalog.=) ANY ('{r,p,m,t,i,I,S,v,f}'::pg_catalog."char"[])
)
SELECT
    r.oid,
    pg_catalog.quote_ident(n.nspname) OPERATOR(pg_catalog.||) '.' OPERATOR(pg_catalog.||)
        pg_catalog.quote_ident(r.relname) AS name,
    r.relkind,
    -- a toast table has its table in its name, and nowhere else without reading all of pg_class
    COALESCE(i.indrelid, CASE WHEN r.relkind OPERATOR(pg_catalog.=) 't'
        THEN pg_catalog.substring(r.relname::pg_catalog.text, '^pg_toast_([0-9]+)$')::pg_catalog.oid END) AS owner,
    r.file,
    CASE WHEN r.file IS NOT NULL THEN pg_catalog.pg_relation_size(r.oid) END AS bytes,
    i.indisvalid AS is_valid,
    (
        SELECT pg_catalog.string_agg(pg_catalog.quote_ident(k.conname), ', ' ORDER BY k.conname)
        FROM pg_catalog.pg_constraint k
        WHERE k.conrelid OPERATOR(pg_catalog.=) r.oid AND NOT k.convalidated
    ) AS unvalidated,
    pg_catalog.pg_stat_get_numscans(r.oid) AS scans,
    pg_catalog.pg_stat_get_tuples_returned(r.oid) AS tuples_read,
    pg_catalog.pg_stat_get_tuples_inserted(r.oid) AS inserted,
    pg_catalog.pg_stat_get_tuples_updated(r.oid) AS updated,
    pg_catalog.pg_stat_get_tuples_deleted(r.oid) AS deleted
FROM relation r
JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) r.relnamespace
LEFT JOIN pg_catalog.pg_index i ON i.indexrelid OPERATOR(pg_catalog.=) r.oid
WHERE n.nspname OPERATOR(pg_catalog.!~) '^pg_temp_'
ORDER BY r.oid;
