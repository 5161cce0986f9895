"""The report that up, down and redo leave, and `report` of them: true, whole, also of what went wrong."""
import json
import os
import re
import signal

import pytest

from harness import run_sample, waiting

NAME = re.compile(r"run-report-\d{8}-\d{6}(-\d+)?\.json")

pytestmark = pytest.mark.once


def paths(cli):
    return sorted((cli.cwd / "logs").glob("run-report-*.json"), key=lambda path: path.stat().st_mtime_ns)


def documents(cli):
    return [json.loads(path.read_text()) for path in paths(cli)]


def last(cli):
    return documents(cli)[-1]


def states(document):
    return [(step["version"], step["direction"], step["state"]) for step in document["migrations"]]


def kinds(document):
    return [phase["kind"] for phase in document["phases"]]


def assert_whole(document):
    """Phases stand one behind the other, in the run's time."""
    end = 0
    for phase in document["phases"]:
        assert phase["at_ms"] >= end and phase["duration_ms"] is not None
        end = phase["at_ms"] + phase["duration_ms"]
    assert end <= document["duration_ms"] + 1


def test_a_run_that_went_well(cli, folder):
    folder.tables(2)
    result = cli("up", "--json").ok().json()
    document = last(cli)
    assert NAME.fullmatch(paths(cli)[0].name) and result["report"] == f"logs/{paths(cli)[0].name}"
    assert document["schema"] == "migrate-safe/run/1" and document["verdict"] == "succeeded"
    for key in ("run_id", "plan_digest", "state", "current", "next", "exit_code"):
        assert document[key] == result[key], key
    assert states(document) == [("001", "up", "applied"), ("002", "up", "applied")]
    assert document["backup"]["need"] == "not needed" and document["error"] is None
    assert document["role"] == "postgres" and document["server_version"]
    assert kinds(document).count("migration") == 2 and "backup" in kinds(document)
    assert_whole(document)
    page = cli("report", "run").ok().out
    assert "<strong>Applied</strong> 2 migrations in " in page and "table_1" in page
    assert cli("report").ok().out == page
    assert cli("report", document["run_id"][:8]).ok().out == page
    assert cli("report", result["report"]).ok().out == page
    assert cli("report", "--format", "markdown").ok().out.startswith("## ✅ Applied 2 migrations in ")
    shown = cli("report", "--json").ok().json()
    assert shown.pop("report") == result["report"] and shown == document


def test_a_run_that_failed(cli, folder):
    folder.tables(1)
    cli("up").ok()
    folder.tables(2, first=2)
    folder.write("004_bad.up.sql", "CREATE TABLE b(x int);\nSELECT nope;\n")
    folder.tables(1, first=5)
    shown = cli("up", "--json", "-s").failed(2)
    result = shown.json()
    document = last(cli)
    assert f"  report: migrate-safe report {result['report']} --output report.html\n" in shown.err
    assert document["verdict"] == "failed" and document["exit_code"] == 2
    assert states(document) == [("002", "up", "applied"), ("003", "up", "applied"), ("004", "up", "failed"),
                                ("005", "up", "not_run")]
    assert document["state"] == result["state"] and document["next"] == result["next"]
    error = document["error"]
    assert error["sqlstate"] == "42703" and error["position"] == {"line": 2, "column": 8}
    assert document["migrations"][2]["error"] == error and document["backup"]["skipped_by"] == "-s"
    assert [phase["what"] for phase in document["phases"] if phase["has_failed"]] == ["004"]
    markdown = cli("report", "run", "--format", "markdown").ok().out
    assert markdown.startswith('## ❌ Failed: version 004 (2 of 4 migrations done before it): column "nope" does not exist')
    assert "`migrations/004_bad.up.sql:2:8`" in markdown


def test_a_backup_and_the_way_back_to_it(cli, folder, needs_pg_dump):
    folder.tables(1)
    cli("up").ok()
    folder.tables(2)
    folder.write("003_bad.up.sql", "SELECT nope;")
    result = cli("up", "--json").failed(2).json()
    backup = last(cli)["backup"]
    assert backup["need"] == "made" and backup["id"] == result["backup"]["id"]
    assert backup["level"] == "restored" and backup["restore_ms"] >= 0 and backup["parts"]
    assert f"Back to it</dt><dd><code>{backup['restore']}</code>" in cli("report").ok().out
    assert f"back to the backup: {backup['restore']}" in cli("report", "--format", "markdown").ok().out


