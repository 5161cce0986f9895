-- Exclusion constraints, each with a statement that joins the table to itself by the constraint's own operators; the planner may
-- use the index for it. $1: {oid, ...} of tables.
SELECT
    'keys.exclusion' AS kind,
    k.conrelid AS relation,
    0 AS other,
    pg_catalog.format('%I.%I %I', n.nspname, t.relname, k.conname) AS object,
    NULL AS condition,
    NULL AS screen,
    q.statement,
    pg_catalog.replace(q.statement, '/* sample */', 'TABLESAMPLE SYSTEM (:percent)') AS sampled,
    NULL AS shown,
    NULL AS reason,
    true AS is_promised,
    NULL AS repairs,
    pg_catalog.format('settle which of each two stays, then REINDEX INDEX CONCURRENTLY %I.%I;', n.nspname, c.relname) AS fix
FROM pg_catalog.unnest($1::pg_catalog.oid[]) AS w(oid)
JOIN pg_catalog.pg_constraint k ON k.conrelid = w.oid AND k.contype = 'x'
JOIN pg_catalog.pg_index i ON i.indexrelid = k.conindid
JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid AND c.relkind = 'i'
JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
CROSS JOIN LATERAL (
    SELECT
        pg_catalog.string_agg(pg_catalog.format('(%s) AS k%s', pg_catalog.pg_get_indexdef(i.indexrelid, e.place::pg_catalog.int4, false), e.place),
                              ', ' ORDER BY e.place) AS columns,
        pg_catalog.string_agg(pg_catalog.format('a.k%s OPERATOR(%I.%s) b.k%1$s', e.place, opn.nspname, o.oprname),
                              ' AND ' ORDER BY e.place) AS matches,
        pg_catalog.string_agg('a.k' || e.place, ', ' ORDER BY e.place) AS firsts,
        pg_catalog.string_agg('b.k' || e.place, ', ' ORDER BY e.place) AS seconds,
        pg_catalog.string_agg('%s', ', ') AS shown,
        COALESCE(pg_catalog.pg_get_expr(i.indpred, i.indrelid), 'true') AS condition
    FROM pg_catalog.unnest(k.conexclop) WITH ORDINALITY AS e(operator, place)
    JOIN pg_catalog.pg_operator o ON o.oid = e.operator
    JOIN pg_catalog.pg_namespace opn ON opn.oid = o.oprnamespace
) AS p
-- A pair is seen from both sides, or where the index lacks a row from one.
CROSS JOIN LATERAL (SELECT pg_catalog.format(
    'SELECT pg_catalog.count(*), pg_catalog.jsonb_agg(k) FILTER (WHERE n <= 5) FROM ('
    'SELECT pg_catalog.min(pg_catalog.format(%L, %s, %s)) AS k, pg_catalog.row_number() OVER () AS n FROM ('
    'SELECT ctid AS place, %s FROM ONLY %I.%I /* sample */ WHERE %s) AS a JOIN ('
    'SELECT ctid AS place, %4$s FROM ONLY %5$I.%6$I WHERE %7$s) AS b ON a.place <> b.place AND %8$s '
    'GROUP BY CASE WHEN a.place < b.place THEN a.place ELSE b.place END, CASE WHEN a.place < b.place THEN b.place ELSE a.place END) AS d',
    '(' || p.shown || ') and (' || p.shown || ')', p.firsts, p.seconds, p.columns, n.nspname, t.relname, p.condition, p.matches)
) AS q(statement)
ORDER BY n.nspname COLLATE pg_catalog."C", t.relname COLLATE pg_catalog."C", k.conname COLLATE pg_catalog."C";
