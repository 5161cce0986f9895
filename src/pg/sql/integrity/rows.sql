-- What each row of a table has been promised to be: not null, its checks, those of the domains of its columns, the bounds of its
-- partition; each with the condition of a row that is not so. `screen`: the same for all of one table at once, in few words;
-- NULL: another of the same table has it. num_nulls(): since 17 the planner believes in NOT NULL and would not look.
-- A domain's words hold for VALUE, which is a column of that name here. $1: {oid, ...} of tables with rows of their own.
WITH RECURSIVE wanted AS MATERIALIZED (
    SELECT c.oid, c.relname, n.nspname, c.relispartition, pg_catalog.format('%I.%I', n.nspname, c.relname) AS name
    FROM pg_catalog.unnest($1::pg_catalog.oid[]) AS w(oid)
    JOIN pg_catalog.pg_class c ON c.oid = w.oid AND c.relkind = 'r'
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
), domain (relation, attname, attnum, type, base) AS (
    SELECT w.oid, a.attname, a.attnum, t.oid, t.typbasetype
    FROM wanted w
    JOIN pg_catalog.pg_attribute a ON a.attrelid = w.oid AND a.attnum > 0 AND NOT a.attisdropped
    JOIN pg_catalog.pg_type t ON t.oid = a.atttypid AND t.typtype = 'd'
    UNION ALL
    SELECT d.relation, d.attname, d.attnum, t.oid, t.typbasetype
    FROM domain d
    JOIN pg_catalog.pg_type t ON t.oid = d.base AND t.typtype = 'd'
), base AS ( -- below all domains
    SELECT d.relation, d.attnum, d.base
    FROM domain d
    JOIN pg_catalog.pg_type t ON t.oid = d.base AND t.typtype <> 'd'
), not_null AS (
    SELECT
        w.oid AS relation, w.name, a.attname, a.attnum,
        (pg_catalog.row_number() OVER each_table - 1) / 90 AS part, -- a function takes 100 arguments
        NOT EXISTS (
            SELECT
            FROM pg_catalog.pg_constraint k
            WHERE k.conrelid = w.oid AND k.contype = 'n' AND k.conkey[1] = a.attnum AND NOT k.convalidated -- since 18
        ) AS is_promised
    FROM wanted w
    JOIN pg_catalog.pg_attribute a ON a.attrelid = w.oid AND a.attnum > 0 AND a.attnotnull AND NOT a.attisdropped
    WINDOW each_table AS (PARTITION BY w.oid ORDER BY a.attnum)
)
SELECT
    r.kind, r.relation, 0 AS other, r.object, r.condition, r.screen, NULL AS statement, NULL AS sampled, r.shown,
    NULL AS reason, r.is_promised, NULL AS repairs, r.fix
