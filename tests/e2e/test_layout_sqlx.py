"""The layout sqlx: plain files and pairs with a bigint in front; `-- no-transaction` at the start."""
import pytest

from harness.history import events, row, versions
from harness.message import said


def test_up_and_down(cli, folder, database):
    folder.write("2_b.up.sql", "CREATE TABLE b (id int);")
    folder.write("2_b.down.sql", "DROP TABLE b;")
    folder.write("1_a.sql", "CREATE TABLE a (id int);")
    folder.write("10_c.up.sql", "CREATE TABLE c (id int);")
    folder.write("10_c.down.sql", "DROP TABLE c;")
    cli("up", "--layout", "sqlx").ok()
    assert versions(database) == ["1", "2", "10"]
    assert row(database, "10", "layout") == ("sqlx",)
    cli("down", "--to", "1", "-s", "--layout", "sqlx").ok()
    assert versions(database) == ["1"] and database.has("a") and not database.has("b")
    cli("up", "-s", "--layout", "sqlx").ok()
    assert versions(database) == ["1", "2", "10"]


def test_it_is_known_by_its_directive(cli, folder, database):
    folder.write("1_a.sql", "-- no-transaction\nCREATE TABLE a (id int);\nCREATE TABLE b (id int);\n")
    cli("up").ok()
    assert row(database, "1", "layout", "statements_done") == ("sqlx", 2)
    assert events(database, "1")[0] == "steps_begun"


@pytest.mark.parametrize("text, is_stepwise", [
    ("-- no-transaction\nSELECT 1;\n", True),
    ("\n-- no-transaction\nSELECT 1;\n", False),
    ("-- the index\n\n-- atlas:txmode none\nSELECT 1;\n", True),
    ("-- atlas:txmode file\nSELECT 1;\n", False),
])
def test_pairs_and_plain_files_hear_it_too(cli, folder, database, text, is_stepwise):
    folder.write("1_a.up.sql", text.encode())
    folder.write("1_a.down.sql", "SELECT 1;")
    folder.write("2_b.up.sql", "SELECT 1;")
    folder.write("2_b.down.sql", text.encode())
    cli("up").ok()
    assert row(database, "1", "layout") == ("paired",)
    assert ("steps_begun" in events(database, "1")) == is_stepwise
    assert "steps_begun" not in events(database, "2")
    cli("down", "-s").ok()
    assert ("down_steps_begun" in events(database, "2")) == is_stepwise


def test_an_unknown_txmode(cli, folder, database):
    folder.write("1_a.up.sql", "-- index\n-- atlas:txmode off\nSELECT 1;\n")
    assert said(cli("up")) == (
        1, 'migrations/1_a.up.sql:2:1: error: atlas:txmode cannot be "off"',
        'write "-- atlas:txmode none", or file, or all')


@pytest.mark.parametrize("name, message, hint", [
    ("x.sql", "the file name does not begin with a version",
     "rename it, for example to 001_x.sql, or move it out of the folder"),
    ("001.sql", "sqlx passes over a name that has no '_' behind its number",
     "rename it, for example to 001_what_it_does.sql"),
    ("99999999999999999999_x.sql", "the version is larger than sqlx's 64 bits hold",
     "rename it, for example to 20240101000000_what_it_does.sql"),
])
def test_names_that_sqlx_passes_over(cli, folder, database, name, message, hint):
    folder.write("2_a.sql", "CREATE TABLE a (id int);")
    folder.write(name, "CREATE TABLE b (id int);")
    assert said(cli("up", "--layout", "sqlx")) == (1, f"migrations/{name}: error: {message}", hint)
    assert versions(database) == []


@pytest.mark.parametrize("there, made", [
    (["0001_a.up.sql", "0001_a.down.sql"], ["0002_x.down.sql", "0002_x.up.sql"]),
    (["0001_a.sql"], ["0002_x.sql"]),
])
def test_new(cli, folder, database, there, made):
    for name in there:
        folder.write(name, "SELECT 1;")
    cli("new", "x", "--layout", "sqlx").ok()
    assert sorted(set(folder.names()) - set(there)) == made
    cli("validate", "--layout", "sqlx").ok()
