-- Schemas all of whose tables are published.
SELECT
    'publication schema' AS kind,
    pg_catalog.concat(pg_catalog.quote_ident(n.nspname), ' in ', pg_catalog.quote_ident(p.pubname)) AS identity,
    pg_catalog.quote_ident(p.pubname) AS parent,
    pg_catalog.concat_ws(' ', s.tableoid, s.oid) AS address
FROM pg_catalog.pg_publication_namespace s
JOIN pg_catalog.pg_publication p ON p.oid = s.pnpubid
JOIN pg_catalog.pg_namespace n ON n.oid = s.pnnspid;
