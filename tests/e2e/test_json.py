"""--json: one document on stdout with stable keys, whatever happens; all prose is on stderr."""
import pytest

pytestmark = pytest.mark.once

CHANGE = {"schema", "run_id", "database", "plan_digest", "migrations", "done", "duration_ms",
          "current", "state", "next", "error", "exit_code"}
STEP = {"version", "name", "file", "state", "duration_ms", "statements_done", "statements_total"}
ERROR = {"class", "message", "detail", "hint", "sqlstate", "file", "line", "column"}
APPLIED = {"kind", "layout", "checksum", "applied_order", "applied_at", "applied_by", "duration_ms",
           "statements_done", "statements_total", "dirty", "run_id", "plan_digest", "backup_id",
           "tool_version"}
KEYS = {
    "status": {"schema", "target", "database", "has_history", "current", "applied", "pending", "late",
               "edited", "missing", "dirty", "migrations", "problems"},
    "history": {"schema", "migrations"},
    "plan": {"schema", "direction", "target", "digest", "steps", "refused", "hint"},
    "validate": {"schema", "migrations", "errors", "warnings", "problems"},
    "up": CHANGE, "down": CHANGE, "redo": CHANGE,
    "baseline": {"schema", "run_id", "dry_run", "recorded"},
    "new": {"schema", "version", "files"},
    "fingerprint": {"schema", "target", "server_major", "fingerprint", "object_count", "gaps"},
    "error": {"schema", "command", "error", "exit_code"},
}


def check(result, word):
    document = result.json()
    assert document["schema"] == f"migrate-safe/{word}/1"
    assert KEYS[word] <= set(document), KEYS[word] - set(document)
    return document


@pytest.mark.parametrize("arguments, word", [
    (["status"], "status"), ([], "status"), (["history"], "history"), (["plan"], "plan"),
    (["--dry-run"], "plan"), (["up", "--dry-run"], "plan"), (["down", "--dry-run"], "plan"),
    (["redo", "--dry-run"], "plan"), (["validate"], "validate"), (["up", "-s"], "up"),
    (["--apply", "-s"], "up"), (["apply", "-s"], "up"), (["down", "-s"], "down"),
    (["rollback", "-s"], "down"), (["redo", "-s"], "redo"), (["baseline", "002"], "baseline"),
    (["new", "x"], "new"), (["fingerprint"], "fingerprint"),
])
def test_keys_of_every_command(cli, folder, arguments, word):
    folder.tables(2)
    cli("up", "--steps", "1").ok()
    check(cli(*arguments, "--json").ok(), word)


def test_documents_inside_documents(cli, folder):
    folder.tables(3)
    folder.write("002_table_2.up.sql", "SELECT 1;\nSELECT nope;\n")
    document = check(cli("up", "--json").failed(2), "up")
    assert all(set(step) >= STEP for step in document["migrations"])
    assert [step["state"] for step in document["migrations"]] == ["applied", "failed", "not_run"]
    assert (document["done"], document["current"], document["exit_code"]) == (1, "001", 2)
    assert set(document["error"]) >= ERROR
    assert (document["error"]["class"], document["error"]["sqlstate"]) == ("migration", "42703")
    assert (document["error"]["file"], document["error"]["line"], document["error"]["column"]) == (
        "migrations/002_table_2.up.sql", 2, 8)
    status = check(cli("status", "--json").ok(), "status")
    assert set(status["migrations"][0]["applied"]) >= APPLIED
    assert status["migrations"][1]["applied"] is None
    assert set(check(cli("history", "--json").ok(), "history")["migrations"][0]) >= APPLIED
    assert {"version", "name", "file", "checksum", "statements", "one_transaction", "late", "has_down",
            "irreversible"} <= set(check(cli("plan", "--json").ok(), "plan")["steps"][0])


def test_partly_done_is_a_state(cli, folder):
    folder.write("001_steps.up.sql", "-- migrate-safe: no-transaction\nSELECT 1;\nSELECT nope;\n")
    step = check(cli("up", "--json").failed(2), "up")["migrations"][0]
    assert (step["state"], step["statements_done"], step["statements_total"]) == ("partly_done", 1, 2)


