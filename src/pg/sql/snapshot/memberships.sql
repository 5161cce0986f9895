-- Who is a member of which role, but among the server's own. Since 16 each grantor makes one of its own, with options
-- and an oid; they are so few that the row may go through json. The superuser of initdb, whom a superuser's GRANT
-- names as grantor, is not said.
SELECT
    'membership' AS kind,
    pg_catalog.quote_ident(m.rolname) || ' in ' || pg_catalog.quote_ident(r.rolname)
        || CASE WHEN a."row" ? 'oid' AND g.oid <> 10 THEN ' by ' || pg_catalog.quote_ident(g.rolname) ELSE '' END
        AS identity,
    NULL AS parent,
    CASE WHEN a."row" ? 'oid' THEN
        pg_catalog.concat_ws(' ', 'pg_catalog.pg_auth_members'::pg_catalog.regclass::pg_catalog.oid, a."row" ->> 'oid')
    END AS address,
    CASE WHEN a.admin_option THEN 'yes' END AS admin,
    CASE a."row" ->> 'inherit_option' WHEN 'true' THEN 'yes' WHEN 'false' THEN 'no' END AS inherit,
    CASE a."row" ->> 'set_option' WHEN 'false' THEN 'no' END AS "set role"
FROM (SELECT t.*, pg_catalog.to_jsonb(t) AS "row" FROM pg_catalog.pg_auth_members t) a
JOIN pg_catalog.pg_roles r ON r.oid = a.roleid
JOIN pg_catalog.pg_roles m ON m.oid = a.member
LEFT JOIN pg_catalog.pg_roles g ON g.oid = a.grantor
WHERE a.roleid >= 16384 OR a.member >= 16384;
