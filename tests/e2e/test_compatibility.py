"""Command lines that teams have in their runbooks already, as they stand there."""
import pytest

from harness.history import versions

pytestmark = pytest.mark.once

# ---- the runbook: modes instead of commands


@pytest.fixture
def three(cli, folder):
    folder.tables(3)
    return cli


def test_runbook_dry_run_writes_nothing(three, database):
    result = three("--dry-run").ok()
    assert result.out.startswith("plan: up  ") and "table_3" in result.out
    assert not database.has("migrate_safe.schema_migrations")
    assert three("plan").ok().out == result.out


def test_runbook_apply(three, database):
    three("--apply").ok()
    assert versions(database) == ["001", "002", "003"]


@pytest.mark.parametrize("line", ["--apply --steps=1", "--steps=1 --apply", "--apply --skip-backup --steps=1",
                                  "--apply --force --steps=1", "--apply --steps 1"])
def test_runbook_apply_one_by_one(three, database, line):
    three(*line.split()).ok()
    assert versions(database) == ["001"]


def test_runbook_rollback(three, database):
    three("--apply").ok()
    three("--rollback", "--skip-backup").ok()
    assert versions(database) == ["001", "002"]


def test_runbook_rollback_of_several(three, database):
    three("--apply").ok()
    three("--rollback", "--steps=3", "--skip-backup").ok()
    assert versions(database) == [] and not database.has("t_1")


def test_runbook_dry_run_of_a_rollback(three, database):
    three("--apply").ok()
    for line in ("--rollback --dry-run", "--dry-run --rollback", "down -d"):
        assert three(*line.split()).ok().out.startswith("plan: down  ")
    assert len(versions(database)) == 3


def test_runbook_production_is_named_by_the_variable(cli_without_database, folder, database):
    folder.tables(1)
    cli_without_database("--apply", env={"DATABASE_URL": database.url}).ok()
    assert versions(database) == ["001"]


def test_runbook_logs(three, tmp_path):
    """tail -f logs/migrate-safe-*.log"""
    three("--apply").ok()
    log, = tmp_path.glob("logs/migrate-safe-*.log")
    assert "applied 002 table_2" in log.read_text()


def test_runbook_names_of_files(cli, folder, database):
    folder.write("027_add_user_preferences.up.sql", "CREATE TABLE user_preferences (id int);")
    folder.write("027_add_user_preferences.down.sql", "DROP TABLE user_preferences;")
    cli("--apply").ok()
    cli("--rollback", "--skip-backup").ok()
    assert not database.has("user_preferences")


# ---- TrustBot: commands, and letters for options

@pytest.mark.parametrize("line", ["--dry-run validate", "-d validate", "validate -d", "validate"])
def test_trustbot_validate(three, database, line):
    assert three(*line.split()).ok().out == "3 migrations, 0 errors, 0 warnings\n"
    assert not database.has("migrate_safe.schema_migrations")


def test_trustbot_up_status_down(three, database):
    three("up").ok()
    assert "3 applied, 0 pending" in three("status").ok().out
    three("-s", "down").ok()
    assert versions(database) == ["001", "002"]


@pytest.mark.parametrize("line", ["-d", "-d up", "up -d", "-dsv", "-dfs up"])
def test_trustbot_simulates(three, database, line):
    assert three(*line.split()).ok().out.startswith("plan: up  ")
    assert versions(database) == []


@pytest.mark.parametrize("line", ["-s -r 001", "-sr 001", "-sr001", "-s -r 1", "-s --rollback-to 001",
                                  "--rollback-to=001 --skip-backup", "down -s -r 001",
                                  "down --to 001 --skip-backup", "rollback --to=001 -s"])
def test_trustbot_rollback_to_a_version_which_stays(three, database, line):
    three("up").ok()
    three(*line.split()).ok()
    assert versions(database) == ["001"]


def test_trustbot_rollback_to_can_be_simulated(three, database):
    three("up").ok()
    result = three("-d", "-r", "001").ok()
    assert result.out.startswith("plan: down  ") and "table_3" in result.out
    assert len(versions(database)) == 3


def test_trustbot_force_runs_a_late_file(cli, folder, database):
    folder.tables(1, first=2)
    cli("up").ok()
    folder.tables(1)
    cli("up", "-s").failed(1)
    cli("up", "-s", "-f").ok()
    assert versions(database) == ["002", "001"]


def test_trustbots_bare_call_writes_nothing(three, database):
    """There it means `up`; the runbook forbids a write that nobody asked for."""
    assert "3 pending" in three().ok().out
    assert not database.has("migrate_safe.schema_migrations")


# ---- the same result, however it is spelled

@pytest.mark.parametrize("one, other", [
    ("up --dry-run --json", "--dry-run --json --apply"), ("status", "-v status"),
    ("down --to 0 --dry-run", "--rollback-to 0 -d"), ("plan --to 2", "--dry-run --to=002")])
def test_the_same(three, one, other):
    three("up", "--steps", "1").ok()
    assert three(*one.split()).ok().out == three(*other.split()).ok().out
