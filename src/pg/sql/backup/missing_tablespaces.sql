-- Those of the tablespaces $1 (a JSON list of names) that the server does not have.
SELECT wanted.name
FROM pg_catalog.json_array_elements_text($1::pg_catalog.json) AS wanted (name)
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_tablespace AS space
                  WHERE space.spcname OPERATOR(pg_catalog.=) wanted.name::pg_catalog.name)
ORDER BY 1;
