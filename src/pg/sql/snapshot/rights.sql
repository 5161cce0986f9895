-- What may be read whole, and what may be asked.
SELECT
    pg_catalog.has_table_privilege('pg_catalog.pg_subscription', 'SELECT') AS subscriptions,
    pg_catalog.has_function_privilege('pg_catalog.pg_control_system()', 'EXECUTE')
        AND pg_catalog.has_function_privilege('pg_catalog.pg_control_checkpoint()', 'EXECUTE') AS control;
