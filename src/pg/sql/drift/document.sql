-- The document of a snapshot. $1 its id.
SELECT document
FROM migrate_safe.schema_snapshots
WHERE id OPERATOR(pg_catalog.=) $1::pg_catalog.int8;
