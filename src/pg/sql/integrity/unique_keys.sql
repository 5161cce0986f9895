-- Unique indexes, also invalid ones, each with a statement that groups the table's rows by its key: collations, predicates and
-- NULLS NOT DISTINCT as the index has them. A partitioned table is unique where its partitions are and every row is in its own.
-- `sampled` takes only such a share of the keys as :percent says. $1: {oid, ...} of tables and materialised views.
SELECT
    'keys.duplicates' AS kind,
    i.indrelid AS relation,
    0 AS other,
    pg_catalog.format('%I.%I (%I)', n.nspname, t.relname, c.relname) AS object,
    NULL AS condition,
    NULL AS screen,
    q.statement || q.ending AS statement,
    q.statement || pg_catalog.format(
        ' AND pg_catalog.abs(pg_catalog.hashtext(pg_catalog.concat_ws('','', %s))::pg_catalog.int8) %% 10000 < :percent * 100 ', p.names)
        || q.ending AS sampled,
    NULL AS shown,
    NULL AS reason,
    i.indisvalid AS is_promised,
    pg_catalog.jsonb_build_array(pg_catalog.format(
        'keep the first of each: DELETE FROM ONLY %I.%I AS t USING (SELECT ctid AS place, pg_catalog.row_number() OVER (PARTITION BY %s ORDER BY ctid) AS n FROM ONLY %1$I.%2$I WHERE %s) AS d WHERE t.ctid = d.place AND d.n > 1;',
        n.nspname, t.relname, p.keys, p.condition)) AS repairs,
    pg_catalog.format('settle which rows stay (above: the first of each), then REINDEX INDEX CONCURRENTLY %I.%I;',
                      n.nspname, c.relname) AS fix
FROM pg_catalog.unnest($1::pg_catalog.oid[]) AS w(oid)
JOIN pg_catalog.pg_index i ON i.indrelid = w.oid AND i.indisunique
JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid AND c.relkind = 'i' -- not of a partitioned table
JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
CROSS JOIN LATERAL (
    SELECT
        pg_catalog.string_agg(pg_catalog.format('%s AS k%s', e.key, g.place), ', ' ORDER BY g.place) AS columns,
        pg_catalog.string_agg(e.key, ', ' ORDER BY g.place) AS keys,
        pg_catalog.string_agg('k' || g.place, ', ' ORDER BY g.place) AS names,
        pg_catalog.string_agg('%s', ', ') AS shown,
        CASE WHEN pg_catalog.to_jsonb(i) ->> 'indnullsnotdistinct' = 'true' THEN 'true' -- since 15
            ELSE pg_catalog.string_agg('k' || g.place || ' IS NOT NULL', ' AND ' ORDER BY g.place) END AS are_set,
        COALESCE(pg_catalog.pg_get_expr(i.indpred, i.indrelid), 'true') AS condition
    FROM pg_catalog.generate_series(1, i.indnkeyatts::pg_catalog.int4) AS g(place)
    LEFT JOIN pg_catalog.pg_collation co ON co.oid = (i.indcollation::pg_catalog.oid[])[g.place - 1]
    LEFT JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace
    CROSS JOIN LATERAL (SELECT pg_catalog.format(
        '(%s)%s', pg_catalog.pg_get_indexdef(i.indexrelid, g.place, false),
        CASE WHEN co.oid IS NOT NULL THEN pg_catalog.format(' COLLATE %I.%I', cn.nspname, co.collname) END)) AS e(key)
) AS p
CROSS JOIN LATERAL (SELECT
    pg_catalog.format(
        'SELECT pg_catalog.count(*), pg_catalog.jsonb_agg(k) FILTER (WHERE n <= 5) FROM (SELECT pg_catalog.format(%L, %s, pg_catalog.count(*)) AS k, pg_catalog.row_number() OVER () AS n FROM (SELECT %s FROM ONLY %I.%I WHERE %s) AS s WHERE %s',
        '(' || p.shown || ') %s times', p.names, p.columns, n.nspname, t.relname, p.condition, p.are_set) AS statement,
    pg_catalog.format(' GROUP BY %s HAVING pg_catalog.count(*) > 1) AS d', p.names) AS ending
) AS q
ORDER BY n.nspname COLLATE pg_catalog."C", t.relname COLLATE pg_catalog."C", c.relname COLLATE pg_catalog."C";
