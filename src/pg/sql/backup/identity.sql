-- How large the database is, and which server's it is where this role may ask.
SELECT
    pg_catalog.pg_database_size(pg_catalog.current_database()) AS bytes,
    CASE
        WHEN pg_catalog.has_function_privilege('pg_catalog.pg_control_system()', 'EXECUTE')
            THEN (SELECT c.system_identifier FROM pg_catalog.pg_control_system() c)
    END AS system_identifier;
