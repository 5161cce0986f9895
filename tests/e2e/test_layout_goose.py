"""The layout goose: one file, divided by -- +goose Up and -- +goose Down."""
import pytest

from harness.history import row
from harness.marked import halves, round_trip
from harness.message import said

FILE = "00001_a.sql"
UP, DOWN = "-- +goose Up\n", "-- +goose Down\n"
ON, OFF = "-- +goose ENVSUB ON\n", "-- +goose ENVSUB OFF\n"


def text(up, down):
    return f"{UP}{up}\n\n{DOWN}{down}\n"


def test_a_round(cli, folder, database):
    round_trip(cli, folder, database, "goose", {
        version: (f"{version}_x.sql", text(f"CREATE TABLE t_{version} ();",
                                           f"DROP TABLE t_{version};"))
        for version in ["00009", "10", "20240101120000"]})


def test_each_half_counts_for_itself(cli, folder, database):
    halves(cli, folder, database, FILE, text)


FUNCTION = """\
-- +goose StatementBegin
CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$
BEGIN
  RETURN 1;
END;
$$;
-- +goose StatementEnd"""


def test_blocks_of_statements(cli, folder, database):
    folder.write(FILE, text(FUNCTION, "DROP FUNCTION f();"))
    cli("up").ok()
    assert database.value("SELECT f()") == 1
    assert row(database, "00001", "statements_total") == (1,)
    cli("down", "-s").ok()


def test_no_transaction_is_said_for_the_file(cli, folder, database):
    folder.write(FILE, "-- +goose NO TRANSACTION\n" + text("CREATE TABLE a ();\nSELECT 1/0;", ""))
    cli("up").failed(2)
    assert database.has("a")


def test_the_environment_takes_the_place_of_variables(cli, folder, database):
    environment = {"GOOSE_TABLE": "a"}
    folder.write(FILE, f"{ON}{UP}CREATE TABLE ${{GOOSE_TABLE}} (id int DEFAULT ${{GOOSE_N:-7}});\n"
                       f"{OFF}COMMENT ON TABLE a IS '$GOOSE_TABLE';\n{ON}{DOWN}DROP TABLE $GOOSE_TABLE;\n")
    cli("up", env=environment).ok()
    assert database.value("SELECT obj_description('a'::regclass)") == "$GOOSE_TABLE"
    assert database.value("INSERT INTO a DEFAULT VALUES RETURNING id") == 7
    # history keeps what the file says, and what it takes to read it
    assert row(database, "00001", "down_sql") == (f"{ON}DROP TABLE $GOOSE_TABLE;\n",)
    folder.remove(FILE)
    folder.write("00002_b.sql", text("SELECT 1;", "SELECT 1;"))
    cli("down", "-s", env=environment).ok()
    assert not database.has("a")


def test_an_error_behind_a_variable_has_the_files_column(cli, folder):
    folder.write(FILE, f"{UP}{ON}SELECT 1 AS $GOOSE_LONG, nowhere;\n")
    result = cli("up", env={"GOOSE_LONG": "a_long_name"}).failed(2)
    assert f'migrations/{FILE}:3:26: error: column "nowhere" does not exist' in result.err


KNOWN = ("known are: -- +goose Up, Down, StatementBegin, StatementEnd, NO TRANSACTION, ENVSUB ON, "
         "ENVSUB OFF")


@pytest.mark.parametrize("content, place, message, hint", [
    ("CREATE TABLE a ();\n", "1:1", "there is no -- +goose Up in this file",
     "write it on a line of its own, and the change below it"),
    (DOWN + "SELECT 1;\n", "1:1", "-- +goose Down without -- +goose Up before it",
     "put -- +goose Up and the change above it"),
    (UP + "-- +goose Dwn\n", "2:1", "goose has no such annotation", KNOWN),
    (UP + " " + DOWN, "2:1", "an annotation of goose stands at the line's beginning",
     "remove the blanks before --"),
    (UP + "-- +goose StatementBegin\n", "1:1", "StatementBegin without StatementEnd",
     "put -- +goose StatementEnd behind the statement"),
    (UP + ON + "SELECT\n  $1;\n", "4:4", "a variable's name begins with a letter",
     "write $$ for a dollar sign, or put -- +goose ENVSUB OFF before it"),
    (UP + ON + "SELECT ${GOOSE_UNSET?say it};\n", "3:8", "$GOOSE_UNSET: say it",
     "set it: export GOOSE_UNSET=VALUE"),
])
def test_a_file_that_is_wrong(cli, folder, content, place, message, hint):
    folder.write("1_good.sql", text("SELECT 1;", ""))
    folder.write("2_bad.sql", content)
    for command in ("validate", "plan", "up"):
        assert said(cli(command)) == (1, f"migrations/2_bad.sql:{place}: error: {message}", hint)


def test_a_migration_in_go_stops_the_plan(cli, folder):
    folder.write(FILE, text("SELECT 1;", "SELECT 1;"))
    for name in ("embed.go", "00002_b_test.go", "helpers.go", "README.md"):
        folder.write(name, "package migrations")
    cli("validate").ok()
    folder.write("00002_b.go", "package migrations")
    for command in ("validate", "plan", "up"):
        assert said(cli(command)) == (
            1, "migrations/00002_b.go: error: a migration in Go, and only SQL can be run here",
            "write it in SQL, or, when every database has it, move it out of the folder")


def test_the_same_version_twice(cli, folder):
    folder.write("1_a.sql", text("", ""))
    folder.write("01_b.sql", text("", ""))
    assert said(cli("up")) == (
        1, "migrations/01_b.sql: error: version 01 is also the version of migrations/1_a.sql",
        "give one of the two files a version of its own")


def test_without_a_down(cli, folder, database):
    folder.write(FILE, UP + "CREATE TABLE a ();\n")
    assert "version 00001 has no down migration" in cli("validate").ok().err
    cli("up").ok()
    assert cli("down", "-s").failed(1)


def test_new(cli, folder, database):
    made = cli("new", "add users", "--layout", "goose", "--dir", "migrations").ok().out.strip()
    assert made.endswith("_add_users.sql")
    cli("validate").ok()
    cli("new", "more", "--dir", "migrations").ok()
    assert "-- +goose Down" in folder.read(folder.names()[-1])
