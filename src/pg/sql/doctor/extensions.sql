-- Extensions that migrations ask for.
-- $1: a JSON array of their names.
SELECT
    w.name,
    a.name IS NOT NULL AS is_available,
    a.installed_version,
    COALESCE(v.superuser AND NOT v.trusted, false) AS needs_superuser
FROM pg_catalog.jsonb_array_elements_text($1::pg_catalog.jsonb) AS w(name)
LEFT JOIN pg_catalog.pg_available_extensions a ON a.name::pg_catalog.text OPERATOR(pg_catalog.=) w.name
LEFT JOIN pg_catalog.pg_available_extension_versions v
    ON v.name OPERATOR(pg_catalog.=) a.name AND v.version OPERATOR(pg_catalog.=) a.default_version
ORDER BY 1;
