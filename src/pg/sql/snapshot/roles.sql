-- Roles that objects may belong to or have been granted to, other than the server's own.
SELECT r.rolname
FROM pg_catalog.pg_roles AS r
WHERE r.rolname !~ '^pg_'
ORDER BY r.rolname;
