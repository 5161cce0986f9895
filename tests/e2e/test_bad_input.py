"""Every way in which a folder can be wrong: exact message, hint and exit code."""
import os
import pathlib
import shutil
import socket
import tempfile

import pytest

from harness.folder import Folder
from harness.history import versions
from harness.message import first, hint, said
from harness.program import Program, find_binary

SELECT = "SELECT 1;\n"
NO_DOWN = "write one, or mark the up: -- migrate-safe: irreversible: REASON"
NOT_A_VERSION = "the file name does not begin with a version"
OUT = "move it out of the folder of migrations"
ALL = ["validate", "plan", "up"]


# ---- the folder

@pytest.mark.parametrize("command", ["status", *ALL, "down", "redo", "baseline 1"])
def test_no_folder(cli, tmp_path, command):
    result = cli(*command.split())
    assert said(result) == (5, "migrate-safe: error: there is no folder of migrations here",
                            "name it: --dir DIR, or begin one: migrate-safe new NAME --dir migrations")
    assert "  detail: looked for migrations, db/migrations, " in result.err
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("command", ALL)
def test_a_folder_that_is_not_there(cli, command):
    assert said(cli(command, "--dir", "nowhere")) == (
        5, "nowhere: error: there is no such folder",
        "name the folder of your migrations: --dir DIR, or begin one: migrate-safe new NAME --dir DIR")


@pytest.mark.parametrize("name", ["file", "pipe", "/dev/null"])
def test_something_else_than_a_folder(cli, tmp_path, name):
    (tmp_path / "file").write_text("x")
    os.mkfifo(tmp_path / "pipe")
    assert said(cli("up", "--dir", name)) == (
        5, f"{name}: error: this is not a folder", "name the folder of your migrations: --dir DIR")


def test_two_usual_folders(cli, tmp_path, folder):
    (tmp_path / "db/migrations").mkdir(parents=True)
    assert said(cli("up")) == (
        5, "migrate-safe: error: there are several folders of migrations: migrations and db/migrations",
        "name the one you mean: --dir migrations")


def test_an_empty_folder(cli, folder, database):
    validate = cli("validate").ok()
    assert said(validate) == (0, "migrations: warning: there are no migrations in this folder",
                              "begin one: migrate-safe new NAME, or name another folder: --dir DIR")
    assert validate.out == "0 migrations, 0 errors, 1 warning\n"
    assert "next: there are no migrations yet: migrate-safe new NAME" in cli("status").ok().out
    assert "0 migrations" in cli("plan").ok().out
    assert cli("up").ok().out == ("Nothing to do: there are no migrations yet "
                                  "(begin one: migrate-safe new NAME)\n")
    assert cli("down").ok().out == "Nothing to do: nothing is applied\n"
    assert not database.has("migrate_safe.schema_migrations")


def test_the_same_version_in_two_folders(cli, tmp_path):
    for name in ("a", "b"):
        Folder(tmp_path / name).pair("001_x", SELECT, SELECT)
    assert said(cli("up", "--dir", "a", "--dir", "b")) == (
        1, "migrate-safe: error: version 001 is in two folders: a/001_x.up.sql and b/001_x.up.sql",
        "give one of them another version")


# ---- a file's text: the same for the three commands, and nothing is written

TEXTS = {
    "binary": (b"SELECT 1;\n\0\1", "2:1: error: NUL byte: this is a binary file, not SQL text",
               "archives of pg_dump are for pg_restore; a migration is plain SQL"),
    "latin-1": (b"SELECT 1;\nSELECT '\xe9';\n", "2:9: error: invalid UTF-8: byte 0xe9",
                "save the file as UTF-8"),
    "utf-16": (SELECT.encode("utf-16"), "1:1: error: the file is UTF-16", "save it as UTF-8"),
    "quote": ("SELECT 1;\nSELECT 'a;\n", "2:8: error: unterminated quoted string",
              "write the closing ' (one inside of the string is written twice)"),
    "name": ('SELECT 1;\nSELECT "a;\n', "2:8: error: unterminated quoted identifier",
             'write the closing " (one inside of the name is written twice)'),
    "dollar quote": ("SELECT 1;\nDO $x$ a $$\n",
                     "2:4: error: unterminated dollar-quoted string ($x$)",
                     "write the same $x$ where it ends"),
    "comment": ("SELECT 1;\n/* a /* b */;\n", "2:1: error: unterminated comment",
                "each /* wants its own */, also inside of a comment"),
    "copy data": ("COPY t FROM stdin;\n1\n",
                  '1:1: error: the data of COPY ... FROM stdin does not end with "\\."',
                  "end it with a line that has \\. alone; without it the file may be cut off"),
    "meta-command": ("SELECT 1;\n\\i x.sql\n", "2:1: error: psql meta-command \\i cannot run here",
                     "put the file's SQL here"),
}


