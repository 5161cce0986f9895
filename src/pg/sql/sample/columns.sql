-- Columns of tables and attributes of composite types, in their order. A leaf partition has the sequence of the identity
-- column that it is a part of: before 17 it knows nothing of it. With search_path empty.
SELECT
    c.oid AS relation,
    a.attname AS name,
    a.atttypid AS type,
    a.atttypmod AS modifier,
    pg_catalog.format_type(a.atttypid, a.atttypmod) AS type_name,
    a.attnotnull AS is_not_null,
    CASE WHEN a.attgenerated OPERATOR(pg_catalog.=) '' THEN
        pg_catalog.pg_get_expr(d.adbin, d.adrelid)
    END AS default_value,
    CASE WHEN a.attgenerated OPERATOR(pg_catalog.<>) '' THEN
        pg_catalog.pg_get_expr(d.adbin, d.adrelid)
    END AS generated,
    CASE
        WHEN a.attidentity OPERATOR(pg_catalog.<>) '' THEN
            pg_catalog.pg_get_serial_sequence(pg_catalog.format('%I.%I', n.nspname, c.relname), a.attname)
        WHEN c.relispartition AND d.oid IS NULL THEN (
            SELECT pg_catalog.pg_get_serial_sequence(pg_catalog.format('%I.%I', rn.nspname, rc.relname), ra.attname)
            FROM pg_catalog.pg_class rc
            JOIN pg_catalog.pg_namespace rn ON rn.oid OPERATOR(pg_catalog.=) rc.relnamespace
            JOIN pg_catalog.pg_attribute ra ON ra.attrelid OPERATOR(pg_catalog.=) rc.oid
            WHERE rc.oid OPERATOR(pg_catalog.=) pg_catalog.pg_partition_root(c.oid)
              AND ra.attname OPERATOR(pg_catalog.=) a.attname
              AND ra.attidentity OPERATOR(pg_catalog.<>) ''
        )
    END AS identity_sequence
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
JOIN pg_catalog.pg_attribute a
    ON a.attrelid OPERATOR(pg_catalog.=) c.oid AND a.attnum OPERATOR(pg_catalog.>) 0 AND NOT a.attisdropped
LEFT JOIN pg_catalog.pg_attrdef d
    ON d.adrelid OPERATOR(pg_catalog.=) a.attrelid AND d.adnum OPERATOR(pg_catalog.=) a.attnum
WHERE c.relkind OPERATOR(pg_catalog.=) ANY ('{r,p,c,f,v,m}'::pg_catalog."char"[])
  AND c.oid OPERATOR(pg_catalog.>=) 16384::pg_catalog.oid
  AND n.nspname OPERATOR(pg_catalog.!~) '^pg_'
ORDER BY c.oid, a.attnum;
