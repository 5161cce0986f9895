-- A dirty migration is declared not applied by a person. $1 version, $2 run, $3 why (event's word).
WITH marked AS (
    DELETE FROM migrate_safe.schema_migrations
    WHERE version OPERATOR(pg_catalog.=) $1 AND dirty
    RETURNING version, checksum, statements_done
)
INSERT INTO migrate_safe.journal (run_id, event, version, detail)
SELECT
    $2::pg_catalog.uuid, $3, version,
    pg_catalog.jsonb_build_object('checksum', checksum, 'statements_done', statements_done)
FROM marked;
