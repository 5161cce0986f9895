-- Settings of roles in every database, and those for all of them (ALTER ROLE ALL). One whose name says that it is a
-- secret is told by its hash.
SELECT
    'role setting' AS kind,
    pg_catalog.split_part(c, '=', 1) || ' for '
        || CASE s.setrole WHEN 0 THEN 'ALL' ELSE pg_catalog.quote_ident(r.rolname) END AS identity,
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
LEFT JOIN pg_catalog.pg_roles r ON r.oid = s.setrole
CROSS JOIN LATERAL pg_catalog.unnest(s.setconfig) c
WHERE s.setdatabase = 0 AND (s.setrole = 0 OR r.oid >= 16384);
