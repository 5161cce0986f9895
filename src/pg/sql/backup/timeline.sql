-- Which timeline the server's WAL is on.
SELECT c.timeline_id
FROM pg_catalog.pg_control_checkpoint() AS c;
