-- What a database has beside its contents, which CREATE DATABASE does not copy: who may use it.
-- $1: of which database; $2: for which.
UPDATE pg_catalog.pg_database AS c
SET datacl = d.datacl, datdba = d.datdba
FROM pg_catalog.pg_database AS d
WHERE d.datname OPERATOR(pg_catalog.=) $1
  AND c.datname OPERATOR(pg_catalog.=) $2;
