"""kill -9 at each point while the rows of a table are the migrations: history and rows agree there,
and the same command again finishes."""
import pytest

from conftest import wait_for_quiet
from harness.rows import INIT, TABLE, insert, table

ROWS = """
SELECT schema_version_version, schema_version_is_current,
       COALESCE(schema_version_applied_at = m.applied_at AND schema_version_applied_by = m.applied_by,
                schema_version_applied_at IS NULL AND m.version IS NULL)
FROM schema_versions LEFT JOIN migrate_safe.schema_migrations m
    ON version = schema_version_version AND NOT dirty
WHERE schema_version_version <> '1.0.0'
"""
MIGRATIONS = {
    "1.1.0": ("CREATE TABLE a (id int);", "DROP TABLE a;"),
    "1.2.0": ("CREATE TABLE b (id int);\nCREATE INDEX CONCURRENTLY b_id ON b (id);",
              "DROP INDEX CONCURRENTLY b_id;\nDROP TABLE b;"),
    "1.3.0": ("CREATE TABLE c (id int);", "DROP TABLE c;"),
}
COMMANDS = {"up": ["up", "-s"], "down": ["down", "-s", "--to", "1.0.0"], "redo": ["redo", "-s"]}
TRANSACTION = ["transaction.begun", "transaction.sent", "transaction.asked", "transaction.committed"]
STEPS = ["steps.single", "steps.ran", "steps.finished", "record.written"]
ALL = [(command, point) for command in COMMANDS for point in STEPS + (TRANSACTION if command != "redo" else [])]
CASES = [pytest.param(command, point, marks=[pytest.mark.slow] if place % 3 else [])
         for place, (command, point) in enumerate(ALL)]


@pytest.fixture
def rows(cli, database):
    database.query(TABLE + INIT + "ALTER TABLE schema_versions ADD schema_version_down_sql text")
    for version, (up, down) in MIGRATIONS.items():
        insert(database, version, up, down=down)
    cli("baseline", "1.0.0").ok()
    return database


def check_truth(cli, database):
    """Of a migration that is not dirty both say the same; one row is the current one."""
    wait_for_quiet(database)
    found = database.query(ROWS)
    states = {entry["version"]: entry["state"]
              for entry in cli("status", "--json").ok().json()["migrations"]}
    assert [version for version, _, agrees in found if not agrees and states[version] != "dirty"] == []
    assert len([version for version, current, *_ in table(database) if current]) == 1
    return states


@pytest.mark.parametrize("command, point", CASES)
def test_killed_there_and_run_again(cli, rows, command, point):
    run = COMMANDS[command]
    back = COMMANDS["down" if command == "up" else "up"]
    if command != "up":
        cli("up", "-s").ok()
    if command == "redo":
        cli("down", "-s").ok()  # 1.2.0, the one in steps, is the last
    expected = {"up": 3, "down": 0, "redo": 2}[command]
    for number in range(1, 9):
        result = cli(*run, env={"MIGRATE_SAFE_FAULT": f"{point}:{number}"})
        check_truth(cli, rows)
        if result.code == 0:
            break
        assert result.code == -9, result
        cli(*run).ok()
        states = [state for version, state in check_truth(cli, rows).items() if version in MIGRATIONS]
        assert states == ["applied"] * expected + ["pending"] * (3 - expected)
        if command != "redo":
            cli(*back).ok()
    assert number > 1  # the point was reached
