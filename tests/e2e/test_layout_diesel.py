"""The layout diesel: a folder for a migration, its version as diesel's own table has it."""
import pytest

from harness.history import events, row, versions
from harness.message import said


def write(folder, name, up, down=None, metadata=None):
    folder.write(f"{name}/up.sql", up)
    if down is not None:
        folder.write(f"{name}/down.sql", down)
    if metadata is not None:
        folder.write(f"{name}/metadata.toml", metadata)


def test_up_and_down(cli, folder, database):
    write(folder, "00000000000000_diesel_initial_setup", "CREATE SCHEMA app;", "DROP SCHEMA app;")
    write(folder, "2024-01-02-000000_second", "ALTER TABLE app.t ADD b int;", "ALTER TABLE app.t DROP b;")
    write(folder, "20240101000000_first", "CREATE TABLE app.t (id int);", "DROP TABLE app.t;")
    folder.write("README.md", "no SQL")
    cli("validate").ok()
    cli("up").ok()
    assert versions(database) == ["00000000000000", "20240101000000", "20240102000000"]
    assert row(database, "20240102000000", "name", "layout") == ("second", "diesel")
    cli("down", "--to", "00000000000000", "-s").ok()
    assert versions(database) == ["00000000000000"] and not database.has("app.t")
    cli("up").ok()
    assert cli("redo", "-s").ok()


def test_metadata_is_for_both_directions(cli, folder, database):
    write(folder, "1_t", "CREATE TABLE t (id int);", "DROP TABLE t;")
    write(folder, "2_i", "SELECT 1;", "SELECT 2;", "# steps\nrun_in_transaction = false\n")
    cli("up").ok()
    assert "steps_begun" not in events(database, "1") and "steps_begun" in events(database, "2")
    cli("down", "-s").ok()
    assert events(database, "2").count("down_steps_begun") == 1


@pytest.mark.parametrize("metadata, place, message, hint", [
    ("run_in_transactions = false", "1:1", 'diesel has no setting "run_in_transactions"',
     'write "run_in_transaction = false"'),
    ("# x\nrun_in_transaction = no", "2:1", "run_in_transaction is true or false",
     'write "run_in_transaction = false"'),
    ("", "1:1", "this file does not say run_in_transaction, which diesel takes for false",
     'write "run_in_transaction = true", or false, or remove the file'),
])
def test_bad_metadata(cli, folder, database, metadata, place, message, hint):
    write(folder, "1_t", "CREATE TABLE t (id int);", None, metadata)
    assert said(cli("up")) == (1, f"migrations/1_t/metadata.toml:{place}: error: {message}", hint)
    assert versions(database) == []


def test_a_folder_without_an_up(cli, folder, database):
    write(folder, "1_t", "CREATE TABLE t (id int);")
    folder.write("2_x/down.sql", "DROP TABLE x;")
    assert said(cli("up")) == (1, "migrations/2_x: error: there is no up.sql in this folder",
                               "write the change into up.sql, or move the folder away")
    assert versions(database) == []


def test_a_down_may_be_missing(cli, folder, database):
    write(folder, "1_t", "CREATE TABLE t (id int);")
    result = cli("validate").ok()
    assert "migrations/1_t/up.sql:1:1: warning: version 1 has no down migration" in result.err


def test_text_order_is_a_warning(cli, folder, database):
    write(folder, "9_t", "CREATE TABLE t (id int);", "DROP TABLE t;")
    write(folder, "10_t", "ALTER TABLE t ADD b int;", "ALTER TABLE t DROP b;")
    result = cli("validate").ok()
    assert ("migrations/10_t/up.sql: warning: version 10 runs after 9 here, and before it with "
            "diesel, which sorts text") in result.err
    cli("up").ok()
    assert versions(database) == ["9", "10"]


def test_an_edited_down_is_no_edited_up(cli, folder, database):
    write(folder, "1_t", "CREATE TABLE t (id int);", "DROP TABLE t;")
    cli("up").ok()
    write(folder, "1_t", "CREATE TABLE t (id int);", "DROP TABLE IF EXISTS t;")
    assert "edited" not in cli("status").ok().out
    write(folder, "1_t", "CREATE TABLE t (id bigint);")
    assert cli("validate").failed(1)


@pytest.mark.parametrize("there, made", [
    (None, r"migrations/\d{4}-\d\d-\d\d-\d{6}_add_users/"),
    ("2024-01-01-000000_x", r"migrations/\d{4}-\d\d-\d\d-\d{6}_add_users/"),
    ("20240101000000_x", r"migrations/\d{14}_add_users/"),
])
def test_new(cli, folder, database, there, made):
    import re
    if there:
        write(folder, there, "SELECT 1;", "SELECT 2;")
    result = cli("new", "add users", "--dir", "migrations", "--layout", "diesel").ok()
    assert re.fullmatch(f"{made}up.sql\n{made}down.sql\n", result.out)
    report = cli("validate", "--json").ok().json()
    assert [problem["problem"] for problem in report["problems"]] == ["empty", "empty"]
    assert cli("status").ok()
