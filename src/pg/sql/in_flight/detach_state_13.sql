-- As in_flight/detach_state, for PostgreSQL 13, which has no CONCURRENTLY there and no inhdetachpending.
SELECT false AS is_pending
FROM pg_catalog.pg_inherits i
WHERE i.inhparent OPERATOR(pg_catalog.=) pg_catalog.to_regclass($1)
  AND i.inhrelid OPERATOR(pg_catalog.=) pg_catalog.to_regclass($2);
