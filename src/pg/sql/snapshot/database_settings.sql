-- Settings of the database, for all roles and for single ones. One whose name says that it is a secret is told by its
-- hash.
SELECT
    'database setting' AS kind,
    pg_catalog.split_part(c, '=', 1)
        || CASE s.setrole WHEN 0 THEN '' ELSE ' for ' || pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(s.setrole)) END
        AS identity,
    NULL AS parent,
    NULL AS address,
    CASE WHEN pg_catalog.split_part(c, '=', 1) !~* 'passw|secret|token|key' THEN
        pg_catalog.substr(c, pg_catalog.strpos(c, '=') + 1)
    END AS value,
    CASE WHEN pg_catalog.split_part(c, '=', 1) ~* 'passw|secret|token|key' THEN
        'sha256 ' || pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(
            pg_catalog.substr(c, pg_catalog.strpos(c, '=') + 1), 'UTF8')), 'hex')
    END AS secret
FROM pg_catalog.pg_db_role_setting s
CROSS JOIN LATERAL pg_catalog.unnest(s.setconfig) c
WHERE s.setdatabase = (SELECT b.oid FROM pg_catalog.pg_database b WHERE b.datname = pg_catalog.current_database());