def test_a_redo_is_one_report_and_a_down_another(cli, folder):
    folder.tables(2)
    cli("up").ok()
    assert "report:" not in cli("redo", "-s").ok().err
    assert states(last(cli)) == [("002", "down", "reverted"), ("002", "up", "applied")]
    assert cli("report", "--format", "markdown").ok().out.startswith("## ✅ Applied version 002 again in ")
    page = cli("report").ok().out
    assert 'id="m-002"' in page and 'id="m-002-down"' in page
    assert "  report: migrate-safe report logs/run-report-" in cli("down", "-s", "-v").ok().err
    assert states(last(cli)) == [("002", "down", "reverted")] and len(documents(cli)) == 3
    assert cli("report", "--format", "markdown").ok().out.startswith("## ✅ Reverted 1 migration in ")


def test_what_writes_nothing_leaves_no_report(cli, folder):
    folder.tables(1)
    cli("up", "--dry-run").ok()
    assert not paths(cli)
    cli("up").ok()
    cli("up").ok()
    for command in ("status", "plan", "validate", "report"):
        cli(command).ok()
    assert len(paths(cli)) == 1


def test_stopped_before_the_first_statement(cli, folder, needs_pg_dump):
    folder.tables(1)
    cli("up").ok()
    folder.tables(2)
    (cli.cwd / "backups").write_text("a file where the folder should be\n")
    result = cli("up").failed(5)
    document = last(cli)
    assert document["verdict"] == "stopped" and document["exit_code"] == 5
    assert f"report: migrate-safe report logs/{paths(cli)[-1].name} --output report.html" in result.err
    assert states(document) == [("002", "up", "not_run")] and document["current"] == "001"
    assert document["state"] == "nothing of the migrations was run"
    assert document["error"]["message"] in result.err and document["phases"][-1]["has_failed"]
    assert "Stopped before the first statement: " in cli("report", "--format", "markdown").ok().out


def test_whom_it_waited_for(cli, folder, database):
    """The wait stands in the report with its length and the session that was in the way."""
    folder.write("001_a.up.sql", "CREATE TABLE t(x int);")
    cli("up").ok()
    folder.write("002_b.up.sql", "ALTER TABLE t ADD y int;\nDO $$ BEGIN RAISE WARNING 'in the report'; END $$;")
    with database.connect() as holder:
        holder.execute("BEGIN; SELECT * FROM t; SET LOCAL application_name = 'the reader'")
        running = cli.start("up", "-s")
        logs = cli.cwd / "logs/migrations.jsonl"
        waiting.until(lambda: '"lock_wait"' in logs.read_text())
        holder.rollback()
        assert running.finish().ok()
    step = last(cli)["migrations"][0]
    assert sum(wait["waited_ms"] for wait in step["waits"]) > 0
    blockers = [line for wait in step["waits"] for line in wait["blockers"]]
    assert any("the reader" in line for line in blockers), step
    assert step["notices"] == [{"severity": "WARNING", "message": "in the report", "detail": None}]
    page = cli("report").ok().out
    assert "the reader" in page and "in the report" in page and "When it waited for locks" in page


def test_a_run_that_was_killed_is_told_from_its_log(cli, folder, database):
    folder.write("001_a.up.sql", "CREATE TABLE t(x int);")
    cli("up").ok()
    folder.write("002_b.up.sql", "ALTER TABLE t ADD y int;")
    with database.connect() as holder:
        holder.execute("BEGIN; LOCK TABLE t")
        running = cli.start("up", "-s")
        logs = cli.cwd / "logs/migrations.jsonl"
        waiting.until(lambda: '"lock_wait"' in logs.read_text())
        during = cli("report", "--format", "markdown").ok().out  # at work still: nothing else is known of it
        running.kill()
        assert running.finish().code == -signal.SIGKILL
        holder.rollback()
    assert len(paths(cli)) == 1 and during.startswith("## ❌ No end is recorded of up begun at ")
    document = cli("report", "run", "--json").ok().json()
    assert document["verdict"] == "no_end" and document["report"] is None and document["finished_at"] is None
    assert states(document) == [("002", "up", "unknown")] and document["next"] == "migrate-safe status"
    assert document["database"] == documents(cli)[0]["database"]
    assert "the last that its log knows is lock_wait 002 at " in document["state"]
    assert "<strong>No end</strong> is recorded" in cli("report", document["run_id"][:8]).ok().out
    cli("up", "-s").ok()
    assert cli("report", "run", "--json").ok().json()["verdict"] == "succeeded"