@pytest.mark.parametrize("arguments, code", [
    (["up", "--steps", "x"], 5), (["nonsense"], 5), (["up", "--nonsense"], 5), (["backup", "lst"], 5),
    (["backup", "prune", "nothing"], 5), (["backup", "prune", "--backup-keep", "30"], 5), (["baseline", "009"], 5), (["baseline"], 5), (["up", "--to", "9"], 5),
    (["status", "--dir", "nowhere"], 5), (["up", "--config", "nowhere.yaml"], 5),
    (["status", "--database", "postgresql:///x?host=/nowhere"], 5),
    (["status", "--database", "nonsense://"], 5), (["new", "!!!", "--dir", "migrations"], 5),
    (["help", "nonsense"], 5),
])
def test_failures_are_documents_too(cli, folder, arguments, code):
    folder.tables(2)
    cli("up", "--steps", "1").ok()
    result = cli(*arguments, "--json").failed(code)
    document = check(result, "error")
    assert set(document["error"]) >= ERROR and document["exit_code"] == code
    assert document["error"]["message"].split("\n")[0] in result.err
    assert ": error: " in result.err.splitlines()[0]


def test_validate_lists_its_problems(cli_without_database, folder):
    folder.write("001_a.up.sql", "SELECT 'open;\n")
    folder.write("x.up.sql", "SELECT 1;\n")
    document = check(cli_without_database("validate", "--json").failed(1), "validate")
    assert document["errors"] == 2
    assert all(set(problem) >= ERROR | {"problem", "severity"} for problem in document["problems"])


def test_nothing_to_do_is_a_document(cli, folder):
    folder.tables(1)
    cli("up").ok()
    document = check(cli("up", "--json").ok(), "up")
    assert (document["migrations"], document["done"], document["current"]) == ([], 0, "001")
    cli("down", "-s").ok()
    for command in ("down", "redo"):
        assert check(cli(command, "--json").ok(), command)["done"] == 0


def test_times_and_durations(cli, folder):
    folder.write("001_slow.up.sql", "SELECT pg_sleep(0.2);")
    document = cli("up", "--json").ok().json()
    assert document["migrations"][0]["duration_ms"] >= 200
    assert document["duration_ms"] >= document["migrations"][0]["duration_ms"]


def test_prose_is_on_stderr_and_progress_too(cli, folder):
    folder.write("001_talk.up.sql", "DO $$ BEGIN RAISE WARNING 'careful'; END $$;")
    result = cli("up", "--json", "-v").ok()
    result.json()
    assert "warning: careful" in result.err and "Applied 1 migration" in result.err


def test_any_text_survives_json(cli, folder):
    folder.write("001_name.up.sql", "DO $$ BEGIN RAISE EXCEPTION E'quote \" back \\\\ \\x01 ü€😀'; END $$;")
    error = cli("up", "--json").failed(2).json()["error"]
    assert error["message"] == 'quote " back \\ \x01 ü€😀'


def test_one_document_although_stdout_is_closed_early(cli, folder):
    """Nobody reads: that is no reason to leave a migration half way."""
    folder.tables(3)
    running = cli.start("up", "--json")
    running.process.stdout.close()
    assert running.process.wait(60) in (0, 5)
    assert "3 applied" in cli("status").ok().out


# Colour


def test_colour_is_for_terminals_only(cli, folder):
    folder.tables(1)
    assert "\x1b[" not in cli("status", env={"NO_COLOR": None, "TERM": "xterm-256color"}).ok().out
    assert "\x1b[32m" in cli.in_terminal("up").out
    assert "\x1b[" not in cli.in_terminal("status", env={"NO_COLOR": "1"}).out
    assert "\x1b[" not in cli.in_terminal("status", env={"TERM": "dumb"}).out
    assert "\x1b[" in cli.in_terminal("status", env={"NO_COLOR": ""}).out


def test_json_has_no_colour_on_a_terminal(cli, folder):
    folder.tables(1)
    out = cli.in_terminal("status", "--json").out
    assert "\x1b[" not in out and '"schema": "migrate-safe/status/1"' in out


@pytest.mark.parametrize("locale, mark", [("C.UTF-8", "✓"), ("C", "+")])
def test_marks_fit_the_locale(cli, folder, locale, mark):
    folder.tables(1)
    assert f"  {mark} 001" in cli("up", env={"LC_ALL": locale}).ok().out
