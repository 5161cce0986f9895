-- An edited file's text takes the place of the one that ran. $1 version, $2 run, $3 checksum, $4 up text, $5 down text.
WITH before AS (
    SELECT version, checksum FROM migrate_safe.schema_migrations WHERE version OPERATOR(pg_catalog.=) $1
), accepted AS (
    UPDATE migrate_safe.schema_migrations
    SET checksum = $3, up_sql = $4, down_sql = $5
    WHERE version OPERATOR(pg_catalog.=) $1
    RETURNING version
)
INSERT INTO migrate_safe.journal (run_id, event, version, detail)
SELECT
    $2::pg_catalog.uuid, 'accepted', before.version,
    pg_catalog.jsonb_build_object('old_checksum', before.checksum, 'new_checksum', $3::pg_catalog.text)
FROM before
JOIN accepted ON accepted.version OPERATOR(pg_catalog.=) before.version;
