-- Is there something of that name? $1 schema, $2 relation, $3 column (may be NULL).
SELECT EXISTS (
    SELECT
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
    LEFT JOIN pg_catalog.pg_attribute a
        ON a.attrelid OPERATOR(pg_catalog.=) c.oid
       AND a.attname OPERATOR(pg_catalog.=) $3::pg_catalog.name
       AND NOT a.attisdropped
    WHERE n.nspname OPERATOR(pg_catalog.=) $1::pg_catalog.name
      AND c.relname OPERATOR(pg_catalog.=) $2::pg_catalog.name
      AND ($3::pg_catalog.text IS NULL OR a.attname IS NOT NULL)
) AS is_taken;
