-- The index that a CREATE INDEX CONCURRENTLY names: there, valid, being built by somebody?
-- $1 table as the statement spells it, $2 index likewise. No row: it is not there.
SELECT
    x.indisvalid AS is_valid,
    pg_catalog.format('%I.%I', n.nspname, c.relname) AS index,
    (SELECT p.pid FROM pg_catalog.pg_stat_progress_create_index p WHERE p.index_relid OPERATOR(pg_catalog.=) c.oid LIMIT 1) AS builder
FROM pg_catalog.pg_index x
JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) x.indexrelid
JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
WHERE x.indrelid OPERATOR(pg_catalog.=) pg_catalog.to_regclass($1)
  AND c.relname OPERATOR(pg_catalog.=) (pg_catalog.parse_ident($2))[1]::pg_catalog.name;
