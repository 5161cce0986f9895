-- User mappings that we may see, with the names of their options: values are secrets. The others are a gap.
SELECT
    'user mapping' AS kind,
    pg_catalog.concat(CASE m.umuser WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(m.usename) END, ' on ',
                      pg_catalog.quote_ident(m.srvname)) AS identity,
    pg_catalog.quote_ident(m.srvname) AS parent,
    pg_catalog.concat_ws(' ', 'pg_catalog.pg_user_mapping'::pg_catalog.regclass::pg_catalog.oid, m.umid) AS address,
    (
        SELECT pg_catalog.string_agg(o.name, ', ' ORDER BY o.name COLLATE pg_catalog."C")
        FROM (
            SELECT pg_catalog.quote_ident(x.option_name) AS name
            FROM pg_catalog.pg_options_to_table(m.umoptions) x
        ) o
    ) AS options
FROM pg_catalog.pg_user_mappings m
JOIN pg_catalog.pg_foreign_server s ON s.oid = m.srvid
WHERE m.umuser <> 0 AND m.usename = current_user
          AND (pg_catalog.pg_has_role(s.srvowner, 'USAGE') OR pg_catalog.has_server_privilege(s.oid, 'USAGE'))
   OR m.umuser = 0 AND pg_catalog.pg_has_role(s.srvowner, 'USAGE')
   OR (SELECT r.rolsuper FROM pg_catalog.pg_roles r WHERE r.rolname = current_user);
