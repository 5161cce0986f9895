-- What is the whole server's and no database's, by name, but databases of ours.
SELECT pg_catalog.concat('role ', pg_catalog.quote_ident(r.rolname)) AS name
FROM pg_catalog.pg_roles r
WHERE r.rolname OPERATOR(pg_catalog.!~) '^pg_'
UNION ALL
SELECT pg_catalog.concat('database ', pg_catalog.quote_ident(d.datname))
FROM pg_catalog.pg_database d
WHERE d.datname OPERATOR(pg_catalog.!~) '^migrate_safe_(rehearsal|verify|saved|copy)_'
UNION ALL
SELECT pg_catalog.concat('tablespace ', pg_catalog.quote_ident(t.spcname))
FROM pg_catalog.pg_tablespace t
ORDER BY 1;
