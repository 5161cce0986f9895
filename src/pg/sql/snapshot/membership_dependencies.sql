-- Which membership stands on which, by the ADMIN option that its grantor has through it alone (since 16).
SELECT
    'pg_catalog.pg_auth_members'::pg_catalog.regclass::pg_catalog.oid::pg_catalog.int8 AS class,
    (pg_catalog.to_jsonb(m) ->> 'oid')::pg_catalog.int8 AS oid, 0::pg_catalog.int8 AS number,
    'pg_catalog.pg_auth_members'::pg_catalog.regclass::pg_catalog.oid::pg_catalog.int8 AS on_class,
    pg_catalog.min((pg_catalog.to_jsonb(a) ->> 'oid')::pg_catalog.int8) AS on_oid, 0::pg_catalog.int8 AS on_number,
    'n' AS kind
FROM pg_catalog.pg_auth_members m
JOIN pg_catalog.pg_auth_members a ON a.roleid = m.roleid AND a.member = m.grantor AND a.admin_option
WHERE pg_catalog.to_jsonb(m) ? 'oid'
GROUP BY m.roleid, m.member, m.grantor, pg_catalog.to_jsonb(m) ->> 'oid'
HAVING pg_catalog.count(*) = 1;
