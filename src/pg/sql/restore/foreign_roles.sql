-- Those of the roles $1 (a JSON list of names) that this role is no member of: it can give nothing to them as an owner.
SELECT r.rolname
FROM pg_catalog.json_array_elements_text($1::pg_catalog.json) AS wanted (name)
JOIN pg_catalog.pg_roles r ON r.rolname OPERATOR(pg_catalog.=) wanted.name::pg_catalog.name
WHERE NOT pg_catalog.pg_has_role(r.oid, 'MEMBER')
ORDER BY r.rolname;
