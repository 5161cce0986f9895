-- Security labels, of what is in the database and of itself. $1: our schema, left out.
SELECT
    'security label' AS kind,
    pg_catalog.concat(l.provider, ' on ', i.type, ' ', i.identity) AS identity,
    NULL AS parent,
    pg_catalog.concat_ws(' ', l.classoid, l.objoid, NULLIF(l.objsubid, 0)) AS address,
    l.label AS label
FROM pg_catalog.pg_seclabel l
CROSS JOIN LATERAL pg_catalog.pg_identify_object(l.classoid, l.objoid, l.objsubid) i
WHERE COALESCE(i.schema, '') <> pg_catalog.quote_ident($1::pg_catalog.text)
  AND NOT EXISTS (
      SELECT
      FROM pg_catalog.pg_depend d
      WHERE d.classid = l.classoid AND d.objid = l.objoid AND d.deptype = 'e'
  )
UNION ALL
SELECT 'security label', pg_catalog.concat(l.provider, ' on database'), NULL, NULL, l.label
FROM pg_catalog.pg_shseclabel l
WHERE l.classoid = 'pg_catalog.pg_database'::pg_catalog.regclass
  AND l.objoid = (SELECT b.oid FROM pg_catalog.pg_database b WHERE b.datname = pg_catalog.current_database());
