"""baseline: a database that was there before is taken over without running anything."""
import pytest

from harness.history import events, row, versions


@pytest.fixture
def grown(folder, database):
    """A database where 001 and 002 were done by hand."""
    folder.tables(3)
    database.query("CREATE TABLE t_1 (id int); CREATE TABLE t_2 (id int)")
    return database


def test_up_refuses_until_there_is_a_baseline(cli, grown):
    result = cli("up", "--skip-backup").failed(1)
    assert "has tables, but no history of migrate-safe" in result.err
    assert "migrate-safe baseline VERSION (0: nothing yet)" in result.err
    assert not grown.has("migrate_safe.schema_migrations")


@pytest.mark.parametrize("version", ["002", "2"])
def test_everything_up_to_a_version_is_recorded(cli, grown, version):
    result = cli("baseline", version).ok()
    assert result.out.startswith("Recorded 2 versions as applied without running them\n")
    assert versions(grown) == ["001", "002"] and events(grown) == ["baseline", "baseline"]
    assert row(grown, "001", "kind", "statements_done", "dirty") == ("baseline", 0, False)
    cli("up", "-s").ok()
    assert versions(grown) == ["001", "002", "003"] and grown.has("t_3")


def test_nothing_is_recorded_for_zero(cli, folder, grown):
    assert "Recorded 0 versions" in cli("baseline", "0").ok().out
    assert versions(grown) == [] and events(grown) == ["baseline"]
    for number in (1, 2):
        folder.remove(f"00{number}_table_{number}.up.sql")
        folder.remove(f"00{number}_table_{number}.down.sql")
    cli("up", "-s").ok()
    assert versions(grown) == ["003"]


def test_a_baseline_is_not_taken_back(cli, grown):
    cli("baseline", "002").ok()
    cli("up", "-s").ok()
    result = cli("down", "--to", "0", "-s").failed(1)
    assert "version 002 is a baseline" in result.err and "migrate-safe down --to 002" in result.err
    assert versions(grown) == ["001", "002", "003"]
    cli("down", "--to", "002", "-s").ok()
    assert versions(grown) == ["001", "002"] and grown.has("t_2")


def test_an_unknown_version_records_nothing(cli, grown):
    assert 'no migration with version "007"' in cli("baseline", "007").failed(5).err
    assert not grown.has("migrate_safe.schema_migrations")


def test_dry_run_tells_and_writes_nothing(cli, grown):
    assert "Would record 2 versions" in cli("baseline", "002", "--dry-run").ok().out
    document = cli("baseline", "002", "--dry-run", "--json").ok().json()
    assert document["dry_run"] is True and document["recorded"] == 2
    assert grown.query("SELECT 1 FROM pg_namespace WHERE nspname = 'migrate_safe'") == []


def test_a_second_baseline_goes_further(cli, grown):
    cli("baseline", "001").ok()
    assert "Recorded 1 version as applied without running it" in cli("baseline", "002").ok().out
    assert versions(grown) == ["001", "002"]
    assert "Recorded 0 versions" in cli("baseline", "002").ok().out


def test_status_shows_what_a_baseline_is(cli, grown):
    cli("baseline", "002").ok()
    out = cli("status").ok().out
    assert out.count("baseline") == 2 and "2 applied, 1 pending" in out


def test_a_file_of_a_baseline_may_change(cli, folder, grown):
    """What stands there was never run: it is compared with nothing."""
    cli("baseline", "002").ok()
    folder.write("001_table_1.up.sql", "CREATE TABLE t_1 (id bigint);")
    assert "edited" not in cli("status").ok().out
    cli("up", "-s").ok()


# Another runner's history: each is named, and nothing of it is touched.
RUNNERS = [
    ("CREATE TABLE schema_migrations (version bigint PRIMARY KEY, dirty boolean)",
     "public.schema_migrations (golang-migrate)"),
    ("CREATE TABLE schema_migrations (version varchar(128) PRIMARY KEY)",
     "public.schema_migrations (dbmate or Rails)"),
    ("CREATE SCHEMA supabase_migrations; CREATE TABLE supabase_migrations.schema_migrations"
     " (version text PRIMARY KEY, statements text[], name text)",
     "supabase_migrations.schema_migrations (supabase)"),
    ("CREATE TABLE goose_db_version (id int, version_id bigint, is_applied boolean)",
     "public.goose_db_version (goose)"),
    ("CREATE TABLE flyway_schema_history (installed_rank int)",
     "public.flyway_schema_history (Flyway)"),
    ("CREATE TABLE databasechangelog (id text)", "public.databasechangelog (Liquibase)"),
    ("CREATE SCHEMA atlas_schema_revisions; CREATE TABLE"
     " atlas_schema_revisions.atlas_schema_revisions (version text)",
     "atlas_schema_revisions.atlas_schema_revisions (Atlas)"),
    ("CREATE TABLE schema_version (version int)", "public.schema_version (tern)"),
    ("CREATE TABLE pgmigrations (id int, name text)", "public.pgmigrations (node-pg-migrate)"),
    ("CREATE TABLE alembic_version (version_num text)", "public.alembic_version (Alembic)"),
    ("CREATE TABLE __diesel_schema_migrations (version text)",
     "public.__diesel_schema_migrations (Diesel)"),
    ("CREATE TABLE _sqlx_migrations (version bigint)", "public._sqlx_migrations (sqlx)"),
    ("CREATE TABLE refinery_schema_history (version int)",
     "public.refinery_schema_history (refinery)"),
    ('CREATE TABLE "_prisma_migrations" (id text)', "public._prisma_migrations (Prisma)"),
    ("CREATE TABLE schema_versions (schema_version_id int)",
     "public.schema_versions (a schema_versions table)"),
    ("CREATE TABLE knex_migrations (id int)", "public.knex_migrations (Knex)"),
    ("CREATE TABLE django_migrations (id int)", "public.django_migrations (Django)"),
    ('CREATE TABLE "__EFMigrationsHistory" ("MigrationId" text)',
     'public."__EFMigrationsHistory" (EF Core)'),
    ("CREATE SCHEMA sqitch; CREATE TABLE sqitch.changes (change_id text)",
     "sqitch.changes (sqitch or graphile-migrate)"),
    ("CREATE SCHEMA graphile_migrate; CREATE TABLE graphile_migrate.migrations (hash text)",
     "graphile_migrate.migrations (sqitch or graphile-migrate)"),
]


@pytest.mark.parametrize("ddl, named", RUNNERS, ids=[named for _, named in RUNNERS])
def test_another_runners_history_is_named(cli, folder, database, ddl, named):
    folder.tables(1)
    database.query(ddl)
    schema = database.schema()
    result = cli("up", "-s").failed(1)
    assert f"found the history of another runner: {named}" in result.err
    assert database.schema(exclude="") == schema
