-- What this role may do for a restore.
SELECT
    r.rolsuper,
    r.rolsuper OR r.rolcreatedb AS may_create
FROM pg_catalog.pg_roles r
WHERE r.rolname OPERATOR(pg_catalog.=) session_user;
