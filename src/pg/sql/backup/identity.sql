-- What this role may ask the server about itself: a function that may not be called fails also where its branch of a
-- CASE is not taken.
SELECT
    pg_catalog.has_function_privilege('pg_catalog.pg_control_system()', 'EXECUTE') AS may_ask_identifier,
    pg_catalog.has_function_privilege('pg_catalog.pg_control_checkpoint()', 'EXECUTE') AS may_ask_timeline;
