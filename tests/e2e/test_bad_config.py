"""A configuration that is wrong: where, what, and the line itself; never a password."""
import os

import pytest

from harness.message import first, hint, said

FILE = "migrate-safe.yaml"
SECRET = "postgresql://u:geheim@localhost:1/x"
SETTINGS = "see the settings: migrate-safe help --man | man -l -"


@pytest.fixture
def configured(cli, folder, tmp_path):
    """Runs a command (plan, if none is said) with this configuration."""
    folder.tables(1)

    def run(text, *arguments, **options):
        (tmp_path / FILE).write_bytes(text.encode() if isinstance(text, str) else text)
        return cli(*arguments or ["plan"], **options)

    return run


@pytest.mark.parametrize("text", [
    "", "\n", "# nothing yet\n", "---\n", "{}\n", "defaults:\n", "defaults: {}\n", "environments:\n",
    "defaults:\n  dir: migrations\n", "defaults:\n  dir: [migrations]\n",
    "\ufeffdefaults:\r\n  dir: migrations\r\n", "defaults:\n  skip-backup: yes\n  lock-timeout: 1s\n",
], ids=repr)
def test_what_is_accepted(configured, text):
    assert configured(text).ok().err == ""


@pytest.mark.parametrize("text, place, message, advice", [
    ("defaults:\n  dirs: x\n", "2:3", 'unknown setting "dirs"', "did you mean: dir"),
    ("defaults:\n  steps: 3\n", "2:3", 'unknown setting "steps"', SETTINGS),
    ("defaults:\n  json: true\n", "2:3", 'unknown setting "json"', SETTINGS),
    ("environments:\n  prod:\n    nope: 1\n", "3:5", 'unknown setting "nope"', SETTINGS),
    ("default:\n  dir: x\n", "1:1", 'unknown block "default"',
     "the blocks are defaults:, environments:, lint: and roles:"),
    ("dir: x\n", "1:1", 'unknown block "dir"', "the blocks are defaults:, environments:, lint: and roles:"),
    ("defaults:\n  dir: a\n  dir: b\n", "3:3", "duplicate key", None),
    ("defaults:\n  dir: a\ndefaults:\n  dir: b\n", "3:1", "duplicate key", None),
    ("defaults:\n\tdir: a\n", "2:1", "tab character may not be used as indentation", None),
    ("defaults:\n  layout: [a, b]\n", "2:3", "this setting takes one value, not a list",
     "write it as name: value"),
    ("defaults:\n  dir: {a: b}\n", "2:3", "this setting takes one value", "write it as name: value"),
    ("defaults:\n  dir: [[a]]\n", "2:10", "this setting takes one value", "write it as name: value"),
    ("defaults:\n  dir:\n", "2:3", "dir is empty", None),
    ("defaults:\n  skip-backup: maybe\n", "2:3", 'skip-backup is true or false, not "maybe"', None),
    ("defaults:\n  lock-timeout: soon\n", "2:3", 'lock-timeout takes a time, not "soon"',
     "write it as 250ms, 2s, 10min or 1h"),
    ("defaults: 5\n", "1:1", 'expected settings here, one "name: value" a line', None),
    ("defaults:\n  dir: \"abc\n", "2:9", "double-quoted scalar without closing quote", None),
    ("? [a]\n: b\n", "1:4", "a key must be plain text", None),
    ("defaults: *nope\n", "1:12", "this alias has no anchor", None),
    ("defaults: &x [*x]\n", "1:16", "nested deeper than 32 levels", None),
    ("a: " + "[" * 5000 + "]" * 5000, "1:66", "Max depth (64) exceeded", None),
    ("defaults:\n  dir: a\n---\ndefaults:\n", "4:1",
     "a second document begins here; one is all that is read", None),
    ('defaults:\n  "\\e[31m": x\n', "2:4", 'unknown setting "\\x1b[31m"', SETTINGS),
])
def test_what_is_refused(configured, text, place, message, advice):
    result = configured(text)
    assert said(result)[:2] == (5, f"{FILE}:{place}: error: {message}")
    assert hint(result).startswith(SETTINGS) if advice == SETTINGS else hint(result) == advice
    line = int(place.split(":")[0])
    shown = text.split("\n")[line - 1].replace("\t", " ")[:90]
    assert result.err.split("\n")[1].startswith(f"  {line} | {shown}")


@pytest.mark.parametrize("text", ["just text\n", "- a\n", "5\n"], ids=repr)
def test_no_blocks_at_all(configured, text):
    result = configured(text).failed(5)
    assert "error: expected the blocks defaults: and environments:\n" in result.err
    assert hint(result).startswith("for example: defaults: dir: migrations environments: staging:")


@pytest.mark.parametrize("data, message", [
    (b"\xff\xfe\0\1", "the file is not valid UTF-8"),
    (b"defaults:\n  dir: a\0b\n", "NUL byte: this is a binary file, not YAML")])
def test_a_binary_file(configured, data, message):
    assert said(configured(data)) == (5, f"{FILE}: error: {message}", None)


def test_a_nul_byte_in_a_value(configured):
    assert first(configured('defaults:\n  dir: "a\\0b"\n').failed(5)) == (
        f"{FILE}:2:9: error: a value holds a NUL byte")


def test_a_huge_file(configured):
    assert first(configured("# " + "x" * 2_000_000 + "\n").failed(5)) == (
        f"migrate-safe: error: cannot read {FILE}: it is larger than 1048576 bytes")


