"""File names that somebody chose to do harm, or that a copy mangled."""
import json
import os

import pytest

from harness.history import versions
from harness.message import first, hint

SELECT = b"SELECT 1;\n"
UNCLEAN = "the file name holds control characters or is not UTF-8"
NAMES = {  # bytes of the name: the name as it is shown, why it is refused (None: it is not), a better one
    b"002_a\nb": ("002_a\\x0ab", UNCLEAN, "002_a_b"),
    b"002_a\rb": ("002_a\\x0db", UNCLEAN, "002_a_b"),
    b"002_a\tb": ("002_a\\x09b", UNCLEAN, "002_a_b"),
    b"002_\033[31mred": ("002_\\x1b[31mred", UNCLEAN, "002_31mred"),
    b"002_\033]0;title\007x": ("002_\\x1b]0;title\\x07x", UNCLEAN, "002_0_title_x"),
    b"002_x\nmigrate-safe: error: all is lost": (
        "002_x\\x0amigrate-safe: error: all is lost", UNCLEAN, "002_x_migrate_safe_error_all_is_lost"),
    b"002_\x7f": ("002_\\x7f", UNCLEAN, "002_what_it_does"),
    b"002_\xff\xfe": ("002_\\xff\\xfe", UNCLEAN, "002_what_it_does"),
    b"002_caf\xe9": ("002_caf\\xe9", UNCLEAN, "002_what_it_does"),
    b"\xff": ("\\xff", UNCLEAN, "001_what_it_does"),
    b"002_\xed\xa0\x80": ("002_\\xed\\xa0\\x80", UNCLEAN, "002_what_it_does"),
    b"002_it's \"q\" $(id) `id` ;rm -rf": ("002_it's \"q\" $(id) `id` ;rm -rf", None, None),
    b"002_%s%n%d": ("002_%s%n%d", None, None),
    b"002_..": ("002_..", None, None),
    b"002_ ": ("002_ ", None, None),
    b"002_\xeb\x8d\xb0\xec\x9d\xb4": ("002_데이", None, None),
    b"002_\xf0\x9f\x92\xa5": ("002_\U0001f4a5", None, None),
    b"002_\xe2\x80\xaegnp": ("002_\\xe2\\x80\\xaegnp", None, None),  # turns what follows around
    b"002_" + b"x" * 244: ("002_" + "x" * 244, None, None),  # 255 bytes with its ending
}
COMMANDS = ["validate", "status", "plan", "up", "history", "down"]

pytestmark = pytest.mark.once


@pytest.fixture(params=NAMES, ids=[repr(name)[:40] for name in NAMES])
def name(request, folder):
    folder.tables(1)
    path = os.path.join(os.fsencode(folder.path), request.param + b".up.sql")
    with open(path, "wb") as file:
        file.write(SELECT)
    return request.param


def test_what_is_shown(cli, name, database):
    shown, reason, better = NAMES[name]
    result = cli("validate")
    if reason:
        assert (result.code, first(result)) == (1, f"migrations/{shown}.up.sql: error: {reason}")
        assert hint(result) == f"rename it, for example to {better}.up.sql, or move it out of the folder"
        assert first(cli("up").failed(1)) == first(result)
        assert versions(database) == []
    else:
        assert first(result.ok()) == (
            f"migrations/{shown}.up.sql:1:1: warning: version 002 has no down migration")
        assert f" 002  {shown[4:].rstrip()}" in cli("up").ok().out
        assert versions(database) == ["001", "002"]


def test_no_control_character_reaches_the_terminal(cli, name):
    for command in COMMANDS:
        result = cli.in_terminal(command, "-s" if command == "down" else "-v", env={"NO_COLOR": "1"})
        shown = result.out.replace("\r\n", "\n").replace("\r\033[K", "")
        assert not set(shown) & (set(map(chr, range(32))) | {"\x7f", "\u202e"}) - {"\n"}, repr(shown)
        assert "\nmigrate-safe: error: all is lost" not in shown


@pytest.mark.slow
@pytest.mark.once
def test_every_document_is_json_in_utf8(cli, name, tmp_path):
    for command in COMMANDS:
        document = cli(command, "--json", *["-s"] * (command == "down")).json()
        json.dumps(document, ensure_ascii=False).encode()  # no surrogates: what came was UTF-8
    for line in (tmp_path / "logs/migrations.jsonl").read_bytes().decode().splitlines() if (
            tmp_path / "logs").exists() else []:
        assert json.loads(line)["event"]


def test_a_name_is_stored_as_it_is(cli, folder, database):
    folder.pair("002_it's \"q\" $1 %s 데이터", "SELECT 1;", "SELECT 1;")
    cli("up").ok()
    assert database.value("SELECT name FROM migrate_safe.schema_migrations") == (
        "it's \"q\" $1 %s 데이터")


def test_names_of_folders(cli, tmp_path, database):
    for number, name in enumerate(["a b", "-x", "--help", "it's", "데이터", "$(id)", "a;b", "%s"], 1):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{number}_x.up.sql").write_text("SELECT 1;")
        cli("up", "--allow-late", f"--dir={name}").ok()
    assert len(versions(database)) == 8


def test_a_folder_with_a_line_end_in_its_name(cli):
    result = cli("up", "--dir", "a\nb\033[31m").failed(5)
    assert first(result) == "a\\x0ab\\x1b[31m: error: there is no such folder"


def test_the_plain_layout_too(cli, folder):
    folder.write("001_a.sql", SELECT)
    folder.write("002_\033[31m.sql", SELECT)
    folder.write("rollback/001\n_down.sql", SELECT)
    assert sorted(line for line in cli("validate").failed(1).err.splitlines() if "error" in line) == [
        f"migrations/002_\\x1b[31m.sql: error: {UNCLEAN}",
        f"migrations/rollback/001\\x0a_down.sql: error: {UNCLEAN}"]
