-- Sequences that columns take their values from: is one behind its column, near its own end, or near the end of the column's type?
-- What a sequence says of itself is read from it, in the same statement. $1: {oid, ...} of tables.
WITH owned AS (
    SELECT
        s.seqrelid, s.seqincrement, s.seqcycle, s.seqmin, s.seqmax, a.attname, t.oid AS relation,
        pg_catalog.format('%I.%I', n.nspname, t.relname) AS name,
        pg_catalog.format('%I.%I', sn.nspname, c.relname) AS sequence,
        CASE WHEN t.relkind = 'p' THEN '' ELSE 'ONLY ' END AS only,
        CASE a.atttypid
            WHEN 'pg_catalog.int2'::pg_catalog.regtype THEN 32767
            WHEN 'pg_catalog.int4'::pg_catalog.regtype THEN 2147483647
            WHEN 'pg_catalog.int8'::pg_catalog.regtype THEN 9223372036854775807
        END AS most,
        pg_catalog.has_sequence_privilege(c.oid, 'SELECT') AS is_readable
    FROM pg_catalog.unnest($1::pg_catalog.oid[]) AS w(oid)
    JOIN pg_catalog.pg_class t ON t.oid = w.oid AND t.relkind = ANY ('{r,p}'::pg_catalog."char"[])
    JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
    JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
    JOIN (
        SELECT d.refobjid, d.refobjsubid, d.objid -- owned by the column, or its identity
        FROM pg_catalog.pg_depend d
        WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
          AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
          AND d.deptype = ANY ('{a,i}'::pg_catalog."char"[])
        UNION
        SELECT f.adrelid, f.adnum, d.refobjid -- its default calls it
        FROM pg_catalog.pg_attrdef f
        JOIN pg_catalog.pg_depend d
            ON d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass
           AND d.objid = f.oid
           AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
    ) AS link ON link.refobjid = t.oid AND link.refobjsubid = a.attnum
    JOIN pg_catalog.pg_sequence s ON s.seqrelid = link.objid
    JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid
    JOIN pg_catalog.pg_namespace sn ON sn.oid = c.relnamespace
)
SELECT
    r.kind, o.relation, o.seqrelid AS other, pg_catalog.format('%s of %s.%I', o.sequence, o.name, o.attname) AS object,
    NULL AS condition, NULL AS screen, r.statement, r.sampled, NULL AS shown,
    CASE WHEN NOT o.is_readable THEN pg_catalog.format('SELECT on the sequence is missing: GRANT SELECT ON SEQUENCE %s TO %I;',
                                                       o.sequence, CURRENT_USER) END AS reason,
    true AS is_promised, NULL AS repairs, r.fix
FROM owned o
CROSS JOIN LATERAL (
    SELECT
        'sequences.behind' AS kind,
        pg_catalog.format(
            'SELECT CASE WHEN x.reached %s s.last_value::pg_catalog.numeric + CASE WHEN s.is_called THEN %s ELSE 0 END::pg_catalog.numeric THEN 1 ELSE 0 END, '
            'pg_catalog.jsonb_build_array(pg_catalog.format(''the column has %%s, the sequence is at %%s'', x.reached, s.last_value)) '
            'FROM (SELECT %s(t.%I)::pg_catalog.numeric AS reached FROM %s%s AS t) AS x CROSS JOIN %s AS s',
            CASE WHEN o.seqincrement > 0 THEN '>=' ELSE '<=' END, o.seqincrement,
            CASE WHEN o.seqincrement > 0 THEN 'pg_catalog.max' ELSE 'pg_catalog.min' END, o.attname, o.only, o.name, o.sequence) AS statement,
        pg_catalog.format('SELECT pg_catalog.setval(%L, (SELECT %s(%I) FROM %s));', o.sequence,
                          CASE WHEN o.seqincrement > 0 THEN 'max' ELSE 'min' END, o.attname, o.name) AS fix,
        NULL AS sampled
    WHERE o.most IS NOT NULL
    UNION ALL
    SELECT
        'sequences.end',
        pg_catalog.format(
            'SELECT CASE WHEN u.share >= 0.75 THEN (u.share * 100)::pg_catalog.int8 ELSE 0 END, pg_catalog.jsonb_build_array(pg_catalog.format(''at %%s, %%s%%%% of what it can give'', u.last_value, pg_catalog.round(u.share * 100))) FROM (SELECT s.last_value, CASE WHEN %s::pg_catalog.int8 > 0 THEN (s.last_value::pg_catalog.numeric - %s) ELSE (%s - s.last_value::pg_catalog.numeric) END / NULLIF((%3$s)::pg_catalog.numeric - %2$s, 0) AS share FROM %4$s AS s) AS u',
            o.seqincrement, o.seqmin, o.seqmax, o.sequence),
        pg_catalog.format('make room: ALTER SEQUENCE %s AS bigint MAXVALUE 9223372036854775807; where its column is bigint too', o.sequence),
        NULL
    WHERE NOT o.seqcycle
    UNION ALL
    SELECT
        'sequences.wear',
        pg_catalog.format(
            'SELECT CASE WHEN u.share >= 0.75 THEN (u.share * 100)::pg_catalog.int8 ELSE 0 END, pg_catalog.jsonb_build_array(pg_catalog.format(''at %%s, %%s%%%% of what its type holds'', u.last_value, pg_catalog.round(u.share * 100))) FROM (SELECT s.last_value, pg_catalog.abs(s.last_value::pg_catalog.numeric) / %s AS share FROM %s AS s) AS u',
            o.most, o.sequence),
        pg_catalog.format('the column needs a larger type before its values end: migrate-safe lint shows the safe steps of ALTER TABLE %s ALTER COLUMN %I TYPE bigint;',
                          o.name, o.attname),
        NULL
    WHERE o.most IS NOT NULL
) AS r
ORDER BY o.name COLLATE pg_catalog."C", o.attname COLLATE pg_catalog."C", o.sequence COLLATE pg_catalog."C", r.kind;
