-- Tables whose rows may be migrations: called schema_versions, or the one that is named.
-- $1 our schema's name (its view has the same name and is never taken), $2 name as to_regclass takes it, or null.
SELECT
    pg_catalog.format('%I.%I', n.nspname, c.relname) AS relation,
    c.relname AS name,
    (
        SELECT pg_catalog.string_agg(wanted.name, ', ' ORDER BY wanted.place)
        FROM (
            VALUES
                (1, 'schema_version_version'), (2, 'schema_version_description'), (3, 'schema_version_up_sql'),
                (4, 'schema_version_is_current'), (5, 'schema_version_applied_at'), (6, 'schema_version_applied_by')
        ) AS wanted(place, name)
        WHERE NOT EXISTS (
            SELECT FROM pg_catalog.pg_attribute a
            WHERE a.attrelid OPERATOR(pg_catalog.=) c.oid
              AND a.attname OPERATOR(pg_catalog.=) wanted.name::pg_catalog.name AND NOT a.attisdropped
        )
    ) AS missing,
    EXISTS (
        SELECT FROM pg_catalog.pg_attribute a
        WHERE a.attrelid OPERATOR(pg_catalog.=) c.oid
          AND a.attname OPERATOR(pg_catalog.=) 'schema_version_up_sql' AND NOT a.attisdropped
    ) AS has_up,
    EXISTS (
        SELECT FROM pg_catalog.pg_attribute a
        WHERE a.attrelid OPERATOR(pg_catalog.=) c.oid
          AND a.attname OPERATOR(pg_catalog.=) 'schema_version_down_sql' AND NOT a.attisdropped
    ) AS has_down
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
WHERE c.relkind OPERATOR(pg_catalog.=) ANY ('{r,p}'::pg_catalog."char"[])
  AND n.nspname OPERATOR(pg_catalog.<>) $1::pg_catalog.name
  AND n.nspname OPERATOR(pg_catalog.!~) '^pg_(toast|temp)'
  AND CASE
      WHEN $2::pg_catalog.text IS NULL THEN c.relname OPERATOR(pg_catalog.=) 'schema_versions'
      ELSE c.oid OPERATOR(pg_catalog.=) pg_catalog.to_regclass($2::pg_catalog.text)
  END
ORDER BY 1;
