-- Foreign keys of tables, each with the condition of a row that refers to none, and the SQL that repairs it. A partitioned
-- table's own constraint stands for its partitions'. Compared as the server itself does: with the operators of conpfeqop, each side
-- cast to what they take. MATCH SIMPLE lets a row off that has a null in its key, MATCH FULL only one that is all null.
-- $1: {oid, ...} of the referring tables.
SELECT
    'references.orphans' AS kind,
    k.conrelid AS relation,
    k.confrelid AS other,
    pg_catalog.format('%I.%I %I -> %I.%I', n.nspname, c.relname, k.conname, fn.nspname, f.relname) AS object,
    pg_catalog.format(
        '(%s) AND NOT EXISTS (SELECT FROM %s%I.%I AS o WHERE %s)',
        CASE k.confmatchtype WHEN 'f' THEN p.some_are_set ELSE p.all_are_set END,
        CASE f.relkind WHEN 'p' THEN '' ELSE 'ONLY ' END, fn.nspname, f.relname, p.matches) AS condition,
    NULL AS screen,
    NULL AS statement,
    NULL AS sampled,
    p.shown,
    CASE
        WHEN pg_catalog.to_jsonb(k) ->> 'conperiod' = 'true' THEN 'a key with PERIOD, which is compared by its server alone' -- since 18
        WHEN f.relkind = 'f' OR c.relkind = 'f' THEN 'a foreign table has a part in it'
    END AS reason,
    k.convalidated AS is_promised,
    pg_catalog.jsonb_build_array(
        pg_catalog.format('delete them: DELETE FROM %s%I.%I AS t WHERE :condition;', o.only, n.nspname, c.relname),
        CASE WHEN p.may_be_null THEN pg_catalog.format('or empty the key: UPDATE %s%I.%I AS t SET %s WHERE :condition;',
                                                       o.only, n.nspname, c.relname, p.emptied) END,
        pg_catalog.format(
            'or insert what is missing, with what else its columns need: INSERT INTO %I.%I (%s) SELECT DISTINCT %s FROM %s%I.%I AS t WHERE :condition;',
            fn.nspname, f.relname, p.others, p.own, o.only, n.nspname, c.relname)) AS repairs,
    'one of the statements above' AS fix
FROM pg_catalog.unnest($1::pg_catalog.oid[]) AS w(oid)
JOIN pg_catalog.pg_constraint k ON k.conrelid = w.oid AND k.contype = 'f' AND k.conparentid = 0
JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_class f ON f.oid = k.confrelid
JOIN pg_catalog.pg_namespace fn ON fn.oid = f.relnamespace
CROSS JOIN LATERAL (SELECT CASE c.relkind WHEN 'p' THEN '' ELSE 'ONLY ' END AS only) AS o
CROSS JOIN LATERAL (
    SELECT
        pg_catalog.string_agg(pg_catalog.format('t.%I IS NOT NULL', a.attname), ' AND ' ORDER BY e.place) AS all_are_set,
        pg_catalog.string_agg(pg_catalog.format('t.%I IS NOT NULL', a.attname), ' OR ' ORDER BY e.place) AS some_are_set,
        pg_catalog.string_agg(
            pg_catalog.format(
                'o.%I%s OPERATOR(%I.%s) t.%I%s%s', b.attname,
                CASE WHEN b.atttypid <> op.oprleft AND lt.typtype <> 'p' THEN '::' || pg_catalog.format_type(op.oprleft, NULL) END,
                opn.nspname, op.oprname, a.attname,
                CASE WHEN a.atttypid <> op.oprright AND rt.typtype <> 'p' THEN '::' || pg_catalog.format_type(op.oprright, NULL) END,
                CASE WHEN a.attcollation <> b.attcollation AND b.attcollation <> 0
                    THEN pg_catalog.format(' COLLATE %I.%I', cn.nspname, co.collname) END),
            ' AND ' ORDER BY e.place) AS matches,
        pg_catalog.format(
            'pg_catalog.format(%L, %s)',
            pg_catalog.string_agg(pg_catalog.replace(a.attname, '%', '%%') || '=%s', ', ' ORDER BY e.place),
            pg_catalog.string_agg(pg_catalog.format('t.%I', a.attname), ', ' ORDER BY e.place)) AS shown,
        pg_catalog.string_agg(pg_catalog.format('t.%I', a.attname), ', ' ORDER BY e.place) AS own,
        pg_catalog.string_agg(pg_catalog.quote_ident(b.attname), ', ' ORDER BY e.place) AS others,
        pg_catalog.string_agg(pg_catalog.format('%I = NULL', a.attname), ', ' ORDER BY e.place) AS emptied,
        NOT pg_catalog.bool_or(a.attnotnull) AS may_be_null
    FROM ROWS FROM (pg_catalog.unnest(k.conkey), pg_catalog.unnest(k.confkey), pg_catalog.unnest(k.conpfeqop))
        WITH ORDINALITY AS e(own, other, operator, place)
    JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = e.own
    JOIN pg_catalog.pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = e.other
    JOIN pg_catalog.pg_operator op ON op.oid = e.operator
    JOIN pg_catalog.pg_namespace opn ON opn.oid = op.oprnamespace
    JOIN pg_catalog.pg_type lt ON lt.oid = op.oprleft
    JOIN pg_catalog.pg_type rt ON rt.oid = op.oprright
    LEFT JOIN pg_catalog.pg_collation co ON co.oid = b.attcollation
    LEFT JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace
) AS p
ORDER BY n.nspname COLLATE pg_catalog."C", c.relname COLLATE pg_catalog."C", k.conname COLLATE pg_catalog."C";
