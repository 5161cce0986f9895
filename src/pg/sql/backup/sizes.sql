-- How large the database is, and what of it is rows that a dump writes out (without indexes). $1: as in relations.sql.
SELECT
    pg_catalog.pg_database_size(pg_catalog.current_database()) AS database_bytes,
    COALESCE((
        SELECT pg_catalog.sum(pg_catalog.pg_table_size(c.oid))
        FROM pg_catalog.pg_class c
        JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
        WHERE c.relkind OPERATOR(pg_catalog.=) 'r'
          AND c.relpersistence OPERATOR(pg_catalog.<>) 't'
          AND n.nspname OPERATOR(pg_catalog.<>) 'information_schema'
          AND n.nspname OPERATOR(pg_catalog.!~) '^pg_'
          AND ($1::pg_catalog.jsonb IS NULL
               OR pg_catalog.format('%I.%I', n.nspname, c.relname) OPERATOR(pg_catalog.=) ANY (
                   SELECT named.relation
                   FROM pg_catalog.jsonb_array_elements_text($1::pg_catalog.jsonb) AS named(relation)
               ))
    ), 0) OPERATOR(pg_catalog.+) pg_catalog.pg_table_size('pg_catalog.pg_largeobject')::pg_catalog.numeric AS row_bytes;
