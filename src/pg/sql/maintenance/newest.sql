-- The last thing that the journal says of maintenance mode; no row: nothing.
SELECT
    event,
    pg_catalog.to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS at,
    run_id
FROM migrate_safe.journal
WHERE event OPERATOR(pg_catalog.=) ANY ('{maintenance_on,maintenance_off}'::pg_catalog.text[])
ORDER BY id DESC
LIMIT 1;
