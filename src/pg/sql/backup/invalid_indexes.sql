-- Indexes that a restore has left invalid; one of a partitioned table may have been so before.
SELECT pg_catalog.format('%I.%I', namespace.nspname, relation.relname) AS name
FROM pg_catalog.pg_index AS index
JOIN pg_catalog.pg_class AS relation ON relation.oid OPERATOR(pg_catalog.=) index.indexrelid
JOIN pg_catalog.pg_namespace AS namespace ON namespace.oid OPERATOR(pg_catalog.=) relation.relnamespace
WHERE NOT index.indisvalid AND relation.relkind OPERATOR(pg_catalog.=) 'i'
ORDER BY 1;
