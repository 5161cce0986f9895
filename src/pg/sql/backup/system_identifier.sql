-- What initdb gave the server.
SELECT c.system_identifier
FROM pg_catalog.pg_control_system() AS c;