@pytest.mark.parametrize("command", ALL)
@pytest.mark.parametrize("text, message, advice", TEXTS.values(), ids=TEXTS)
def test_text_that_cannot_be_run(cli, folder, database, command, text, message, advice):
    folder.tables(1)
    folder.pair("002_x", text, SELECT)
    assert said(cli(command)) == (1, f"migrations/002_x.up.sql:{message}", advice)
    assert not database.has("t_1") and not database.has("migrate_safe.schema_migrations")


@pytest.mark.parametrize("text, message, advice", TEXTS.values(), ids=TEXTS)
def test_validate_reads_downs_too(cli, folder, text, message, advice):
    folder.pair("001_x", SELECT, text)
    assert said(cli("validate")) == (1, f"migrations/001_x.down.sql:{message}", advice)


@pytest.mark.parametrize("text, message, advice", TEXTS.values(), ids=TEXTS)
def test_a_down_that_cannot_be_run_reverts_nothing(cli, folder, database, text, message, advice):
    folder.tables(2)
    cli("up").ok()
    folder.write("001_table_1.down.sql", text)
    assert said(cli("down", "--steps", "2", "-s")) == (
        1, f"migrations/001_table_1.down.sql:{message}", advice)
    assert versions(database) == ["001", "002"]


def test_bom_and_crlf_are_accepted(cli, folder, database):
    folder.pair("001_a", b"\xef\xbb\xbfCREATE TABLE a (id int);\r\n\r\nSELECT 1;\r\n",
                b"\xef\xbb\xbfDROP TABLE a;\r\n")
    assert cli("validate").ok().err == ""
    cli("up").ok()
    cli("down", "-s").ok()
    assert not database.has("a")


@pytest.mark.parametrize("text", ["", "\n", "-- later\n", "/* later */\n", ";;\n", b"\xef\xbb\xbf"],
                         ids=repr)
def test_a_file_without_a_statement_is_told_of(cli, folder, database, text):
    folder.pair("001_a", text, "")
    validate = cli("validate").ok()
    assert validate.out == "1 migration, 0 errors, 2 warnings\n"
    assert said(validate) == (0, "migrations/001_a.up.sql:1:1: warning: the file has no statement",
                              "write the change into it, or remove the file")
    assert "one transaction  empty\n" in cli("plan").ok().out
    up = cli("up").ok()
    assert first(up) == ("migrate-safe: warning: migrations/001_a.up.sql has no statement: "
                         "version 001 changes nothing")
    assert versions(database) == ["001"]


# ---- versions

def test_two_files_of_one_version(cli, folder, database):
    folder.pair("001_a", SELECT, SELECT)
    folder.pair("1_b", SELECT, SELECT)
    advice = "give one of the two files a version of its own"
    message = "migrations/001_a.up.sql: error: version 001 is also the version of migrations/1_b.up.sql"
    for command in ALL:
        assert said(cli(command)) == (1, message, advice)
    assert ("migrations/1_b.up.sql: error: version 1 is also the version of "
            "migrations/001_a.up.sql\n") in cli("validate").err
    status = cli("status").ok()
    assert first(status) == message
    assert "next: correct the files first: migrate-safe validate\n" in status.out
    cli("status", "--exit-code").failed(1)


def test_two_downs_of_one_version(cli, folder):
    folder.write("001_a.sql", "CREATE TABLE a ();")
    folder.write("001_a_down.sql", "DROP TABLE a;")
    folder.write("rollback/001_a_down.sql", "DROP TABLE a;")
    assert said(cli("up")) == (
        1, "migrations/001_a_down.sql: error: version 001 has another down migration: "
           "migrations/rollback/001_a_down.sql", "keep one of the two files")


def test_a_late_file(cli, folder, database):
    folder.tables(2, first=2)
    cli("up").ok()
    folder.tables(1)
    message = ("migrations/001_table_1.up.sql:1:1: error: version 001 is late: "
               "a later version is applied already")
    advice = "rename it to a new version, or apply it with: migrate-safe up --allow-late"
    for command in (["validate"], ["plan"], ["up", "-s"]):
        assert said(cli(*command)) == (1, message, advice)
    assert versions(database) == ["002", "003"]
    cli("up", "-s", "--allow-late").ok()
    assert versions(database) == ["002", "003", "001"]


def test_several_late_files_are_all_named(cli, folder):
    folder.tables(1, first=9)
    cli("up").ok()
    folder.tables(7)
    assert "  detail: late: 001, 002, 003, 004, 005 and 2 more\n" in cli("up", "-s").failed(1).err


