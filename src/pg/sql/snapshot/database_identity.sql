-- Which database this is: oids mean the same in two snapshots only when it is the same one. A copy that was promoted
-- is on another timeline.
SELECT pg_catalog.concat_ws(' ', s.system_identifier, p.timeline_id, b.oid) AS identity
FROM pg_catalog.pg_control_system() s
CROSS JOIN pg_catalog.pg_control_checkpoint() p
JOIN pg_catalog.pg_database b ON b.datname = pg_catalog.current_database();
