"""The layout graphile: committed files with their chain of hashes, and placeholders."""
import hashlib

import pytest

from harness.history import events, row, versions
from harness.message import said


def commit(folder, number, body, previous=None, slug="", lines=()):
    """A file as `graphile-migrate commit` writes it; its hash, for the next one."""
    text = ((previous or "") + "\n" + body.strip()).strip() + "\n"
    value = "sha1:" + hashlib.sha1(text.encode()).hexdigest()
    header = "".join(f"--! {line}\n" for line in (f"Previous: {previous or '-'}", f"Hash: {value}", *lines))
    folder.write(f"committed/{number}{slug}.sql", (header + "\n" + body.strip() + "\n").encode())
    return value


@pytest.fixture
def two(folder):
    first = commit(folder, "000001", "create table t (id int);")
    commit(folder, "000002", "--! no-transaction\ncreate index concurrently i on t (id);", first,
           "-an-index", ["Message: an index"])
    folder.write("current.sql", "-- Enter migration here\n")
    return folder


@pytest.mark.parametrize("directory", ["migrations", "migrations/committed"])
def test_up(cli, two, database, directory):
    cli("up", "--dir", directory).ok()
    assert versions(database) == ["000001", "000002"]
    assert row(database, "000002", "name", "layout") == ("an-index", "graphile")
    assert "steps_begun" not in events(database, "000001")
    assert "steps_begun" in events(database, "000002")
    assert cli("status", "--exit-code").code == 0


def test_validate_says_once_that_there_are_no_downs(cli, two):
    result = cli("validate").ok()
    assert result.err == (
        "migrations: warning: the layout graphile has no down migrations\n"
        "  hint:   a change is taken back by a new migration, or from a backup\n")


def test_what_is_not_committed_is_named_and_not_run(cli, two, database):
    two.write("current.sql", "create table work (id int);")
    result = cli("validate").ok()
    assert ("migrations/current.sql: warning: not committed yet, and not run\n"
            "  hint:   make it a migration: graphile-migrate commit\n") in result.err
    cli("up").ok()
    assert not database.has("work")


def test_an_edited_file(cli, two, database):
    path = two.path / "committed/000001.sql"
    path.write_text(path.read_text().replace("id int", "id bigint"))
    result = cli("up").failed(1)
    assert result.err.startswith("migrations/committed/000001.sql:2:1: error: the file was changed "
                                 "after it was committed: its hash is sha1:")
    assert '--! AllowInvalidHash' in result.err
    assert versions(database) == []
    path.write_text(path.read_text().replace("\n\n", "\n--! AllowInvalidHash\n\n", 1))
    cli("up").ok()


def test_a_file_that_is_missing_breaks_the_chain(cli, two, database):
    two.remove("committed/000001.sql")
    code, message, hint = said(cli("up"))
    assert code == 1 and message.startswith(
        "migrations/committed/000002-an-index.sql:1:1: error: this is the first file, and follows sha1:")
    assert hint == "bring the folder back to what was committed: git status, git log"


def test_a_file_from_another_branch_breaks_the_chain(cli, two, database):
    commit(two, "000003", "select 1;", "sha1:0123456789")
    code, message, _hint = said(cli("up"))
    assert code == 1 and message.startswith(
        "migrations/committed/000003.sql:1:1: error: the chain of hashes is broken: this follows "
        "sha1:0123456789, but migrations/committed/000002-an-index.sql is sha1:")
    assert versions(database) == []


def test_line_ends_of_a_checkout_break_nothing(cli, two, database):
    for path in (two.path / "committed").iterdir():
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    cli("up").ok()


@pytest.mark.once
def test_a_long_file_is_hashed_in_pieces(cli, folder, database):
    body = "create table t (a text);\n" + "insert into t values ('a:b');\n" * 40000
    first = commit(folder, "000001", body)
    commit(folder, "000002", "select 1;", first)
    cli("up").ok()
    assert database.value("SELECT count(*) FROM t") == 40000
    path = folder.path / "committed/000001.sql"
    path.write_text(path.read_text() + "select 2;\n")
    assert "was changed after it was committed" in cli("validate").failed(1).err


