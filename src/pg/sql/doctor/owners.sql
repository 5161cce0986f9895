-- Relations among those named that are there, and whether this role counts as their owner.
-- $1: a JSON array of names as users write them.
SELECT
    pg_catalog.format('%I.%I', n.nspname, c.relname) AS relation,
    pg_catalog.pg_get_userbyid(c.relowner) AS owner,
    pg_catalog.pg_has_role(c.relowner, 'USAGE') AS is_owner,
    COALESCE(r.rolsuper, false) AS is_owner_superuser
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
LEFT JOIN pg_catalog.pg_roles r ON r.oid OPERATOR(pg_catalog.=) c.relowner
WHERE c.oid OPERATOR(pg_catalog.=) ANY (
    SELECT pg_catalog.to_regclass(w.name)::pg_catalog.oid
    FROM pg_catalog.jsonb_array_elements_text($1::pg_catalog.jsonb) AS w(name)
)
ORDER BY 3, 1;