def test_interrupted(cli, folder, database):
    folder.write("001_a.up.sql", "CREATE TABLE t(x int);")
    cli("up").ok()
    folder.write("002_b.up.sql", "ALTER TABLE t ADD y int;")
    with database.connect() as holder:
        holder.execute("BEGIN; LOCK TABLE t")
        running = cli.start("up", "-s")
        logs = cli.cwd / "logs/migrations.jsonl"
        waiting.until(lambda: '"lock_wait"' in logs.read_text())
        running.interrupt()
        assert running.finish().code == 130
        holder.rollback()
    document = last(cli)
    assert document["verdict"] == "failed" and document["exit_code"] == 130
    assert "## ❌ Interrupted: version 002" in cli("report", "--format", "markdown").ok().out


@pytest.mark.once
def test_a_report_that_cannot_be_written_is_one_warning(cli, folder, database):
    folder.tables(1)
    (cli.cwd / "logs").write_text("a file where the folder should be\n")
    result = cli("up", "--json").ok()
    assert result.err.count("warning:") == 1 and result.json()["report"] is None and database.has("t_1")


@pytest.mark.once
@pytest.mark.slow
def test_two_in_one_second(cli, folder):
    """Each keeps its own, whatever the time is."""
    folder.tables(1)
    for command in ("up", "down", "up", "down", "up"):
        cli(command, "-s").ok()
    assert len(documents(cli)) == 5 and len({document["run_id"] for document in documents(cli)}) == 5


def test_no_password_is_in_it(cli, folder):
    folder.write("001_a.up.sql", "DO $$ BEGIN RAISE WARNING 'see postgresql://ann:geheim@db/shop'; END $$;"
                                 "ALTER ROLE nobody_is_called_so PASSWORD 'geheim';")
    cli("up").failed(2)
    assert "geheim" not in paths(cli)[0].read_text()
    assert "geheim" not in cli("report").ok().out


def test_what_was_looked_at_before(cli, folder, database):
    """The checks, the locks that they were made for, and what --force passed over."""
    folder.write("001_a.up.sql", "CREATE TABLE t(x int);")
    cli("up").ok()
    folder.write("002_b.up.sql", "ALTER TABLE t ADD y int;")
    (cli.cwd / "migrate-safe.yaml").write_text("defaults:\n  change-hours: mon 00:00-00:01\n  skip-backup: true\n")
    assert cli("up").failed(1)
    stopped = last(cli)
    assert stopped["verdict"] == "stopped" and not stopped["preflight"]["passed"]
    assert stopped["phases"][-1]["kind"] == "preflight" and stopped["phases"][-1]["has_failed"]
    markdown = cli("report", "--format", "markdown").ok().out
    assert "## ❌ Stopped before the first statement: preflight says no" in markdown
    assert "❌ **fail**: `policy.quiet_hours`" in markdown
    cli("up", "--force").ok()
    document = last(cli)
    assert document["preflight"]["passed"] and document["verdict"] == "succeeded"
    (forced,) = [check for check in document["preflight"]["checks"] if check["passed_over_by"]]
    assert forced["id"] == "policy.quiet_hours" and document["passed_over"][0].startswith("--force: policy.quiet_hours")
    (step,) = document["migrations"]
    assert [(lock["relation"], lock["mode"]) for lock in step["locks"]] == [("public.t", "ACCESS EXCLUSIVE")]
    page = cli("report").ok().out
    assert "Passed over</h3>" in page and "ACCESS EXCLUSIVE on public.t" in page and "at most " in page


