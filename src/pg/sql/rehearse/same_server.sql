-- What tells whether two sessions are on one server that has the database $1. No row: it has none of that name.
SELECT pg_catalog.concat(pg_catalog.date_part('epoch', pg_catalog.pg_postmaster_start_time()), ' ', d.oid) AS identity
FROM pg_catalog.pg_database d
WHERE d.datname OPERATOR(pg_catalog.=) $1::pg_catalog.name;
