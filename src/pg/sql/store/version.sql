-- The newest step that our schema has.
SELECT COALESCE(pg_catalog.max(step), 0) FROM migrate_safe.store_steps;
