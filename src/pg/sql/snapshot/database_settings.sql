-- Settings of the database, for all roles and for single ones.
SELECT
    'database setting' AS kind,
    pg_catalog.split_part(c, '=', 1)
        || CASE s.setrole WHEN 0 THEN '' ELSE ' for ' || pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(s.setrole)) END
        AS identity,
    NULL AS parent,
    pg_catalog.substr(c, pg_catalog.strpos(c, '=') + 1) AS value
FROM pg_catalog.pg_db_role_setting s
CROSS JOIN LATERAL pg_catalog.unnest(s.setconfig) c
WHERE s.setdatabase = (SELECT b.oid FROM pg_catalog.pg_database b WHERE b.datname = pg_catalog.current_database());
