-- Invalid indexes that an interrupted REINDEX CONCURRENTLY leaves (_ccnew, _ccold): of one table, of one index's table,
-- or of the whole database when both are null. Those of TOAST tables cannot be named in DROP INDEX and are left out.
-- $1 table, $2 index, as the statement spells them.
SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) AS index
FROM pg_catalog.pg_index x
JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) x.indexrelid
JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
WHERE NOT x.indisvalid
  AND c.relname OPERATOR(pg_catalog.~) '_cc(new|old)[0-9]*$'
  AND n.nspname OPERATOR(pg_catalog.<>) 'pg_toast'
  AND ($1::pg_catalog.text IS NULL OR x.indrelid OPERATOR(pg_catalog.=) pg_catalog.to_regclass($1))
  AND ($2::pg_catalog.text IS NULL OR x.indrelid OPERATOR(pg_catalog.=) (
      SELECT i.indrelid FROM pg_catalog.pg_index i WHERE i.indexrelid OPERATOR(pg_catalog.=) pg_catalog.to_regclass($2)))
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index p WHERE p.index_relid OPERATOR(pg_catalog.=) c.oid)
ORDER BY 1;
