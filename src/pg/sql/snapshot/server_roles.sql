-- Roles of the server, but its own: those that it came with, among them the superuser of initdb, whatever that one is
-- called. Passwords are not read.
SELECT
    'role' AS kind,
    pg_catalog.quote_ident(r.rolname) AS identity,
    NULL AS parent,
    pg_catalog.concat_ws(' ', 'pg_catalog.pg_authid'::pg_catalog.regclass::pg_catalog.oid, r.oid) AS address,
    CASE WHEN r.rolsuper THEN 'yes' END AS superuser,
    CASE WHEN NOT r.rolinherit THEN 'no' END AS inherit,
    CASE WHEN r.rolcreaterole THEN 'yes' END AS "create role",
    CASE WHEN r.rolcreatedb THEN 'yes' END AS "create database",
    CASE WHEN r.rolcanlogin THEN 'yes' END AS login,
    CASE WHEN r.rolreplication THEN 'yes' END AS replication,
    CASE WHEN r.rolbypassrls THEN 'yes' END AS "bypass row security",
    NULLIF(r.rolconnlimit, -1) AS "connection limit",
    NULLIF(r.rolvaliduntil, 'infinity') AS "valid until",
    pg_catalog.shobj_description(r.oid, 'pg_authid') AS comment,
    (
        SELECT pg_catalog.string_agg(l.provider || ' ' || l.label, E'\n' ORDER BY l.provider COLLATE pg_catalog."C")
        FROM pg_catalog.pg_shseclabel l
        WHERE l.classoid = 'pg_catalog.pg_authid'::pg_catalog.regclass AND l.objoid = r.oid
    ) AS label
FROM pg_catalog.pg_roles r
WHERE r.oid >= 16384;
