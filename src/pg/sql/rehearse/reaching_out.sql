-- What in the database leads to other servers: subscriptions of this database, by name, and foreign servers.
SELECT pg_catalog.quote_ident(s.subname) AS name, true AS is_subscription
FROM pg_catalog.pg_subscription s
JOIN pg_catalog.pg_database d ON d.oid OPERATOR(pg_catalog.=) s.subdbid
WHERE d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database()
UNION ALL
SELECT pg_catalog.quote_ident(f.srvname), false
FROM pg_catalog.pg_foreign_server f
ORDER BY 1;
