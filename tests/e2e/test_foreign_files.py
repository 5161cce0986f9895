"""What a folder holds that is not for its layout: markers of other tools, other languages, templates."""
import pytest

from harness.history import versions
from harness.message import said

TOOLS = {
    "dbmate": ("-- migrate:up\n", "-- migrate:down\n"),
    "goose": ("-- +goose Up\n", "-- +goose Down\n"),
    "sql-migrate": ("-- +migrate Up\n", "-- +migrate Down\n"),
    "tern": ("\n", "---- create above / drop below ----\n"),
    "node-pg-migrate": ("-- Up Migration\n", "-- Down Migration\n"),
}


@pytest.mark.parametrize("layout", TOOLS)
@pytest.mark.parametrize("name", ["002_b.sql", "002_b.up.sql"])
def test_a_down_behind_its_up_is_not_run(cli, folder, database, layout, name):
    up, down = TOOLS[layout]
    folder.write(name.replace("002_b", "001_a"), "CREATE TABLE a ();")
    folder.write(name, f"{up}CREATE TABLE b ();\n{down}DROP TABLE a;\n".encode())
    for command in ("validate", "plan", "up"):
        result = cli(command, "--layout", "paired" if ".up." in name else "plain")
        assert said(result) == (
            1, f"migrations/{name}:3:1: error: a marker of {layout}, which is not read here: the way "
               "back below it would run right behind the change",
            f"read the folder as what it is: --layout {layout}, or remove this line and what is below it")
    assert versions(database) == []


@pytest.mark.parametrize("layout", TOOLS)
def test_a_file_of_another_tool(cli, folder, layout):
    """In a folder of markers too."""
    for other, (up, down) in TOOLS.items():
        folder.write("001_a.sql", f"{TOOLS[layout][0]}SELECT 1;\n{TOOLS[layout][1]}SELECT 1;\n".encode())
        folder.write("002_b.sql", f"{up}SELECT 1;\n{down}SELECT 1;\n".encode())
        result = cli("plan", "--layout", layout)
        if other == layout:
            result.ok()
        else:
            assert result.failed(1).err.startswith("migrations/002_b.sql:")


def test_a_long_file_is_looked_through(cli, folder, database):
    folder.write("001_a.sql", "SELECT 1;\n" * 200_000 + "-- migrate:down\nSELECT 1;\n")
    assert said(cli("up"))[1].startswith(
        "migrations/001_a.sql:200001:1: error: a marker of dbmate, which is not read here")


def test_headings_in_comments_are_fine(cli, folder, database):
    folder.write("001_a.sql", "-- Up Migration\nCREATE TABLE a ();\n-- Down Migration (rollback)\n"
                              "-- DROP TABLE a;\n")
    folder.write("002_b.sql", "CREATE TABLE b ();")
    folder.write("rollback/002_b.sql", "-- Down Migration\nDROP TABLE b;")
    cli("up").ok()
    cli("down", "--to", "0", "-s").ok()


@pytest.mark.parametrize("name, message", [
    ("002_b.rb", "a migration in Ruby, and only SQL can be run here"),
    ("002_b.up.py", "a migration in Python, and only SQL can be run here"),
    ("V2__b.java", "a migration in Java, and only SQL can be run here"),
    ("002_b.up.sql.tmpl", "a template, and templates cannot be rendered here"),
    ("002_b.up.ddl", "only names that end in .sql are read"),
])
def test_a_migration_that_is_no_sql(cli, folder, name, message):
    folder.tables(1)
    folder.write(name, "")
    for command in ("validate", "plan", "up"):
        code, error, hint = said(cli(command))
        assert (code, error) == (1, f"migrations/{name}: error: {message}") and hint


@pytest.mark.parametrize("line, column", [
    ('CREATE TABLE {{ index .Options "Namespace" }}.users (id int);', 14),
    ("{% if production %}", 1),
    ("DROP TABLE <%= table %>;", 12),
])
def test_a_template_in_a_script(cli, folder, line, column):
    folder.tables(1)
    folder.write("002_b.up.sql", f"SELECT '{{{{'; -- {{{{\n{line}\n")
    for command in ("validate", "plan", "up"):
        result = cli(command)
        assert said(result) == (
            1, f"migrations/002_b.up.sql:2:{column}: error: a template action, and templates cannot be "
               "rendered here",
            "render the file first, or write the SQL that it stands for in its place")
        assert f"  2 | {line.rstrip(';')}\n" in result.err


def test_braces_in_data_are_no_template(cli, folder, database):
    folder.write("001_a.up.sql", "CREATE TABLE a (v int[]);\nCOPY a FROM stdin;\n{{1,2},{3,4}}\n\\.\n"
                                 "INSERT INTO a VALUES ('{{1}}');\n")
    cli("up").ok()
    assert database.value("SELECT count(*) FROM a") == 2
