-- Those of the extensions $1 (a JSON list of names) whose files the server does not have.
SELECT wanted.name
FROM pg_catalog.json_array_elements_text($1::pg_catalog.json) AS wanted (name)
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_available_extensions AS available
                  WHERE available.name OPERATOR(pg_catalog.=) wanted.name::pg_catalog.name)
ORDER BY 1;
