-- Tables with rows of their own and their columns, for comparing one database with another: generated columns are left
-- out, they follow from the others. Our own schema and what is an extension's are no rows of the user's.
-- $1: our schema.
SELECT
    n.nspname,
    c.relname,
    GREATEST(c.reltuples::pg_catalog.int8, 0) AS estimate,
    pg_catalog.array_to_json(ARRAY(
        SELECT pg_catalog.json_build_array(a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod))
        FROM pg_catalog.pg_attribute a
        WHERE a.attrelid OPERATOR(pg_catalog.=) c.oid
          AND a.attnum OPERATOR(pg_catalog.>) 0
          AND NOT a.attisdropped
          AND a.attgenerated OPERATOR(pg_catalog.=) ''
        ORDER BY a.attnum
    )) AS columns,
    pg_catalog.array_to_json(ARRAY(
        SELECT a.attname
        FROM pg_catalog.pg_index i
        CROSS JOIN LATERAL pg_catalog.unnest(i.indkey::pg_catalog.int2[]) WITH ORDINALITY AS k(attnum, place)
        JOIN pg_catalog.pg_attribute a ON a.attrelid OPERATOR(pg_catalog.=) c.oid
                                      AND a.attnum OPERATOR(pg_catalog.=) k.attnum
        WHERE i.indrelid OPERATOR(pg_catalog.=) c.oid
          AND i.indisprimary
          AND k.place OPERATOR(pg_catalog.<=) i.indnkeyatts
        ORDER BY k.place
    )) AS key
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
WHERE c.relkind OPERATOR(pg_catalog.=) 'r'
  AND n.nspname OPERATOR(pg_catalog.<>) ALL (ARRAY['pg_catalog', 'information_schema', $1]::pg_catalog.name[])
  AND n.nspname OPERATOR(pg_catalog.!~) '^(pg_(toast|temp)|migrate_safe_restore_)'
  AND NOT EXISTS (
      SELECT
      FROM pg_catalog.pg_depend d
      WHERE d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass
        AND d.objid OPERATOR(pg_catalog.=) c.oid
        AND d.deptype OPERATOR(pg_catalog.=) 'e'
  )
ORDER BY n.nspname, c.relname;
