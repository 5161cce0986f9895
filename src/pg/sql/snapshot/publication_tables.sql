-- Tables of publications, with their columns and row filters. $1: our schema, left out.
SELECT
    'publication table' AS kind,
    pg_catalog.concat(pg_catalog.quote_ident(n.nspname), '.', pg_catalog.quote_ident(c.relname), ' in ',
                      pg_catalog.quote_ident(p.pubname)) AS identity,
    pg_catalog.quote_ident(p.pubname) AS parent,
    pg_catalog.concat_ws(' ', r.tableoid, r.oid) AS address,
    CASE WHEN r.prattrs IS NOT NULL THEN (
        SELECT pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' ORDER BY a.attnum)
        FROM pg_catalog.pg_attribute a
        WHERE a.attrelid = r.prrelid AND a.attnum = ANY (r.prattrs::pg_catalog.int2[])
    ) END AS columns,
    pg_catalog.pg_get_expr(r.prqual, r.prrelid) AS "where"
FROM pg_catalog.pg_publication_rel r
JOIN pg_catalog.pg_publication p ON p.oid = r.prpubid
JOIN pg_catalog.pg_class c ON c.oid = r.prrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname <> $1::pg_catalog.text;