FROM (
    SELECT
        'rows.not_null' AS kind, k.relation, pg_catalog.format('%s.%I', k.name, k.attname) AS object,
        pg_catalog.format('pg_catalog.num_nulls(t.%I) > 0', k.attname) AS condition,
        CASE WHEN pg_catalog.row_number() OVER (PARTITION BY k.relation, k.part ORDER BY k.attnum) = 1 THEN pg_catalog.format(
            'pg_catalog.num_nulls(%s) > 0',
            pg_catalog.string_agg(pg_catalog.format('t.%I', k.attname), ', ') OVER (PARTITION BY k.relation, k.part)) END AS screen,
        NULL AS shown,
        k.is_promised,
        pg_catalog.format('UPDATE ONLY %s SET %I = VALUE WHERE %2$I IS NULL; (on servers from 17 on: WHERE pg_catalog.num_nulls(%2$I) > 0)',
                          k.name, k.attname) AS fix,
        1 AS place, k.attnum::pg_catalog.text AS within
    FROM not_null k
    UNION ALL
    SELECT
        'rows.check', w.oid, pg_catalog.format('%s %I', w.name, k.conname),
        pg_catalog.format('NOT %s', e.text), pg_catalog.format('NOT %s', e.text),
        NULL, k.convalidated,
        pg_catalog.format('look at them, and change what is wrong, or the constraint: SELECT * FROM ONLY %s WHERE NOT %s;', w.name, e.text),
        2, k.conname
    FROM wanted w
    JOIN pg_catalog.pg_constraint k ON k.conrelid = w.oid AND k.contype = 'c'
    CROSS JOIN LATERAL (SELECT pg_catalog.substring(
        pg_catalog.pg_get_constraintdef(k.oid), '^CHECK (\(.*\))(?: NO INHERIT)?(?: NOT VALID| NOT ENFORCED)?$')) AS e(text)
    UNION ALL
    SELECT
        'rows.domain', w.oid, pg_catalog.format('%s.%I (%s %I)', w.name, d.attname, pg_catalog.format_type(d.type, NULL), k.conname),
        pg_catalog.format('EXISTS (SELECT FROM (SELECT t.%I::%s AS value) AS v WHERE NOT (%s))', d.attname,
                          pg_catalog.format_type(b.base, NULL), pg_catalog.pg_get_expr(k.conbin, 0)),
        pg_catalog.format('EXISTS (SELECT FROM (SELECT t.%I::%s AS value) AS v WHERE NOT (%s))', d.attname,
                          pg_catalog.format_type(b.base, NULL), pg_catalog.pg_get_expr(k.conbin, 0)),
        pg_catalog.format('t.%I::pg_catalog.text', d.attname), k.convalidated,
        pg_catalog.format('change those values to what the domain allows: UPDATE ONLY %s SET %I = VALUE WHERE ...;', w.name, d.attname),
        3, pg_catalog.concat_ws(' ', d.attname, k.conname)
    FROM wanted w
    JOIN domain d ON d.relation = w.oid
    JOIN base b ON b.relation = d.relation AND b.attnum = d.attnum
    JOIN pg_catalog.pg_constraint k ON k.contypid = d.type AND k.contype = 'c'
    UNION ALL
    SELECT
        'rows.domain', w.oid, pg_catalog.format('%s.%I (%s NOT NULL)', w.name, d.attname, pg_catalog.format_type(d.type, NULL)),
        pg_catalog.format('pg_catalog.num_nulls(t.%I) > 0', d.attname),
        pg_catalog.format('pg_catalog.num_nulls(t.%I) > 0', d.attname), NULL, true,
        pg_catalog.format('UPDATE ONLY %s SET %I = VALUE WHERE %2$I IS NULL;', w.name, d.attname), 4, d.attname
    FROM wanted w
    JOIN domain d ON d.relation = w.oid
    JOIN pg_catalog.pg_type t ON t.oid = d.type AND t.typnotnull
    UNION ALL
    SELECT
        'rows.partition', w.oid, w.name,
        pg_catalog.format('NOT (%s)', pg_catalog.pg_get_partition_constraintdef(w.oid)),
        pg_catalog.format('NOT (%s)', pg_catalog.pg_get_partition_constraintdef(w.oid)), NULL, true,
        pg_catalog.format('move them, in one transaction: WITH gone AS (DELETE FROM ONLY %s WHERE NOT (%s) RETURNING *) INSERT INTO %s SELECT * FROM gone;',
                          w.name, pg_catalog.pg_get_partition_constraintdef(w.oid),
                          (SELECT pg_catalog.format('%I.%I', n.nspname, p.relname)
                           FROM pg_catalog.pg_partition_ancestors(w.oid) WITH ORDINALITY AS a(oid, place)
                           JOIN pg_catalog.pg_class p ON p.oid = a.oid
                           JOIN pg_catalog.pg_namespace n ON n.oid = p.relnamespace
                           ORDER BY a.place DESC LIMIT 1)),
        5, NULL
    FROM wanted w
    WHERE w.relispartition
) AS r
WHERE r.condition IS NOT NULL
ORDER BY r.relation, r.place, r.within COLLATE pg_catalog."C";
