-- Tables of publications; columns and row filters came with 15. $1: our schema, left out.
SELECT
    'publication table' AS kind,
    pg_catalog.concat(pg_catalog.quote_ident(n.nspname), '.', pg_catalog.quote_ident(c.relname), ' in ',
                      pg_catalog.quote_ident(p.pubname)) AS identity,
    pg_catalog.quote_ident(p.pubname) AS parent,
    pg_catalog.concat_ws(' ', r.tableoid, r.oid) AS address
FROM pg_catalog.pg_publication_rel r
JOIN pg_catalog.pg_publication p ON p.oid = r.prpubid
JOIN pg_catalog.pg_class c ON c.oid = r.prrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname <> $1::pg_catalog.text;
