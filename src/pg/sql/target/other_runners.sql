-- History tables that other migration runners leave, by their names and telling columns.
-- $1: our schema's name.
SELECT
    pg_catalog.format('%I.%I', n.nspname, c.relname) AS relation,
    CASE
        WHEN c.relname OPERATOR(pg_catalog.=) 'schema_migrations'
             AND n.nspname OPERATOR(pg_catalog.=) 'supabase_migrations' THEN 'supabase'
        WHEN c.relname OPERATOR(pg_catalog.=) 'schema_migrations' AND EXISTS (
            SELECT FROM pg_catalog.pg_attribute a
            WHERE a.attrelid OPERATOR(pg_catalog.=) c.oid AND a.attname OPERATOR(pg_catalog.=) 'dirty'
        ) THEN 'golang-migrate'
        WHEN c.relname OPERATOR(pg_catalog.=) 'schema_migrations' THEN 'dbmate or Rails'
        ELSE known.runner
    END AS runner
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
JOIN (
    VALUES
        ('schema_migrations', ''), ('goose_db_version', 'goose'), ('flyway_schema_history', 'Flyway'),
        ('databasechangelog', 'Liquibase'), ('atlas_schema_revisions', 'Atlas'), ('schema_version', 'tern'),
        ('pgmigrations', 'node-pg-migrate'), ('alembic_version', 'Alembic'),
        ('__diesel_schema_migrations', 'Diesel'), ('_sqlx_migrations', 'sqlx'),
        ('refinery_schema_history', 'refinery'), ('_prisma_migrations', 'Prisma'),
        ('schema_versions', 'a schema_versions table'), ('knex_migrations', 'Knex'),
        ('django_migrations', 'Django'), ('__EFMigrationsHistory', 'EF Core')
) AS known(relname, runner) ON known.relname OPERATOR(pg_catalog.=) c.relname::pg_catalog.text
WHERE c.relkind OPERATOR(pg_catalog.=) ANY ('{r,p}'::pg_catalog."char"[])
  AND n.nspname OPERATOR(pg_catalog.<>) $1::pg_catalog.name
UNION ALL
SELECT pg_catalog.format('%I.%I', n.nspname, c.relname), 'sqitch or graphile-migrate'
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
WHERE pg_catalog.concat(n.nspname, '.', c.relname) OPERATOR(pg_catalog.=)
    ANY (ARRAY['sqitch.changes', 'graphile_migrate.migrations']::pg_catalog.text[])
ORDER BY 1;
