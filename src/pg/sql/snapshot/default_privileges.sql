-- Privileges that objects will have when they are made. $1: our schema, left out.
SELECT
    'default privileges' AS kind,
    pg_catalog.concat('of ', pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(a.defaclrole)), ' on ',
        CASE a.defaclobjtype
            WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences' WHEN 'f' THEN 'functions' WHEN 'T' THEN 'types'
            WHEN 'n' THEN 'schemas' WHEN 'L' THEN 'large objects' ELSE a.defaclobjtype::pg_catalog.text
        END, ' in schema ' || pg_catalog.quote_ident(n.nspname)) AS identity,
    NULL AS parent,
    pg_catalog.concat_ws(' ', a.tableoid, a.oid) AS address,
    a.defaclacl AS privileges
FROM pg_catalog.pg_default_acl a
LEFT JOIN pg_catalog.pg_namespace n ON n.oid = a.defaclnamespace
WHERE n.nspname IS NULL OR n.nspname <> $1::pg_catalog.text;
