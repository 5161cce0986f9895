-- A partition after an interrupted DETACH ... CONCURRENTLY. $1 parent, $2 partition. No row: it is detached.
SELECT i.inhdetachpending AS is_pending
FROM pg_catalog.pg_inherits i
WHERE i.inhparent OPERATOR(pg_catalog.=) pg_catalog.to_regclass($1)
  AND i.inhrelid OPERATOR(pg_catalog.=) pg_catalog.to_regclass($2);
