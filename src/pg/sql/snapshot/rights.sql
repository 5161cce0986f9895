-- What may be read whole.
SELECT pg_catalog.has_table_privilege('pg_catalog.pg_subscription', 'SELECT') AS subscriptions;