def test_an_edited_file(cli, folder, database):
    folder.tables(2)
    cli("up", "--steps", "1").ok()
    folder.write("001_table_1.up.sql", "CREATE TABLE t_1 (id bigint);")
    message = "migrations/001_table_1.up.sql:1:1: error: version 001 was edited after it was applied"
    advice = ("put the file back and write a new migration, or accept the new text: "
              "migrate-safe recover --accept 001")
    for command in (["validate"], ["plan"], ["up", "-s"]):
        assert said(cli(*command)) == (1, message, advice)
    assert versions(database) == ["001"]


def test_a_missing_down(cli, folder, database):
    folder.write("001_a.up.sql", "CREATE TABLE a (id int);")
    assert said(cli("validate")) == (
        0, "migrations/001_a.up.sql:1:1: warning: version 001 has no down migration", NO_DOWN)
    assert cli("plan").ok().out.splitlines()[2].endswith("  no down")
    cli("up").ok()
    assert said(cli("down", "-s")) == (
        1, "migrations/001_a.up.sql:1:1: error: version 001 has no down migration",
        "write it (see: migrate-safe new --help for its place), or restore a backup")
    assert database.has("a")


def test_a_missing_up(cli, folder):
    folder.write("001_a.down.sql", SELECT)
    for command in ALL:
        assert said(cli(command)) == (
            1, "migrations/001_a.down.sql: error: down migration without an up migration of version 001",
            "add the up migration, or move this file out of the folder")


@pytest.mark.parametrize("name, better", [
    ("add_users.up.sql", "001_add_users.up.sql"),
    ("v2_users.down.sql", "001_v2_users.down.sql"),
    ("002 users.up.sql", "002_users.up.sql"),
    ("-002_users.up.sql", "001_002_users.up.sql"),
    ("--help.up.sql", "001_help.up.sql"),
])
def test_a_version_that_is_no_number(cli, folder, name, better):
    folder.tables(1)
    folder.write(name, SELECT)
    for command in ALL:
        assert said(cli(command)) == (
            1, f"migrations/{name}: error: {NOT_A_VERSION}",
            f"rename it, for example to {better}, or move it out of the folder")


def test_neither_up_nor_down(cli, folder):
    folder.tables(1)
    folder.write("002_x.sql", SELECT)
    assert said(cli("up")) == (
        1, "migrations/002_x.sql: error: this folder holds pairs, and this is neither .up.sql nor "
           ".down.sql", "rename it to 002_x.up.sql")


def test_a_name_in_capitals_is_not_passed_over(cli, folder):
    folder.tables(1)
    folder.write("002_X.UP.SQL", SELECT)
    for command in ALL:
        assert said(cli(command)) == (
            1, "migrations/002_X.UP.SQL: error: only names that end in .sql, in small letters, are read",
            "rename it, or move it out of the folder")


@pytest.mark.parametrize("name", ["README.md", "001_x.up.sql~", "#001_x.up.sql#", "001_x.up.sql.bak",
                                  ".001_x.up.sql.swp", "._001_x.up.sql", ".#001_x.up.sql"])
def test_what_editors_leave_is_no_migration(cli, folder, name):
    folder.tables(1)
    folder.write(name, SELECT)
    assert cli("validate").ok().err == ""


@pytest.mark.parametrize("layout, message", [
    ("nope", 'unknown layout "nope"'), ("Paired", 'unknown layout "Paired"')])
def test_an_unknown_layout(cli, folder, layout, message):
    code, first, hint = said(cli("up", "--layout", layout))
    assert (code, first) == (5, f"migrate-safe: error: {message}")
    assert hint.startswith("known: paired, plain, ")


# ---- what cannot be read

@pytest.fixture
def stranger(database):
    """The program as somebody who is not root, in a directory that he may enter."""
    directory = pathlib.Path(tempfile.mkdtemp(prefix="ms-e2e-"))
    directory.chmod(0o777)
    binary = directory / "migrate-safe"
    shutil.copy(find_binary(), binary)
    program = Program(directory, database.url)
    program.binary = binary
    if os.geteuid() == 0:
        if not shutil.which("setpriv"):
            pytest.skip("setpriv is not installed")
        program.binary = directory / "run"
        program.binary.write_text("#!/bin/sh\nexec setpriv --reuid=65534 --regid=65534 --clear-groups "
                                  f"-- {binary} \"$@\"\n")
        program.binary.chmod(0o755)
    program.folder = Folder(directory / "migrations")
    yield program
    program.close()
    shutil.rmtree(directory)


@pytest.mark.parametrize("command, code", [("validate", 1), ("plan", 5), ("up", 5), ("generate-rollback", 5)])
def test_a_file_that_may_not_be_read(stranger, command, code):
    stranger.folder.tables(2)
    name = "migrations/002_table_2.up.sql"
    (stranger.cwd / name).chmod(0)
    result = stranger(command, env={"DATABASE_URL": None})
    assert said(result) == (code, f"{name}: error: cannot be read: Permission denied",
                            f"chmod u+r '{name}', or run as its owner (ls -ld '{name}')")


