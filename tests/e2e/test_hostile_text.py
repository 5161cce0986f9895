"""Text of files and of the server: it cannot forge, flood or exhaust."""
import json

import pytest

from harness.history import versions
from harness.message import first
from test_streaming import run_measured

SELECT = "SELECT 1;\n"


def raising(level, *more):
    return "DO $$ BEGIN RAISE %s E'one\\x1b[31m\\ntwo\\r\\nmigrate-safe: error: forged\\x07'%s; END $$;\n" % (
        level, "".join(f" USING {part}" for part in more))


def test_an_error_is_shown_without_its_escapes(cli, folder, database):
    folder.pair("001_x", raising("EXCEPTION", "DETAIL = E'd\\x1b\\ne', HINT = E'h\\x07'"), SELECT)
    result = cli("up").failed(2)
    assert result.err.splitlines()[:3] == [
        "migrations/001_x.up.sql:1:1: error: one\\x1b[31m (SQLSTATE P0001)", "  two",
        "  migrate-safe: error: forged\\x07"]
    assert "  detail: d\\x1b\n          e\n" in result.err
    assert versions(database) == []


def test_nothing_of_it_reaches_a_terminal(cli, folder):
    folder.pair("001_x", raising("WARNING") + raising("NOTICE") + raising("EXCEPTION"), SELECT)
    shown = cli.in_terminal("up", "-v", env={"NO_COLOR": "1"}).failed(2).out
    shown = shown.replace("\r\n", "\n").replace("\r\033[K", "")
    assert not set(shown) & set(map(chr, range(32))) - {"\n"}, repr(shown)
    assert "\nmigrate-safe: error: forged" not in shown


def test_json_has_it_as_it_is(cli, folder):
    folder.pair("001_x", raising("EXCEPTION"), SELECT)
    result = cli("up", "--json").failed(2)
    assert result.json()["error"]["message"] == "one\033[31m\ntwo\r\nmigrate-safe: error: forged\a"
    assert "\033" not in result.out


def test_a_log_has_one_line_an_event(cli, folder, tmp_path):
    folder.pair("001_x", raising("WARNING") + raising("EXCEPTION"), SELECT)
    cli("up").failed(2)
    events = [json.loads(line) for line in (tmp_path / "logs/migrations.jsonl").read_text().splitlines()]
    assert [event["event"] for event in events] == ["run_started", "migration_started", "notice",
                                                    "failed", "run_finished"]
    log, = (tmp_path / "logs").glob("*.log")
    lines = log.read_text().splitlines()
    assert len(lines) == len(events) and all(line.startswith("20") for line in lines), lines
    assert not set(log.read_text()) & set(map(chr, range(32))) - {"\n"}


@pytest.mark.parametrize("line, shown, caret", [
    ("SELECT '\033[31m\u009b', nope;", "SELECT ' [31m\\xc2\\x9b', nope", 24),
    ("SELECT '데이터', nope;", "SELECT '데이터', nope", 17),
    ("SELECT '\u202e', nope;", "SELECT '\\xe2\\x80\\xae', nope", 23)])
def test_the_caret_stands_below_the_place(cli, folder, line, shown, caret):
    folder.pair("001_x", line, SELECT)
    source, mark = cli("up").failed(2).err.splitlines()[1:3]
    assert source == f"  1 | {shown}"
    assert mark == "    | " + " " * caret + "^"


def test_names_in_messages_of_the_server(cli, folder):
    folder.pair("001_x", 'SELECT * FROM "nö""pe\033[31m\nx";', SELECT)
    result = cli("up").failed(2)
    assert first(result) == ('migrations/001_x.up.sql:1:15: error: relation "nö"pe\\x1b[31m '
                             '(SQLSTATE 42P01)')
    assert '\n  x" does not exist\n' in result.err


@pytest.mark.parametrize("text", ["%", "%s%n", "x" * 3000, "é" * 100_000, "\u202e" * 100])
def test_messages_of_any_kind_and_length(cli, folder, text):
    folder.pair("001_x", f"DO $$ BEGIN RAISE EXCEPTION '%', $x${text}$x$; END $$;", SELECT)
    result = cli("up").failed(2)
    assert len(result.err) < 6000
    message = cli("up", "--json").failed(2).json()["error"]["message"]
    assert text.startswith(message) and message


@pytest.mark.once
def test_a_flood_of_warnings_does_not_drown_the_terminal(cli, folder, tmp_path):
    folder.pair("001_x", "DO $$ BEGIN FOR i IN 1..100000 LOOP RAISE WARNING 'w %', i; END LOOP; END $$;",
                SELECT)
    folder.pair("002_x", "DO $$ BEGIN RAISE WARNING 'another'; END $$;", SELECT)
    result = cli("up").ok()
    lines = result.err.splitlines()
    assert lines[:20] == [f"    warning: w {number}" for number in range(1, 21)]
    assert lines[20:] == ["    and 99980 more warnings: all are in the log files",
                          "    warning: another"]
    with open(tmp_path / "logs/migrations.jsonl") as file:
        assert sum('"event":"notice"' in line.replace(" ", "") for line in file) == 100_001


@pytest.mark.slow
@pytest.mark.once
def test_notices_are_for_those_who_ask(cli, folder):
    folder.pair("001_x", "DO $$ BEGIN FOR i IN 1..100000 LOOP RAISE NOTICE 'n %', i; END LOOP; END $$;",
                SELECT)
    assert cli("up").ok().err == ""
    cli("down", "-s").ok()
    assert cli("up", "-v", "-s").ok().err.count("    notice: n ") == 100_000


@pytest.mark.once
@pytest.mark.slow
def test_a_flood_takes_no_memory(cli, folder):
    folder.pair("001_x", "DO $$ BEGIN FOR i IN 1..100000 LOOP RAISE WARNING '%', repeat('x', 1000); "
                         "END LOOP; END $$;", SELECT)
    _, peak = run_measured(cli, "up")
    assert peak < 16 * 1024 * 1024
