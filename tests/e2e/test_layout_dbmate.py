"""The layout dbmate: one file, divided by -- migrate:up and -- migrate:down."""
import pytest

from harness.history import row, versions
from harness.marked import halves, round_trip
from harness.message import said

pytestmark = pytest.mark.once

FILE = "20240101120000_a.sql"


def text(up, down, up_options="", down_options=""):
    return f"-- migrate:up{up_options}\n{up}\n\n-- migrate:down{down_options}\n{down}\n"


def test_a_round(cli, folder, database):
    round_trip(cli, folder, database, "dbmate", {
        version: (f"{version}{name}.sql", text(f"CREATE TABLE t_{version} ();",
                                               f"DROP TABLE t_{version};"))
        for version, name in [("9", "_a"), ("10", "b"), ("20240101120000", "_c")]})


def test_each_half_counts_for_itself(cli, folder, database):
    halves(cli, folder, database, FILE, text)


def test_transaction_false_is_said_for_each_direction(cli, folder, database):
    folder.write(FILE, text("CREATE TABLE a ();", "DROP TABLE a;\nSELECT 1/0;", "",
                            " transaction:false"))
    cli("up").ok()
    assert row(database, FILE[:14], "down_sql")[0].startswith("-- migrate-safe: no-transaction\n")
    cli("down", "-s").failed(4)
    assert not database.has("a")  # the first statement stays: there was no transaction
    assert cli("status", "--json").ok().json()["dirty"] == 1


def test_a_transaction_takes_all_back(cli, folder, database):
    folder.write(FILE, text("CREATE TABLE a ();\nSELECT 1/0;", ""))
    result = cli("up").failed(2)
    assert f"migrations/{FILE}:3:1: error: division by zero" in result.err
    assert not database.has("a") and versions(database) == []


def test_a_stored_down_keeps_its_option(cli, folder, database):
    folder.write(FILE, text("CREATE TABLE a ();", "DROP TABLE a;\nSELECT 1/0;", "",
                            " transaction:false"))
    cli("up").ok()
    folder.remove(FILE)
    folder.write("20250101000000_b.sql", text("SELECT 1;", "SELECT 1;"))
    cli("down", "-s").failed(4)
    assert not database.has("a")


def test_an_error_in_the_down_has_its_line(cli, folder, database):
    folder.write(FILE, text("CREATE TABLE a ();", "DROP TABLE b;"))
    cli("up").ok()
    result = cli("down", "-s").failed(4)
    assert f'migrations/{FILE}:5:1: error: table "b" does not exist' in result.err


def test_an_empty_down_undoes_nothing(cli, folder, database):
    folder.write(FILE, text("CREATE TABLE a ();", ""))
    cli("up").ok()
    assert said(cli("down", "-s")) == (
        1, f"migrations/{FILE}:1:1: error: the down migration of version 20240101120000 is empty: it "
           "would undo nothing", "write how the change is undone, restore a backup, or, where nothing needs to be "
           "undone, pass over it: --force")


def test_a_long_file_is_streamed(cli, folder, database):
    rows = "INSERT INTO a SELECT generate_series(1, 2);\n" * 30_000
    folder.write(FILE, f"-- migrate:up\nCREATE TABLE a (id int);\n{rows}-- migrate:down\n"
                       "DROP TABLE a;\n".encode().decode())
    cli("up").ok()
    assert database.value("SELECT count(*) FROM a") == 60_000
    cli("down", "-s").ok()
    assert not database.has("a")


UP, DOWN = "-- migrate:up\n", "-- migrate:down\n"


@pytest.mark.parametrize("content, place, message, hint", [
    ("CREATE TABLE a ();\n", "1:1", "there is no -- migrate:up in this file",
     "write it on a line of its own, and the change below it"),
    (UP + "CREATE TABLE a ();\n", "1:1", "there is no -- migrate:down in this file",
     "write it on a line of its own behind the change, and below it the way back, or nothing"),
    (DOWN + UP, "1:1", "-- migrate:down without -- migrate:up before it",
     "put -- migrate:up and the change above it"),
    ("SELECT 1;\n" + UP + DOWN, "2:1", "line 1 stands before -- migrate:up",
     "move it below this line: dbmate allows only comments before it"),
    (UP + DOWN + UP + DOWN, "3:1", "a second -- migrate:up in one file, after that of line 1",
     "make a file of its own of each pair: several could not be taken back in the right order"),
    (UP + "-- Migrate:Down\n" + DOWN, "2:1", "dbmate does not see this marker",
     "write -- migrate:up or -- migrate:down, in small letters, at the line's beginning"),
])
def test_a_file_that_is_wrong(cli, folder, content, place, message, hint):
    folder.write("1_good.sql", text("SELECT 1;", ""))
    folder.write("2_bad.sql", content)
    for command in ("validate", "plan", "up"):
        assert said(cli(command)) == (1, f"migrations/2_bad.sql:{place}: error: {message}", hint)


def test_the_same_version_twice(cli, folder):
    folder.write("1_a.sql", text("", ""))
    folder.write("01_b.sql", text("", ""))
    assert said(cli("up")) == (
        1, "migrations/01_b.sql: error: version 01 is also the version of migrations/1_a.sql",
        "give one of the two files a version of its own")


def test_another_order_than_dbmates_is_told(cli, folder):
    folder.write("9_a.sql", text("SELECT 1;", "SELECT 1;"))
    folder.write("10_b.sql", text("SELECT 1;", "SELECT 1;"))
    result = cli("validate").ok()
    assert ("migrations/10_b.sql: warning: dbmate would run this before migrations/9_a.sql; here it "
            "comes after, as its number says") in result.err


def test_new(cli, folder, database):
    made = cli("new", "add users", "--layout", "dbmate", "--dir", "migrations").ok().out.strip()
    assert made.endswith("_add_users.sql")
    cli("validate").ok()
    assert "-- migrate:down" in folder.read(made.removeprefix("migrations/"))
