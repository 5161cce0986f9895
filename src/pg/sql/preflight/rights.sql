-- Which of the rights that statements need this role does not have. What is not there yet needs none.
-- $1: [{"number": 0, "right": "INSERT", "name": "app.orders"}, ...], names as SQL has them; "SCHEMA" names a schema,
-- "INDEX" a relation in whose schema something is made, "DATABASE" nothing.
WITH wanted AS (
    SELECT
        w.number,
        w."right",
        CASE WHEN w.name OPERATOR(pg_catalog.<>) '' THEN pg_catalog.parse_ident(w.name, false) END AS parts
    FROM pg_catalog.jsonb_to_recordset($1::pg_catalog.jsonb)
        AS w(number pg_catalog.int4, "right" pg_catalog.text, name pg_catalog.text)
), named AS (
    SELECT
        w.number,
        w."right",
        CASE WHEN w."right" OPERATOR(pg_catalog.=) 'SCHEMA' THEN w.parts[1]
            WHEN pg_catalog.cardinality(w.parts) OPERATOR(pg_catalog.>) 1
                THEN w.parts[pg_catalog.cardinality(w.parts) OPERATOR(pg_catalog.-) 1]
        END AS schema,
        CASE WHEN w."right" OPERATOR(pg_catalog.<>) 'SCHEMA' THEN w.parts[pg_catalog.cardinality(w.parts)] END AS relation
    FROM wanted w
), found AS (
    SELECT w.number, w."right", s.oid AS schema, s.nspname, c.oid AS relation, c.relname, c.relowner, c.relnamespace
    FROM named w
    LEFT JOIN pg_catalog.pg_namespace s ON s.nspname OPERATOR(pg_catalog.=) w.schema::pg_catalog.name
    LEFT JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) CASE
        WHEN w.schema IS NULL THEN pg_catalog.to_regclass(pg_catalog.quote_ident(w.relation))::pg_catalog.oid
        ELSE (
            SELECT x.oid
            FROM pg_catalog.pg_class x
            WHERE x.relnamespace OPERATOR(pg_catalog.=) s.oid
              AND x.relname OPERATOR(pg_catalog.=) w.relation::pg_catalog.name
        )
    END
)
SELECT
    f.number,
    CASE
        WHEN f.relation IS NOT NULL THEN pg_catalog.format('%I.%I', n.nspname, f.relname)
        WHEN f.schema IS NOT NULL THEN pg_catalog.quote_ident(f.nspname)
        ELSE pg_catalog.quote_ident(pg_catalog.current_database())
    END AS name,
    pg_catalog.pg_get_userbyid(f.relowner) AS owner,
    pg_catalog.quote_ident(n.nspname) AS schema_of_relation
FROM found f
LEFT JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) f.relnamespace
WHERE NOT CASE f."right"
    WHEN 'DATABASE' THEN pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE')
    WHEN 'SCHEMA' THEN f.schema IS NULL OR pg_catalog.has_schema_privilege(f.schema, 'CREATE')
    WHEN 'INDEX' THEN f.relation IS NULL OR pg_catalog.has_schema_privilege(f.relnamespace, 'CREATE')
    WHEN 'OWNER' THEN f.relation IS NULL OR pg_catalog.pg_has_role(f.relowner, 'USAGE')
    WHEN 'INSERT' THEN f.relation IS NULL OR pg_catalog.has_any_column_privilege(f.relation, 'INSERT')
    WHEN 'UPDATE' THEN f.relation IS NULL OR pg_catalog.has_any_column_privilege(f.relation, 'UPDATE')
    WHEN 'REFERENCES' THEN f.relation IS NULL OR pg_catalog.has_any_column_privilege(f.relation, 'REFERENCES')
    ELSE f.relation IS NULL OR pg_catalog.has_table_privilege(f.relation, f."right")
END
ORDER BY f.number;
