"""The layout node-pg-migrate: one SQL file, divided by -- Up Migration and -- Down Migration."""
import pytest

from harness.history import row, versions
from harness.marked import halves, round_trip
from harness.message import said

FILE = "1700000000000_a.sql"
UP, DOWN = "-- Up Migration\n", "-- Down Migration\n"


def text(up, down):
    return f"{UP}{up}\n\n{DOWN}{down}\n"


def test_a_round(cli, folder, database):
    round_trip(cli, folder, database, "node-pg-migrate", {
        version: (f"{version}_x.sql", text(f"CREATE TABLE t_{version} ();",
                                           f"DROP TABLE t_{version};"))
        for version in ["0009", "10", "1700000000000"]})


def test_each_half_counts_for_itself(cli, folder, database):
    halves(cli, folder, database, FILE, text)


def test_the_down_may_stand_first(cli, folder, database):
    folder.write(FILE, f"{DOWN}DROP TABLE a;\n{UP}CREATE TABLE a ();\n")
    cli("up").ok()
    assert row(database, FILE[:13], "down_sql") == ("DROP TABLE a;\n",)
    cli("redo", "-s").ok()


def test_without_a_marker_all_is_up(cli, folder, database):
    folder.write(FILE, "CREATE TABLE a ();\n")
    assert f"version {FILE[:13]} has no down migration" in cli("validate").ok().err
    cli("up").ok()
    assert versions(database) == [FILE[:13]]
    assert row(database, FILE[:13], "layout") == ("node-pg-migrate",)


@pytest.mark.parametrize("content, place, message, hint", [
    ("SELECT 1;\n" + DOWN + "SELECT 1;\n", "2:1",
     "-- Down Migration without -- Up Migration before it",
     "put -- Up Migration above the change: without it node-pg-migrate runs the whole file as up, this "
     "part too"),
    (DOWN + "SELECT 1;\n", "1:1", "there is no -- Up Migration in this file",
     "write it on a line of its own, and the change below it"),
    ("SELECT 1;\n" + UP, "2:1",
     "line 1 stands before -- Up Migration, and node-pg-migrate never runs it",
     "move it below this line"),
    (UP + DOWN + UP, "3:1", "a second -- Up Migration, after that of line 1",
     "make a file of its own of each pair: node-pg-migrate takes the first of each alone"),
])
def test_a_file_that_is_wrong(cli, folder, content, place, message, hint):
    folder.write("1_good.sql", text("SELECT 1;", "SELECT 1;"))
    folder.write("2_bad.sql", content)
    for command in ("validate", "plan", "up"):
        assert said(cli(command)) == (1, f"migrations/2_bad.sql:{place}: error: {message}", hint)


@pytest.mark.parametrize("suffix, language", [
    ("js", "JavaScript"), ("ts", "TypeScript"), ("cjs", "JavaScript"), ("mjs", "JavaScript")])
def test_a_migration_in_another_language_stops_the_plan(cli, folder, suffix, language):
    folder.write(FILE, text("SELECT 1;", "SELECT 1;"))
    folder.write(f"1700000000001_b.{suffix}", "exports.up = pgm => {}")
    for command in ("validate", "plan", "up"):
        assert said(cli(command)) == (
            1, f"migrations/1700000000001_b.{suffix}: error: a migration in {language}, and only SQL "
               "can be run here",
            "write it in SQL, or, when every database has it, move it out of the folder")


def test_times_of_two_kinds_are_told(cli, folder):
    folder.write("20231114221319999_a.sql", text("SELECT 1;", "SELECT 1;"))
    folder.write(FILE, text("SELECT 1;", "SELECT 1;"))
    assert (f"migrations/20231114221319999_a.sql: warning: node-pg-migrate would run this before "
            f"migrations/{FILE}") in cli("validate").ok().err


def test_the_same_version_twice(cli, folder):
    folder.write("1_a.sql", text("", ""))
    folder.write("1_b.sql", text("", ""))
    assert said(cli("up")) == (
        1, "migrations/1_a.sql: error: version 1 is also the version of migrations/1_b.sql",
        "give one of the two files a version of its own")


def test_new(cli, folder, database):
    made = cli("new", "x", "--layout", "node-pg-migrate", "--dir", "migrations").ok().out.strip()
    assert len(made) == len("migrations/1700000000000_x.sql")
    cli("validate").ok()
    cli("new", "y", "--dir", "migrations").ok()
    assert "-- Down Migration" in folder.read(folder.names()[-1])
