"""The layout tern: one file, divided by ---- create above / drop below ----."""
import pytest

from harness.history import versions
from harness.marked import halves, round_trip
from harness.message import said

FILE = "001_a.sql"
MARKER = "---- create above / drop below ----\n"
OFF = "---- tern: disable-tx ----\n"


def text(up, down):
    return f"{up}\n\n{MARKER}{down}\n"


def test_a_round(cli, folder, database):
    round_trip(cli, folder, database, "tern", {
        version: (f"{version}_x.sql", text(f"CREATE TABLE t_{version} ();",
                                           f"DROP TABLE t_{version};"))
        for version in ["001", "2", "003"]})


def test_each_half_counts_for_itself(cli, folder, database):
    halves(cli, folder, database, FILE, text)


def test_disable_tx_is_said_for_each_direction(cli, folder, database):
    folder.write(FILE, f"CREATE TABLE a ();\n{MARKER}{OFF}DROP TABLE a;\nSELECT 1/0;\n")
    cli("up").ok()
    cli("down", "-s").failed(4)
    assert not database.has("a")


def test_without_a_marker_all_is_up(cli, folder, database):
    folder.write("tern.conf", "[database]\n")
    folder.write(FILE, "CREATE TABLE a ();\n")
    assert "version 001 has no down migration" in cli("validate").ok().err
    cli("up").ok()
    assert versions(database) == ["001"]


def test_folders_below_hold_templates(cli, folder, database):
    folder.write(FILE, text("CREATE TABLE a ();", "DROP TABLE a;"))
    folder.write("shared/v1.sql", "CREATE VIEW {{ .name }} AS SELECT 1;")
    cli("up").ok()
    assert versions(database) == ["001"]


@pytest.mark.parametrize("content, place, message, hint", [
    ('SELECT 1;\n  {{ template "shared/v1.sql" . }}\n', "2:3",
     "a template of tern's, which cannot be rendered here",
     "write in its place the SQL that it makes: tern print-migrations shows it"),
    (text("SELECT 1;", "SELECT '{{ .x }}';"), "4:9",
     "a template of tern's, which cannot be rendered here",
     "write in its place the SQL that it makes: tern print-migrations shows it"),
    (text("SELECT 1;", MARKER), "4:1",
     "a second ---- create above / drop below ----, after that of line 3",
     "remove this line, or make a file of its own of what follows"),
    ("SELECT 1; " + MARKER, "1:1", "this marker has to be alone on its line",
     "put what stands beside it on a line of its own"),
    ("-- create above / drop below\n", "1:1", "tern does not see this marker",
     "write ---- create above / drop below ----"),
])
def test_a_file_that_is_wrong(cli, folder, content, place, message, hint):
    folder.write("1_good.sql", text("SELECT 1;", "SELECT 1;"))
    folder.write("2_bad.sql", content)
    for command in ("validate", "plan", "up"):
        assert said(cli(command, "--layout", "tern")) == (
            1, f"migrations/2_bad.sql:{place}: error: {message}", hint)


def test_a_gap(cli, folder):
    folder.write("001_a.sql", text("SELECT 1;", ""))
    folder.write("003_c.sql", text("SELECT 1;", ""))
    for command in ("validate", "plan", "up"):
        assert said(cli(command)) == (
            1, "migrations/003_c.sql: error: number 2 is missing before this file, and tern's numbers "
               "have no gap", "add the file, or rename this one to 002_c.sql")


def test_the_same_version_twice(cli, folder):
    folder.write("001_a.sql", text("", ""))
    folder.write("1_b.sql", text("", ""))
    assert said(cli("up")) == (
        1, "migrations/001_a.sql: error: version 001 is also the version of migrations/1_b.sql",
        "give one of the two files a version of its own")


def test_new(cli, folder, database):
    for number in (1, 2):
        made = cli("new", "add users", "--layout", "tern", "--dir", "migrations").ok().out.strip()
        assert made == f"migrations/00{number}_add_users.sql"
    cli("validate").ok()
