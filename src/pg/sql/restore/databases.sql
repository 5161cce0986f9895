-- The databases of the server, what is said of them in comments, and what CREATE DATABASE needs to make another like them.
-- The locale's columns have three names between 13 and 18; one that is not there gives null.
-- $1: only the database of this name; null: all.
SELECT
    d.oid,
    d.datname,
    pg_catalog.pg_get_userbyid(d.datdba) AS owner,
    pg_catalog.pg_has_role(d.datdba, 'MEMBER') AS is_ours,
    d.datallowconn,
    CASE WHEN pg_catalog.has_database_privilege(d.oid, 'CONNECT') THEN pg_catalog.pg_database_size(d.oid) END AS bytes,
    pg_catalog.shobj_description(d.oid, 'pg_database') AS comment,
    pg_catalog.pg_encoding_to_char(d.encoding) AS encoding,
    d.datcollate,
    d.datctype,
    COALESCE(pg_catalog.to_jsonb(d) OPERATOR(pg_catalog.->>) 'datlocprovider', 'c') AS locale_provider,
    COALESCE(
        pg_catalog.to_jsonb(d) OPERATOR(pg_catalog.->>) 'datlocale',
        pg_catalog.to_jsonb(d) OPERATOR(pg_catalog.->>) 'daticulocale'
    ) AS locale,
    t.spcname AS tablespace
FROM pg_catalog.pg_database d
JOIN pg_catalog.pg_tablespace t ON t.oid OPERATOR(pg_catalog.=) d.dattablespace
WHERE $1::pg_catalog.text IS NULL OR d.datname OPERATOR(pg_catalog.=) $1
ORDER BY d.datname;
