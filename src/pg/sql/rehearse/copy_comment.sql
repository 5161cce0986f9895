-- What a database has beside its contents, which CREATE DATABASE does not copy: its comment.
-- $1: of which database; $2: for which.
INSERT INTO pg_catalog.pg_shdescription (objoid, classoid, description)
SELECT c.oid, s.classoid, s.description
FROM pg_catalog.pg_shdescription s
JOIN pg_catalog.pg_database d
    ON d.oid OPERATOR(pg_catalog.=) s.objoid
    AND s.classoid OPERATOR(pg_catalog.=) 'pg_catalog.pg_database'::pg_catalog.regclass
CROSS JOIN pg_catalog.pg_database c
WHERE d.datname OPERATOR(pg_catalog.=) $1
  AND c.datname OPERATOR(pg_catalog.=) $2;
