-- Writes a restore point. $1: its name, at most 63 bytes; gives its place in the WAL.
SELECT pg_catalog.pg_create_restore_point($1::pg_catalog.text) AS lsn;
