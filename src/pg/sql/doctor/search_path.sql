-- The schemas of the search path that are there, in its order; the first is where unqualified names are made.
SELECT s.name, pg_catalog.has_schema_privilege(s.name, 'CREATE') AS may_create
FROM pg_catalog.unnest(pg_catalog.current_schemas(false)) WITH ORDINALITY AS s(name, place)
ORDER BY s.place;
