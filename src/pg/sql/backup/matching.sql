-- The tables that patterns name, as pg_dump's --table reads them; without a schema those that the search path finds.
-- $1: [{"schema": "^(app)$" or null, "name": "^(ord.*)$"}, ...]; a row for each pattern and table, or one without a table.
SELECT
    pattern.place OPERATOR(pg_catalog.-) 1 AS place,
    c.oid IS NOT NULL AS is_found,
    CASE WHEN c.oid IS NOT NULL THEN pg_catalog.format('%I.%I', n.nspname, c.relname) END AS qualified
FROM pg_catalog.jsonb_array_elements($1::pg_catalog.jsonb) WITH ORDINALITY AS pattern(value, place)
LEFT JOIN (
    pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n
        ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
        AND n.nspname OPERATOR(pg_catalog.<>) 'information_schema'
        AND n.nspname OPERATOR(pg_catalog.!~) '^pg_'
)
    ON c.relkind OPERATOR(pg_catalog.=) ANY ('{r,p}'::pg_catalog."char"[])
    AND c.relname::pg_catalog.text OPERATOR(pg_catalog.~) (pattern.value OPERATOR(pg_catalog.->>) 'name')
    AND CASE WHEN pattern.value OPERATOR(pg_catalog.->>) 'schema' IS NULL
        THEN pg_catalog.pg_table_is_visible(c.oid)
        ELSE n.nspname::pg_catalog.text OPERATOR(pg_catalog.~) (pattern.value OPERATOR(pg_catalog.->>) 'schema')
    END
ORDER BY place, n.nspname, c.relname;
