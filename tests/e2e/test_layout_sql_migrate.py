"""The layout sql-migrate: one file, divided by -- +migrate Up and -- +migrate Down, as often as one likes."""
import pytest

from harness.history import row, versions
from harness.marked import edited, halves, round_trip
from harness.message import said

FILE = "1-a.sql"
UP, DOWN = "-- +migrate Up\n", "-- +migrate Down\n"


def text(up, down):
    return f"{UP}{up}\n\n{DOWN}{down}\n"


def test_a_round(cli, folder, database):
    round_trip(cli, folder, database, "sql-migrate", {
        version: (f"{version}{name}.sql", text(f"CREATE TABLE t_{version} ();",
                                               f"DROP TABLE t_{version};"))
        for version, name in [("9", "-x"), ("10", "_x"), ("20240101120000", "-y")]})


def test_each_half_counts_for_itself(cli, folder, database):
    halves(cli, folder, database, FILE, text)


SEVERAL = f"{UP}CREATE TABLE a ();\n{DOWN}DROP TABLE b;\n{UP}CREATE TABLE b ();\n{DOWN}DROP TABLE a;\n"


def test_sections_are_joined_in_order(cli, folder, database):
    folder.write(FILE, SEVERAL)
    cli("up").ok()
    assert row(database, "1", "statements_total") == (2,)
    folder.write(FILE, SEVERAL.replace("DROP TABLE a", "DROP TABLE a CASCADE"))
    assert edited(cli) == 0
    cli("down", "-s").ok()
    assert not database.has("a") and not database.has("b")


def test_an_error_in_a_later_section_has_its_line(cli, folder):
    folder.write(FILE, SEVERAL.replace("CREATE TABLE b", "CREATE TABLE a"))
    result = cli("up").failed(2)
    assert f'migrations/{FILE}:6:1: error: relation "a" already exists' in result.err


def test_notransaction_is_said_for_each_direction(cli, folder, database):
    folder.write(FILE, f"-- +migrate Up notransaction\nCREATE TABLE a ();\nSELECT 1/0;\n{DOWN}")
    cli("up").failed(2)
    assert database.has("a")


def test_blocks_of_statements(cli, folder, database):
    folder.write(FILE, f"{UP}-- +migrate StatementBegin\nDO $$ BEGIN PERFORM 1; END; $$;\n"
                       "-- +migrate StatementEnd\n")
    cli("up").ok()
    assert row(database, "1", "statements_total") == (1,)


@pytest.mark.parametrize("content, place, message, hint", [
    ("CREATE TABLE a ();\n", "1:1", "there is no -- +migrate Up in this file",
     "write it on a line of its own, and the change below it"),
    (DOWN + "SELECT 1;\n", "1:1", "there is no -- +migrate Up in this file",
     "write it on a line of its own, and the change below it"),
    ("SELECT 1;\n" + UP, "2:1", "line 1 stands before this marker, and sql-migrate never runs it",
     "move it below the marker, or remove it"),
    (UP + "-- +migrate down\n", "2:1", "sql-migrate has no such marker",
     "known are: -- +migrate Up, Down, StatementBegin, StatementEnd, and notransaction behind Up or "
     "Down"),
    (UP + "--+migrate Down\n", "2:1", "sql-migrate does not see this marker",
     "begin the line with -- +migrate, one blank before the word and one behind"),
    (UP + "-- +migrate StatementBegin\n", "1:1", "StatementBegin without StatementEnd",
     "put -- +migrate StatementEnd behind the statement"),
])
def test_a_file_that_is_wrong(cli, folder, content, place, message, hint):
    folder.write("1_good.sql", text("SELECT 1;", ""))
    folder.write("2_bad.sql", content)
    for command in ("validate", "plan", "up"):
        assert said(cli(command)) == (1, f"migrations/2_bad.sql:{place}: error: {message}", hint)


def test_the_same_number_twice(cli, folder, database):
    """sql-migrate tells files by their whole name."""
    folder.write("1-a.sql", text("CREATE TABLE a (id int PRIMARY KEY);", "DROP TABLE a;"))
    folder.write("1-b.sql", text("CREATE TABLE b (id int REFERENCES a);", "DROP TABLE b;"))
    cli("up").ok()
    assert versions(database) == ["1", "1b"]
    cli("down", "--to", "0", "-s").ok()


def test_a_licence_above_the_marker(cli, folder, database):
    folder.write("1-a.sql", "/*\n * Licence, in a few words;\n */\n\n-- +migrate Up\nCREATE TABLE a (id int);\n")
    cli("up").ok()
    assert database.has("a")


def test_new(cli, folder, database):
    made = cli("new", "add users", "--layout", "sql-migrate", "--dir", "migrations").ok().out.strip()
    assert made.endswith("-add_users.sql")
    cli("validate").ok()
    cli("new", "more", "--dir", "migrations").ok()
    assert "-- +migrate Down" in folder.read(folder.names()[-1])