def test_hooks_and_smoke_checks(cli, folder):
    (cli.cwd / "migrate-safe.yaml").write_text(
        "defaults:\n  hooks:\n    before-up: echo an output\n    before-migration: 'true'\n"
        "  smoke:\n    - {name: orders, sql: SELECT true}\n    - {name: broken, command: 'false', retries: 0}\n")
    folder.tables(1)
    cli("up").failed(3)
    document = last(cli)
    assert [(hook["kind"], hook["name"], hook["has_failed"]) for hook in document["hooks"]] == [
        ("hook", "before-up", False), ("hook", "before-migration", False), ("smoke", "orders", False), ("smoke", "broken", True)]
    assert document["verdict"] == "unsettled" and document["database"] != "an output"
    assert [phase["what"] for phase in document["phases"] if phase["kind"] == "hook"] == ["before-up", "before-migration"]
    assert kinds(document).index("hook") < kinds(document).index("migration") < kinds(document).index("smoke")
    assert_whole(document)
    paths(cli)[-1].unlink()  # as if it could not have been written
    logged = cli("report", "run", "--json").ok().json()
    assert [hook["name"] for hook in logged["hooks"]] == [hook["name"] for hook in document["hooks"]]
    assert (logged["database"], logged["verdict"]) == (document["database"], "unsettled")


def test_stopped_half_way(cli, folder):
    folder.write("001_a.up.sql", "CREATE TABLE t(x int);\nCREATE INDEX CONCURRENTLY i ON t(x);\nSELECT nope;\n")
    result = cli("up", "--json").failed(2).json()
    step = last(cli)["migrations"][0]
    assert (step["state"], step["statements_done"], step["statements_total"]) == ("partly_done", 2, 3)
    assert not step["is_one_transaction"] and last(cli)["state"] == result["state"]
    assert "partly done" in cli("report").ok().out
    folder.write("001_a.up.sql", "CREATE TABLE t(x int);\nCREATE INDEX CONCURRENTLY i ON t(x);\nSELECT 1;\n")
    cli("up", "-s").ok()
    assert states(last(cli)) == [("001", "up", "applied")]


def test_what_was_taken_back(cli, folder):
    """on-failure: undo-run: the downs stand in the report as what they are."""
    (cli.cwd / "migrate-safe.yaml").write_text("defaults:\n  on-failure: undo-run\n  on-failure-unproven: true\n")
    folder.tables(2)
    folder.write("003_bad.up.sql", "SELECT nope;")
    folder.tables(1, first=4)
    cli("up").failed(2)
    document = last(cli)
    assert states(document) == [("001", "up", "applied"), ("002", "up", "applied"), ("003", "up", "failed"),
                                ("004", "up", "not_run"), ("002", "down", "reverted"), ("001", "down", "reverted")]
    assert [step["is_undo"] for step in document["migrations"]] == [False] * 4 + [True] * 2
    assert document["on_failure"]["undone"] == ["002", "001"] and document["verdict"] == "failed"
    assert kinds(document).index("undo") > kinds(document).index("migration")
    markdown = cli("report", "--format", "markdown").ok().out
    assert "undo-run: taken back: 002, 001" in markdown
    assert "(2 of 4 migrations done before it)" in markdown


# Which one is meant

@pytest.fixture
def offline(cli_without_database):
    return cli_without_database


@pytest.mark.once
def test_the_list(offline):
    assert offline("report", "--list").ok().out == "No run and no rehearsal is kept here\n"
    run_sample.write(offline.cwd / "logs", "succeeded")
    run_sample.write(offline.cwd / "logs", "no_end")
    lines = offline("report", "--list").ok().out.splitlines()
    assert len(lines) == 3 and "0a1b2c3d-000" in lines[1] and "Applied 3 migrations in 4.3 s" in lines[1]
    listed = offline("report", "--list", "--json").ok().json()
    assert [item["verdict"] for item in listed["reports"]] == ["succeeded", "no_end"]
    assert "several runs and rehearsals begin with" in offline("report", "0a1b2c3d").failed(5).err
    assert "one of the two" in offline("report", "run", "--list").failed(5).err


@pytest.mark.once
def test_what_cannot_be_reported(offline):
    assert "there is no report of a run in logs" in offline("report", "run").failed(5).err
    assert "there is no rehearsal" in offline("report", "0a1b2c3d").failed(5).err
    path = run_sample.write(offline.cwd / "logs", "succeeded")
    assert offline("report", "run", "--logs", "elsewhere").failed(5)
    offline("report", "run").ok()
    path.write_text(path.read_text().replace('"exit_code": 0', '"exit_code": "none"'))
    assert "exit_code is not a whole number" in offline("report", path).failed(1).err
    result = offline("report", "run").failed(5)
    assert "warning:" in result.err and "exit_code is not a whole number" in result.err
    os.truncate(path, 100)
    assert offline("report", path).failed(1)
