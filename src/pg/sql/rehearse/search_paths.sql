-- The search_path that a role begins with in this database, of roles that have one of their own.
SELECT DISTINCT ON (r.rolname)
    r.rolname,
    pg_catalog.substr(c.setting, pg_catalog.length('search_path=') OPERATOR(pg_catalog.+) 1) AS search_path
FROM pg_catalog.pg_db_role_setting s
JOIN pg_catalog.pg_roles r ON r.oid OPERATOR(pg_catalog.=) s.setrole
LEFT JOIN pg_catalog.pg_database d ON d.oid OPERATOR(pg_catalog.=) s.setdatabase
CROSS JOIN LATERAL pg_catalog.unnest(s.setconfig) AS c(setting)
WHERE pg_catalog.starts_with(c.setting, 'search_path=')
  AND (s.setdatabase OPERATOR(pg_catalog.=) 0::pg_catalog.oid
       OR d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database())
ORDER BY r.rolname, d.datname IS NULL;
