-- Constraints of domains. $1: our schema, left out.
SELECT
    'domain constraint' AS kind,
    pg_catalog.quote_ident(k.conname) || ' on ' || pg_catalog.quote_ident(n.nspname) || '.'
        || pg_catalog.quote_ident(t.typname) AS identity,
    pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(t.typname) AS parent,
    pg_catalog.concat_ws(' ', k.tableoid, k.oid) AS address,
    pg_catalog.pg_get_constraintdef(k.oid) AS definition
FROM pg_catalog.pg_constraint k
JOIN pg_catalog.pg_type t ON t.oid = k.contypid
JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
WHERE t.oid >= 16384
  AND n.nspname !~ '^pg_(toast|temp)'
  AND n.nspname <> $1::pg_catalog.text
  AND t.oid NOT IN (
      SELECT d.objid
      FROM pg_catalog.pg_depend d
      WHERE d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
        AND d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass
        AND d.deptype = 'e'
  );
