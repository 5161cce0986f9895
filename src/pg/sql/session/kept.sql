-- How many statements of a name that begins with $1 the server keeps for this session. By its function, which is planned
-- faster than the view.
SELECT pg_catalog.count(*)
FROM pg_catalog.pg_prepared_statement() p
WHERE pg_catalog.starts_with(p.name, $1);
