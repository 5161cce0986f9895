-- What there is and is not read: kinds that this version does not know, and what our role may not see.
SELECT 'user mapping' AS kind, 'their options are shown to their user and the server''s owner' AS why,
       pg_catalog.count(*) AS count
FROM pg_catalog.pg_user_mappings m
JOIN pg_catalog.pg_foreign_server s ON s.oid = m.srvid
WHERE NOT (m.umuser <> 0 AND m.usename = current_user
               AND (pg_catalog.pg_has_role(s.srvowner, 'USAGE') OR pg_catalog.has_server_privilege(s.oid, 'USAGE'))
           OR m.umuser = 0 AND pg_catalog.pg_has_role(s.srvowner, 'USAGE')
           OR (SELECT r.rolsuper FROM pg_catalog.pg_roles r WHERE r.rolname = current_user))
HAVING pg_catalog.count(*) > 0
UNION ALL
SELECT 'subscription', 'pg_subscription is not readable for this role', pg_catalog.count(*)
FROM pg_catalog.pg_subscription s
WHERE s.subdbid = (SELECT b.oid FROM pg_catalog.pg_database b WHERE b.datname = pg_catalog.current_database())
  AND NOT pg_catalog.has_table_privilege('pg_catalog.pg_subscription', 'SELECT')
HAVING pg_catalog.count(*) > 0
UNION ALL
SELECT pg_catalog.format('relation of kind "%s"', c.relkind), 'this version of migrate-safe does not know it',
       pg_catalog.count(*)
FROM pg_catalog.pg_class c
WHERE c.relkind NOT IN ('r', 'p', 'f', 'v', 'm', 'S', 'i', 'I', 't', 'c') AND c.oid >= 16384
GROUP BY c.relkind
UNION ALL
SELECT pg_catalog.format('routine of kind "%s"', p.prokind), 'this version of migrate-safe does not know it',
       pg_catalog.count(*)
FROM pg_catalog.pg_proc p
WHERE p.prokind NOT IN ('f', 'p', 'a', 'w') AND p.oid >= 16384
GROUP BY p.prokind
UNION ALL
SELECT pg_catalog.format('type of kind "%s"', t.typtype), 'this version of migrate-safe does not know it',
       pg_catalog.count(*)
FROM pg_catalog.pg_type t
WHERE t.typtype NOT IN ('b', 'c', 'd', 'e', 'm', 'p', 'r') AND t.oid >= 16384
GROUP BY t.typtype
UNION ALL
SELECT 'shell type', 'it is not defined yet', pg_catalog.count(*)
FROM pg_catalog.pg_type t
WHERE NOT t.typisdefined AND t.oid >= 16384
HAVING pg_catalog.count(*) > 0
UNION ALL
SELECT d.classid::pg_catalog.regclass::pg_catalog.text, 'this version of migrate-safe does not know the catalog',
       pg_catalog.count(DISTINCT d.objid)
FROM pg_catalog.pg_depend d
WHERE d.objid >= 16384
  AND d.deptype <> 'e'
  AND d.classid NOT IN (
      SELECT c.oid
      FROM pg_catalog.pg_class c
      WHERE c.relnamespace = 'pg_catalog'::pg_catalog.regnamespace
        AND c.relname IN (
            'pg_class', 'pg_proc', 'pg_type', 'pg_constraint', 'pg_attrdef', 'pg_language', 'pg_operator', 'pg_opclass',
            'pg_opfamily', 'pg_am', 'pg_amop', 'pg_amproc', 'pg_rewrite', 'pg_trigger', 'pg_namespace',
            'pg_statistic_ext', 'pg_ts_config', 'pg_ts_dict', 'pg_ts_parser', 'pg_ts_template',
            'pg_foreign_data_wrapper', 'pg_foreign_server', 'pg_user_mapping', 'pg_default_acl', 'pg_extension',
            'pg_event_trigger', 'pg_policy', 'pg_publication', 'pg_publication_rel', 'pg_publication_namespace',
            'pg_subscription', 'pg_transform', 'pg_cast', 'pg_collation', 'pg_conversion', 'pg_largeobject',
            'pg_largeobject_metadata')
  )
GROUP BY d.classid;
