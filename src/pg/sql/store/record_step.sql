-- $1 step, $2 version of the program.
INSERT INTO migrate_safe.store_steps (step, tool_version) VALUES ($1::pg_catalog.int4, $2);
