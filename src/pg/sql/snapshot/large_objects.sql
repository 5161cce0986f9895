-- Large objects that somebody was given: those with owner's privileges alone are data.
SELECT
    'large object' AS kind,
    m.oid::pg_catalog.text AS identity,
    NULL AS parent,
    pg_catalog.concat_ws(' ', 'pg_catalog.pg_largeobject'::pg_catalog.regclass::pg_catalog.oid, m.oid) AS address,
    pg_catalog.pg_get_userbyid(m.lomowner) AS owner,
    m.lomacl AS privileges
FROM pg_catalog.pg_largeobject_metadata m
WHERE m.lomacl IS NOT NULL
  AND NOT (m.lomacl @> pg_catalog.acldefault('L', m.lomowner) AND m.lomacl <@ pg_catalog.acldefault('L', m.lomowner));
