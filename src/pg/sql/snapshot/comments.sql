-- Comments on what is the user's: made here, or the schema public (2200). $1: our schema, left out.
SELECT
    'comment' AS kind,
    i.type || ' ' || i.identity AS identity,
    CASE WHEN c.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass THEN (
        SELECT r.identity FROM pg_catalog.pg_identify_object(c.classoid, c.objoid, 0) r
    ) END AS parent,
    pg_catalog.concat_ws(' ', c.classoid, c.objoid, NULLIF(c.objsubid, 0)) AS address,
    c.description AS text
FROM pg_catalog.pg_description c
CROSS JOIN LATERAL pg_catalog.pg_identify_object(c.classoid, c.objoid, c.objsubid) i
WHERE (c.objoid >= 16384
       OR c.classoid = 'pg_catalog.pg_namespace'::pg_catalog.regclass AND c.objoid = 2200)
  AND i.identity IS NOT NULL
  AND COALESCE(i.schema, '') <> pg_catalog.quote_ident($1::pg_catalog.text)
  AND COALESCE(i.schema, '') !~ '^pg_temp'
  AND NOT (i.type = 'schema' AND i.identity = pg_catalog.quote_ident($1::pg_catalog.text))
  AND pg_catalog.strpos(i.identity, ' on ' || pg_catalog.quote_ident($1::pg_catalog.text) || '.') = 0
  AND NOT EXISTS (
      SELECT
      FROM pg_catalog.pg_depend d
      WHERE d.classid = c.classoid AND d.objid = c.objoid AND d.deptype = 'e'
  );