def test_aliases_of_aliases_do_not_grow_without_end(configured):
    """A few lines that would be a billion values."""
    lines = ["a: &a [x,x,x,x,x,x,x,x,x]"] + [
        f"{name}: &{name} [{','.join(['*' + before] * 9)}]" for before, name in zip("abcdefgh", "bcdefghi")]
    assert "error: more than 10000 values\n" in configured("\n".join(lines)).failed(5).err


def test_an_alias_is_followed(configured):
    configured("defaults: &d\n  dir: migrations\nenvironments:\n  a: *d\n", "plan", "--env", "a").ok()


@pytest.mark.parametrize("text", [
    f"defaults:\n  databse: {SECRET}\n", f"defaults:\n  database: [{SECRET}]\n",
    f"defaults:\n  dir: a\n  database: {SECRET}\n  database: {SECRET}\n",
    f"defaults:\n  database: \"{SECRET}\n", "defaults:\n  password: geheim\n",
    f"environments:\n  prod: {SECRET}\n", f"database: {SECRET}\n",
    "defaults:\n  databse: host=db password=geheim\n",
], ids=repr)
def test_a_line_that_may_hold_a_password_is_not_shown(configured, text):
    for options in ([], ["--json"]):
        result = configured(text, "plan", *options).failed(5)
        assert "geheim" not in result.err + result.out
        assert f"{FILE}:" in first(result)


@pytest.mark.parametrize("kind", ["pipe", "directory"])
def test_what_is_no_file_does_not_hang(cli, folder, tmp_path, kind):
    if kind == "pipe":
        os.mkfifo(tmp_path / FILE)
    else:
        (tmp_path / FILE).mkdir()
    assert said(cli("plan")) == (
        5, f"migrate-safe: error: cannot read {FILE}: not a regular file", None)


@pytest.mark.parametrize("name, reason", [("nope.yaml", "No such file or directory"),
                                          ("migrations", "Is a directory")])
def test_a_named_file_must_be_there(cli, folder, name, reason):
    message = f"migrate-safe: error: cannot read {name}: {reason}"
    assert first(cli("plan", "--config", name).failed(5)) == message
    assert first(cli("plan", env={"MIGRATE_SAFE_CONFIG": name}).failed(5)) == message


def test_paths_start_at_the_files_folder(cli, tmp_path, folder, database):
    (tmp_path / "conf").mkdir()
    folder.path.rename(tmp_path / "conf/sql")
    (tmp_path / "conf/sql/001_a.sql").write_text("CREATE TABLE a ();")
    (tmp_path / "conf/ms.yaml").write_text("defaults:\n  dir: sql\n  logs: out\n")
    cli("up", "--config", "conf/ms.yaml").ok()
    assert database.has("a") and (tmp_path / "conf/out/migrations.jsonl").exists()


# ---- environments

TWO = f"environments:\n  staging:\n    database: {SECRET}\n  production:\n    dir: migrations\n"


def test_an_unknown_environment(configured):
    result = configured(TWO, "plan", "--env", "prodction")
    assert said(result) == (5, f'migrate-safe: error: {FILE} has no environment "prodction"',
                            "add it below environments: or correct --env")
    assert "  detail: environments there: staging, production\n" in result.err


def test_an_environment_without_a_file(cli, folder):
    assert said(cli("plan", "--env", "x")) == (
        5, f"migrate-safe: error: --env needs a configuration file, and there is no {FILE} here",
        "name it: --config FILE")


def test_environments_that_are_a_list(configured):
    assert first(configured("environments: [a]\n").failed(5)) == (
        f"{FILE}:1:1: error: expected one block for each environment here")


@pytest.mark.parametrize("variable", ["DATABASE_URL", "SUPABASE_DB_URL"])
def test_another_database_than_the_environments(configured, variable):
    env = {"DATABASE_URL": None, variable: "postgresql://u:verraten@elsewhere/x"}
    for options in ([], ["--json"]):
        result = configured(TWO, "plan", "--env", "staging", *options, env=env)
        assert said(result) == (
            5, f'migrate-safe: error: {variable} names another database than environment "staging" does',
            f"unset {variable}, or leave --env out")
        assert "verraten" not in result.err + result.out and "geheim" not in result.err + result.out


def test_the_same_database_is_no_contradiction(configured, database):
    text = f"environments:\n  test:\n    database: {database.url}\n"
    configured(text, "plan", "--env", "test").ok()
    configured(text, "plan", "--env", "test", env={"DATABASE_URL": database.url + "\n"}).ok()
    configured(text, "plan", "--env", "test", env={"DATABASE_URL": None}).ok()


def test_where_the_database_was_named_is_said(configured):
    result = configured(TWO, "plan", "--env", "staging", env={"DATABASE_URL": None}).failed(5)
    assert first(result).startswith(f"migrate-safe: error: database ({FILE}:3:5): ")
    assert "geheim" not in result.err


def test_the_database_of_defaults_is_no_environments_own(cli_without_database, database, tmp_path):
    (tmp_path / "migrations").mkdir()
    (tmp_path / "migrate-safe.yaml").write_text(
        f"defaults:\n  database: {database.url}\nenvironments:\n  production:\n    lock-timeout: 1s\n")
    cli_without_database("status").ok()
    result = cli_without_database("status", "--env", "production").failed(5)
    assert 'environment "production" names no database of its own' in result.err
    assert "the one of defaults: (migrate-safe.yaml:2:3) is not taken for it" in result.err
    assert "environments: production: database: ..., or give --database URL" in result.err
    cli_without_database("status", "--env", "production", "--database", database.url).ok()
