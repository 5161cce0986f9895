-- What is wrong with indexes by the catalogue alone. $1: {oid, ...} of tables and materialised views.
WITH candidate AS MATERIALIZED (
    SELECT
        i.*, c.relname, c.relkind, c.relam, n.nspname, t.relname AS table_name,
        pg_catalog.pg_get_expr(i.indexprs, i.indrelid) AS expressions,
        pg_catalog.pg_get_expr(i.indpred, i.indrelid) AS predicate,
        k.oid AS constraint_oid,
        pg_catalog.format('%I.%I', n.nspname, c.relname) AS name
    FROM pg_catalog.unnest($1::pg_catalog.oid[]) AS w(oid)
    JOIN pg_catalog.pg_index i ON i.indrelid = w.oid
    JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
    JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_constraint k ON k.conindid = c.oid AND k.contype = ANY ('{p,u,x}'::pg_catalog."char"[])
    WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_inherits h WHERE h.inhrelid = c.oid) -- a partition's has its parent's reason
       OR NOT i.indisvalid
)
SELECT
    CASE WHEN i.relname ~ '_cc(new|old)\d*$' THEN 'indexes.leftovers' ELSE 'indexes.valid' END AS kind,
    'fail' AS verdict,
    i.name AS object,
    pg_catalog.concat_ws(', ',
        CASE WHEN NOT i.indisvalid THEN 'not valid: no query uses it' END,
        CASE WHEN NOT i.indisready THEN 'not ready: writes do not reach it' END,
        CASE WHEN NOT i.indislive THEN 'half dropped' END) AS value,
    CASE
        WHEN i.relkind = 'I' THEN pg_catalog.format('attach the index of each partition: ALTER INDEX %s ATTACH PARTITION ...;', i.name)
        WHEN i.relname ~ '_cc(new|old)\d*$' THEN pg_catalog.format('DROP INDEX CONCURRENTLY %s;', i.name)
        ELSE pg_catalog.format('REINDEX INDEX CONCURRENTLY %s; or DROP INDEX CONCURRENTLY %1$s;', i.name)
    END AS fix
FROM candidate i
WHERE NOT (i.indisvalid AND i.indisready AND i.indislive)
UNION ALL
SELECT
    CASE WHEN i.indkey::pg_catalog.int2[] = o.indkey::pg_catalog.int2[] THEN 'indexes.duplicate' ELSE 'indexes.redundant' END,
    'warn', i.name,
    CASE WHEN i.indkey::pg_catalog.int2[] = o.indkey::pg_catalog.int2[] THEN pg_catalog.format('the same as %s', o.name) ELSE pg_catalog.format('%s begins with its columns', o.name) END,
    pg_catalog.format('DROP INDEX CONCURRENTLY %s;', i.name)
FROM candidate i
CROSS JOIN LATERAL (
    SELECT o.*
    FROM candidate o
    WHERE o.indrelid = i.indrelid
      AND o.indexrelid <> i.indexrelid
      AND o.relam = i.relam
      AND o.indisvalid
      AND o.predicate IS NOT DISTINCT FROM i.predicate
      AND CASE
          WHEN o.indkey::pg_catalog.int2[] = i.indkey::pg_catalog.int2[] AND o.indnkeyatts = i.indnkeyatts THEN
              o.expressions IS NOT DISTINCT FROM i.expressions
              AND o.indclass = i.indclass AND o.indcollation = i.indcollation AND o.indoption::pg_catalog.int2[] = i.indoption::pg_catalog.int2[]
              AND (NOT i.indisunique OR o.indisunique)
              -- of two that are the same one goes: what is no constraint's, no replica identity, and else the younger
              AND (o.constraint_oid IS NOT NULL, o.indisunique, o.indisreplident OR o.indisprimary, -o.indexrelid::pg_catalog.int8)
                  > (i.constraint_oid IS NOT NULL, i.indisunique, i.indisreplident OR i.indisprimary, -i.indexrelid::pg_catalog.int8)
          ELSE
              NOT i.indisunique AND i.indnatts = i.indnkeyatts AND o.indnkeyatts > i.indnkeyatts
              AND i.expressions IS NULL AND (SELECT am.amname FROM pg_catalog.pg_am am WHERE am.oid = i.relam) = 'btree'
              AND (pg_catalog.string_to_array(o.indkey::pg_catalog.text, ' '))[1:i.indnatts] = pg_catalog.string_to_array(i.indkey::pg_catalog.text, ' ')
              AND (pg_catalog.string_to_array(o.indclass::pg_catalog.text, ' '))[1:i.indnatts] = pg_catalog.string_to_array(i.indclass::pg_catalog.text, ' ')
              AND (pg_catalog.string_to_array(o.indcollation::pg_catalog.text, ' '))[1:i.indnatts] = pg_catalog.string_to_array(i.indcollation::pg_catalog.text, ' ')
              AND (pg_catalog.string_to_array(o.indoption::pg_catalog.text, ' '))[1:i.indnatts] = pg_catalog.string_to_array(i.indoption::pg_catalog.text, ' ')
      END
    ORDER BY o.indexrelid
    LIMIT 1
) AS o
WHERE i.indisvalid AND i.constraint_oid IS NULL AND NOT i.indisexclusion AND NOT i.indisreplident
ORDER BY object;
