-- Which database of which server this is, in one text: its name and what initdb gave the server.
SELECT pg_catalog.concat_ws(' ', pg_catalog.current_database(), control.system_identifier)
FROM pg_catalog.pg_control_system() AS control;
