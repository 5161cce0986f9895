-- What makes a foreign key slow or odd, by the catalogue alone: no index for its columns, so that each DELETE and key UPDATE of the
-- other table reads all of this one; columns of another type or collation than what they refer to. $1: {oid, ...} of tables.
WITH foreign_key AS MATERIALIZED (
    SELECT
        k.oid, k.conrelid, k.confrelid, k.conkey, k.confkey, k.conname, k.convalidated,
        pg_catalog.format('%I.%I', n.nspname, c.relname) AS name,
        pg_catalog.format('%I.%I %I', n.nspname, c.relname, k.conname) AS object
    FROM pg_catalog.unnest($1::pg_catalog.oid[]) AS w(oid)
    JOIN pg_catalog.pg_constraint k ON k.conrelid = w.oid AND k.contype = 'f' AND k.conparentid = 0
    JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
)
SELECT
    'references.index' AS kind,
    'warn' AS verdict,
    k.object,
    'no index for ' || l.columns AS value,
    pg_catalog.format('CREATE INDEX CONCURRENTLY ON %s (%s);', k.name, l.columns) AS fix
FROM foreign_key k
CROSS JOIN LATERAL (
    SELECT pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' ORDER BY e.place) AS columns
    FROM pg_catalog.unnest(k.conkey) WITH ORDINALITY AS e(number, place)
    JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = e.number
) AS l
WHERE NOT EXISTS (
    SELECT
    FROM pg_catalog.pg_index i
    WHERE i.indrelid = k.conrelid
      AND i.indisvalid
      -- one that leaves out rows without a key does as well
      AND (i.indpred IS NULL OR pg_catalog.pg_get_expr(i.indpred, i.indrelid) ~ '^\(\w+ IS NOT NULL\)$')
      AND (i.indkey::pg_catalog.int2[])[0:pg_catalog.cardinality(k.conkey) - 1] @> k.conkey
)
UNION ALL
SELECT
    'references.types', 'warn', k.object,
    pg_catalog.format('%I is %s%s, what it refers to %s%s', a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod),
        CASE WHEN a.atttypid = b.atttypid THEN pg_catalog.format(' collate %I', ac.collname) END,
        pg_catalog.format_type(b.atttypid, b.atttypmod), CASE WHEN a.atttypid = b.atttypid THEN pg_catalog.format(' collate %I', bc.collname) END),
    pg_catalog.format('one type on both sides: ALTER TABLE %s ALTER COLUMN %I TYPE %s; (lint shows what that locks)', k.name, a.attname,
                      pg_catalog.format_type(b.atttypid, b.atttypmod))
FROM foreign_key k
CROSS JOIN LATERAL ROWS FROM (pg_catalog.unnest(k.conkey), pg_catalog.unnest(k.confkey)) AS e(own, other)
JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = e.own
JOIN pg_catalog.pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = e.other
LEFT JOIN pg_catalog.pg_collation ac ON ac.oid = a.attcollation
LEFT JOIN pg_catalog.pg_collation bc ON bc.oid = b.attcollation
WHERE a.atttypid <> b.atttypid OR a.attcollation <> b.attcollation
ORDER BY object;