@pytest.mark.parametrize("command", [["generate-rollback"], ["generate-rollback", "2", "--overwrite"], ["validate", "--downs"]])
def test_a_down_that_may_not_be_read(stranger, command):
    stranger.folder.tables(2)
    (stranger.cwd / "migrations/002_table_2.down.sql").chmod(0)
    result = stranger(*command, env={"DATABASE_URL": None})
    assert "migrations/002_table_2.down.sql" in result.failed(5).err and "Permission denied" in result.err


def test_a_folder_that_may_not_be_read(stranger):
    stranger.folder.tables(1)
    stranger.folder.path.chmod(0o300)
    assert said(stranger("up")) == (
        5, "migrate-safe: error: cannot list directory migrations: Permission denied",
        "chmod u+r migrations, or run as its owner (ls -ld migrations)")


@pytest.mark.parametrize("kind, reason", [
    ("pipe", "not a regular file"), ("directory", "not a regular file"),
    ("device", "not a regular file"), ("socket", "not a regular file"),
    ("loop", "cannot be read: Too many levels of symbolic links"),
    ("dangling", "cannot be read: No such file or directory")])
def test_what_is_no_file(cli, folder, database, kind, reason):
    folder.tables(1)
    path = folder.path / "002_x.up.sql"
    make_special(path, kind)
    assert said(cli("validate")) == (1, f"migrations/002_x.up.sql: error: {reason}", OUT)
    for command in ("plan", "up"):
        assert said(cli(command)) == (5, f"migrations/002_x.up.sql: error: {reason}", OUT)
    assert not database.has("t_1")
    assert first(cli("status").ok()) == f"migrations/002_x.up.sql: error: {reason}"


def make_special(path, kind):
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "directory":
        path.mkdir()
    elif kind == "device":
        path.symlink_to("/dev/zero")
    elif kind == "socket":
        make_socket(path)
    else:
        path.symlink_to(path.name if kind == "loop" else "nowhere")


def make_socket(path):
    directory = os.open(path.parent, os.O_RDONLY)
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(f"/proc/self/fd/{directory}/{path.name}")  # a socket's path has 107 bytes
    os.close(directory)


def test_links_to_files_and_folders_are_followed(cli, tmp_path, folder, database):
    (tmp_path / "elsewhere.sql").write_text("CREATE TABLE a ();")
    (folder.path / "001_a.up.sql").symlink_to("../elsewhere.sql")
    (tmp_path / "link").symlink_to("migrations")
    cli("up", "--dir", "link").ok()
    assert database.has("a")
    assert " 0 pending" in cli("status", "--dir", "./link/../migrations//").ok().out


# ---- much

@pytest.mark.slow
def test_a_million_statements(cli, folder, database):
    folder.pair("001_many", SELECT * 1_000_000, SELECT)
    assert cli("validate").ok().out == "1 migration, 0 errors, 0 warnings\n"
    assert "     1000000  one transaction" in cli("plan").ok().out
    cli("up", timeout=120).ok()
    assert database.value("SELECT statements_done FROM migrate_safe.schema_migrations") == 1_000_000


@pytest.mark.once
@pytest.mark.slow
def test_an_error_at_the_end_of_many_statements(cli, folder, database):
    folder.pair("001_many", SELECT * 300_000 + "SELECT nope;", SELECT)
    result = cli("up", timeout=120).failed(2)
    assert first(result) == ('migrations/001_many.up.sql:300001:8: error: column "nope" does not exist '
                             "(SQLSTATE 42703)")
    assert versions(database) == []


@pytest.mark.slow
def test_ten_thousand_files(cli, folder, database):
    for number in range(10_000):
        folder.pair(f"{number:05d}_x", SELECT, SELECT)
    assert cli("validate").ok().out == "10000 migrations, 0 errors, 0 warnings\n"
    cli("up", timeout=120).ok()
    assert cli("up").ok().out == "Nothing to do: everything is applied\n"
    assert len(versions(database)) == 10_000


def test_numbers_of_any_length(cli, folder, database):
    names = ["0", "1", "1.2.3", "20240101000000", "9" * 60, "1" + "0" * 60]
    for name in names:
        folder.pair(f"{name}_x", SELECT, SELECT)
    cli("up").ok()
    assert versions(database) == names
    cli("down", "--to", "0", "-s").ok()
    assert versions(database) == []


def test_hints_are_found_by_this_module():
    class Result:
        code = 1
        err = "a: error: b\n  detail: c\n  hint:   d\n          e\nmore\n"
    assert (first(Result), hint(Result)) == ("a: error: b", "d e")
