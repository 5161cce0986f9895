-- What a database has beside its contents, which CREATE DATABASE does not copy: settings.
-- $1: of which database; $2: for which.
INSERT INTO pg_catalog.pg_db_role_setting (setdatabase, setrole, setconfig)
SELECT c.oid, s.setrole, s.setconfig
FROM pg_catalog.pg_db_role_setting s
JOIN pg_catalog.pg_database d ON d.oid OPERATOR(pg_catalog.=) s.setdatabase
CROSS JOIN pg_catalog.pg_database c
WHERE d.datname OPERATOR(pg_catalog.=) $1
  AND c.datname OPERATOR(pg_catalog.=) $2;