@pytest.mark.parametrize("number, expected", [
    ("first", "migrations/committed/first.sql: error: graphile-migrate passes over a name that is "
     "not NUMBER-NAME.sql"),
    ("000001-again", "migrations/committed/000001-again.sql: error: version 000001 is also the "
     "version of migrations/committed/000001.sql"),
])
def test_bad_names(cli, two, database, number, expected):
    commit(two, number, "select 1;")
    assert expected in cli("up").failed(1).err
    assert versions(database) == []


def test_an_include_that_was_left(cli, folder, database):
    commit(folder, "000001", "select 1;\n--!include functions/f.sql")
    assert said(cli("up"))[:2] == (
        1, "migrations/committed/000001.sql:5:1: error: fixture functions/f.sql was not included: "
        "a committed migration holds its text")


# ---- placeholders

def test_placeholders(cli, folder, database):
    folder.write("../.gmrc", """
        {
          // made by init
          "databaseOwner": "somebody",
          placeholders: { ':APP_SCHEMA': 'app', ":SECRET": "!ENV", },
        }
        """)
    commit(folder, "000001", "create schema :APP_SCHEMA; create table :APP_SCHEMA.t (a text);\n"
           "insert into :APP_SCHEMA.t values (':SECRET'), (':DATABASE_NAME'), (':DATABASE_OWNER'), "
           "(':OTHER'), ('x'::text);")
    cli("up", env={"SECRET": "s3"}).ok()
    assert database.query("SELECT a FROM app.t") == [
        ("s3",), (database.name,), ("somebody",), (":OTHER",), ("x",)]
    cli("validate", env={"SECRET": "other"}).ok()  # the file is not edited when a value changes


def test_set_goes_before_everything(cli, folder, database):
    folder.write("../.gmrc", '{"placeholders": {":NAME": "wrong"}}')
    commit(folder, "000001", "create table :NAME (a text); comment on table :NAME is ':DATABASE_NAME';")
    cli("up", "--set", "NAME=chosen", "--set", "DATABASE_NAME=!ENV").ok()
    assert database.value("SELECT obj_description('chosen'::regclass)") == "!ENV"


def test_a_variable_that_is_not_set(cli, folder, database):
    folder.write("../.gmrc", '{"placeholders": {":SECRET": "!ENV"}}')
    commit(folder, "000001", "select 1;\nselect ':SECRET';")
    assert said(cli("up")) == (
        1, "migrations/committed/000001.sql:5:9: error: the variable SECRET is not in the environment",
        "export SECRET=VALUE, or say it: --set SECRET=VALUE")
    assert versions(database) == []


def test_the_database_is_not_known(cli_without_database, folder):
    commit(folder, "000001", "select ':DATABASE_OWNER';")
    assert said(cli_without_database("plan")) == (
        1, "migrations/committed/000001.sql:4:9: error: the value of :DATABASE_OWNER is not known "
        "without a database", "name the database, or the value: --set DATABASE_OWNER=VALUE")


@pytest.mark.parametrize("text, expected", [
    ("{\n  placeholders: {':A B': ''}}", "migrations/../.gmrc:2:18: error: a placeholder's name is "
     'written ":ABCD_EFG"'),
    ('{"placeholders": {', "migrations/../.gmrc:1:19: error: a name is expected here"),
])
def test_settings_that_cannot_be_read(cli, folder, database, text, expected):
    folder.write("../.gmrc", text.encode())
    commit(folder, "000001", "select 1;")
    assert expected.removeprefix("migrations/../") in cli("up").failed(1).err


def test_settings_that_are_not_applied(cli, folder, database):
    folder.write("../.gmrc", b'{\n  "pgSettings": {"search_path": "app"}}')
    commit(folder, "000001", "select 1;")
    result = cli("validate").ok()
    assert (".gmrc:2:3: warning: pgSettings is not applied here\n"
            "  hint:   see that the migrations do without it\n") in result.err


# ---- new

@pytest.mark.parametrize("directory", ["migrations", "migrations/committed"])
def test_new_goes_on_with_the_chain(cli, two, database, directory):
    made = cli("new", "add users", "--dir", directory).ok().out.strip()
    assert made == "migrations/committed/000003-add-users.sql"
    made = cli("new", "more", "--dir", directory).ok().out.strip()
    report = cli("validate", "--json").ok().json()
    assert [problem["problem"] for problem in report["problems"]] == ["missing_down", "empty", "empty"]
    with (two.path.parent / made).open("a") as file:
        file.write("create table more (id int);\n")
    cli("up").ok()
    assert database.has("more")


