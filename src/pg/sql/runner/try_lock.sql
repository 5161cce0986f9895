-- The runner's lock: of the session, so that it ends with the backend. Never waited for inside the server.
-- $1 key.
SELECT pg_catalog.pg_try_advisory_lock($1::pg_catalog.int8);
