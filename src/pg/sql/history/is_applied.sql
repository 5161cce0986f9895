-- After a COMMIT whose answer was lost, with the runner's lock in hand: is the row of this run there? $1 version, $2 run.
SELECT
    EXISTS (SELECT FROM migrate_safe.schema_migrations WHERE version OPERATOR(pg_catalog.=) $1) AS is_there,
    EXISTS (
        SELECT FROM migrate_safe.schema_migrations
        WHERE version OPERATOR(pg_catalog.=) $1 AND run_id OPERATOR(pg_catalog.=) $2::pg_catalog.uuid
    ) AS is_ours;
