-- What is the whole server's and no database's, by name, but databases of ours; and how it is.
SELECT
    pg_catalog.concat('role ', pg_catalog.quote_ident(r.rolname)) AS name,
    pg_catalog.md5(pg_catalog.concat_ws(' ', pg_catalog.to_jsonb(r), (
        SELECT pg_catalog.string_agg(
            (pg_catalog.to_jsonb(m) OPERATOR(pg_catalog.-) 'oid')::pg_catalog.text, ' '
            ORDER BY m.roleid, m.grantor)
        FROM pg_catalog.pg_auth_members m
        WHERE m.member OPERATOR(pg_catalog.=) r.oid))) AS state
FROM pg_catalog.pg_roles r
WHERE r.rolname OPERATOR(pg_catalog.!~) '^pg_'
UNION ALL
SELECT pg_catalog.concat('database ', pg_catalog.quote_ident(d.datname)), ''
FROM pg_catalog.pg_database d
WHERE d.datname OPERATOR(pg_catalog.!~) '^migrate_safe_(rehearsal|verify|saved|copy)_'
UNION ALL
SELECT pg_catalog.concat('tablespace ', pg_catalog.quote_ident(t.spcname)), ''
FROM pg_catalog.pg_tablespace t
ORDER BY 1;
