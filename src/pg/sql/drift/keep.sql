-- A snapshot of the schema as it is now, under the runner's lock. Documents before a new one go; where there is none
-- this time, the last whole one stays.
-- $1 run, $2 command, $3 major of the server, $4 version of the program, $5 fingerprint, $6 objects, $7 gaps, $8 why
-- there is none, $9 differences before the run, $10 document.
WITH emptied AS (
    UPDATE migrate_safe.schema_snapshots
    SET document = NULL
    WHERE document IS NOT NULL AND $10::pg_catalog.text IS NOT NULL
)
INSERT INTO migrate_safe.schema_snapshots (
    run_id, command, version, applied_count, applied_last, journal_last, server_major, tool_version, fingerprint,
    object_count, gap_count, why, drifted_before, document)
SELECT
    $1::pg_catalog.uuid, $2,
    (SELECT m.version FROM migrate_safe.schema_migrations m ORDER BY m.applied_order DESC LIMIT 1),
    (SELECT pg_catalog.count(*) FROM migrate_safe.schema_migrations),
    (SELECT COALESCE(pg_catalog.max(m.applied_order), 0) FROM migrate_safe.schema_migrations m),
    (SELECT COALESCE(pg_catalog.max(j.id), 0) FROM migrate_safe.journal j),
    $3::pg_catalog.int4, $4, $5, $6::pg_catalog.int8, $7::pg_catalog.int8, $8, $9::pg_catalog.int8, $10;
