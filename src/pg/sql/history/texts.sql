-- The SQL of one applied migration, as it was applied. $1 version.
SELECT up_sql, down_sql FROM migrate_safe.schema_migrations WHERE version OPERATOR(pg_catalog.=) $1;
