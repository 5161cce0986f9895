-- Tables with rows behind names that a plan's statements use, their partitions and children counted in.
-- Names that are nothing yet are left out: there are no rows of them.
-- $1 the names as a JSON list, as to_regclass takes them.
WITH RECURSIVE named AS (
    SELECT pg_catalog.to_regclass(w.name)::pg_catalog.oid AS oid
    FROM pg_catalog.jsonb_array_elements_text($1::pg_catalog.jsonb) AS w (name)
), reached AS (
    SELECT n.oid
    FROM named n
    UNION
    SELECT i.inhrelid
    FROM pg_catalog.pg_inherits i
    JOIN reached r ON i.inhparent OPERATOR(pg_catalog.=) r.oid
)
SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) AS relation
FROM reached r
JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) r.oid
JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
WHERE c.relkind OPERATOR(pg_catalog.=) ANY ('{r,p,m}'::pg_catalog."char"[])
ORDER BY n.nspname, c.relname;
