-- What this role may do for a restore: make databases, see and end other roles' sessions.
SELECT
    r.rolsuper,
    r.rolsuper OR r.rolcreatedb AS may_create,
    pg_catalog.pg_has_role('pg_signal_backend', 'MEMBER') AS may_signal,
    session_user AS name
FROM pg_catalog.pg_roles r
WHERE r.rolname OPERATOR(pg_catalog.=) session_user;
