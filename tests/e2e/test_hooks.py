"""The block `hooks:`: when each command runs, what it is told, and what its failure means."""
import json
import os
import pathlib
import re
import signal
import stat

import pytest

from harness import documents
from harness.history import versions
from harness.message import said
from harness.program import ROOT
from harness.waiting import until

pytestmark = pytest.mark.once

TOLD = """#!/bin/sh
env | grep ^MIGRATE_SAFE_ | sort >"$MIGRATE_SAFE_HOOK.$(ls | grep -c "^$MIGRATE_SAFE_HOOK[.]")"
echo "$MIGRATE_SAFE_HOOK $MIGRATE_SAFE_VERSION" >>calls
"""


@pytest.fixture
def script(tmp_path):
    """script(text): an executable file, by its name relative to the folder of the configuration."""
    def write(name, text):
        path = tmp_path / name
        path.write_text(text)
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return f"./{name}"
    return write


@pytest.fixture
def configure(tmp_path):
    """configure(hooks): the configuration with these hooks and no backup, as JSON (which is YAML)."""
    def write(hooks=None, backup=False, **settings):
        defaults = {**({} if backup else {"skip-backup": True}), **settings}
        if hooks is not None:
            defaults["hooks"] = hooks
        (tmp_path / "migrate-safe.yaml").write_text(json.dumps({"defaults": defaults}))
    return write


@pytest.fixture
def shop(cli, folder, database):
    """001 is applied, 002 and 003 wait."""
    folder.tables(1)
    cli("up").ok()
    folder.tables(2, first=2)
    return database


def log(cli):
    return [json.loads(line) for line in (cli.cwd / "logs/migrations.jsonl").read_text().splitlines()]


def output(cli, subject):
    return [line["message"] for line in log(cli) if line["event"] == "hook_output" and line["subject"] == subject]


def facts(cli, hook, index=0):
    lines = (cli.cwd / f"{hook}.{index}").read_text().splitlines()
    return {name.removeprefix("MIGRATE_SAFE_"): value for name, _, value in (line.partition("=") for line in lines)}


MOMENTS = ["before-up", "after-up", "before-down", "after-down", "before-backup", "after-backup", "before-migration",
           "after-migration", "after-failure"]


@pytest.mark.usefixtures("needs_pg_dump")
def test_each_runs_at_its_moment_and_is_told_what_it_is_about(cli, shop, script, configure):
    told = script("told", TOLD)
    configure({moment: told for moment in MOMENTS}, backup=True, **{"backup-level": "exists"})
    document = cli("up", "--json").ok().json()
    calls = (cli.cwd / "calls").read_text().splitlines()
    assert calls == ["before-up ", "before-backup ", "after-backup ", "before-migration 002", "after-migration 002",
                     "before-migration 003", "after-migration 003", "after-up "]
    before = facts(cli, "before-up")
    assert before["RUN_ID"] == document["run_id"] and before["DATABASE"] == shop.name
    assert (before["COMMAND"], before["DIRECTION"], before["VERSIONS"], before["STATE"]) == ("up", "up", "002 003", "clean")
    assert before["TARGET"].startswith("postgresql://") and shop.name in before["TARGET"]
    second = facts(cli, "after-migration", 1)
    assert (second["VERSION"], second["NAME"], second["DIRECTION"]) == ("003", "table_3", "up")
    assert second["FILE"] == str(cli.cwd / "migrations/003_table_3.up.sql")
    after = facts(cli, "after-up")
    assert after["BACKUP_ID"] == document["backup"]["id"] and pathlib.Path(after["BACKUP_PATH"]).exists()
    done = [line for line in log(cli) if line["event"] == "hook_done"]
    assert [line["subject"] for line in done] == [call.split()[0] for call in calls]
    assert {line["run_id"] for line in done} == {document["run_id"]} and all("duration_ms" in line for line in done)
    cli("down", "-s").ok()
    assert (cli.cwd / "calls").read_text().splitlines()[8:] == [
        "before-down ", "before-migration 003", "after-migration 003", "after-down "]
    cli("redo", "-s").ok()
    assert [call.split()[0] for call in (cli.cwd / "calls").read_text().splitlines()[12:]] == [
        "before-down", "before-migration", "after-migration", "after-down",
        "before-up", "before-migration", "after-migration", "after-up"]


def test_what_before_up_stops_is_gone_when_preflight_looks(cli, shop, configure):
    configure({"before-up": "true", "after-up": "true"}, smoke=[{"name": "sound", "sql": "SELECT true"}])
    report = json.loads((cli.cwd / cli("up", "--json").ok().json()["report"]).read_text())
    phases = [(phase["kind"], phase["what"]) for phase in report["phases"]]
    assert phases.index(("hook", "before-up")) < phases.index(("preflight", None)) < phases.index(("migration", "002"))
    assert phases.index(("smoke", None)) < phases.index(("hook", "after-up"))
    assert [(hook["kind"], hook["name"], hook["has_failed"]) for hook in report["hooks"]] == [
        ("hook", "before-up", False), ("smoke", "sound", False), ("hook", "after-up", False)]


def test_with_nothing_pending_and_in_a_dry_run_none_runs(cli, shop, script, configure):
    configure({"before-up": script("told", TOLD)}, smoke=[{"sql": "SELECT true"}], maintenance={"on": "true", "off": "true"})
    assert "\naround before-up, maintenance mode, 1 smoke check\n" in cli("up", "--dry-run").ok().out
    assert cli("plan", "--json").ok().json()["around"] == "before-up, maintenance mode, 1 smoke check"
    assert not (cli.cwd / "calls").exists()
    cli("up").ok()
    cli("up").ok()
    assert (cli.cwd / "calls").read_text() == "before-up \n"


def test_one_that_fails_before_stops_everything_and_after_failure_is_told(cli, shop, script, configure):
    configure({"before-up": ["sh", "-c", "echo starting; echo the door is shut >&2; exit 7"],
               "after-failure": script("told", TOLD)})
    result = cli("up").failed(1)
    assert said(result) == (1, "migrate-safe: error: before-up: sh ended with 7: the door is shut",
                            "correct it, or let it be a warning: failure: warn (migrate-safe.yaml:1:47)")
    assert versions(shop) == ["001"] and not shop.has("t_2")
    assert facts(cli, "after-failure")["STATE"] == "clean"
    assert output(cli, "before-up") == ["before-up: starting", "before-up: the door is shut"]


@pytest.mark.slice
@pytest.mark.parametrize("failure, warns", [("warn", True), ("ignore", False)])
def test_its_failure_may_be_a_warning_or_nothing(cli, shop, configure, failure, warns):
    configure({"before-up": {"command": "false", "failure": failure}})
    result = cli("up").ok()
    assert ("warning: before-up: false ended with 1" in result.err) == warns
    assert versions(shop) == ["001", "002", "003"]
    assert [line["message"] for line in log(cli) if line["event"] == "hook_failed"] == ["before-up: false ended with 1"]


def test_one_that_fails_behind_is_3_and_says_what_stays(cli, shop, script, configure):
    configure({"after-up": "false", "after-failure": script("told", TOLD)})
    result = cli("up", "--json").failed(3)
    assert "2 migrations of this run are applied, and so it stays" in result.err
    assert "migrate-safe down --steps 2" in result.err
    document = result.json()
    assert document["exit_code"] == 3 and document["error"]["class"] == "verify" and document["done"] == 2
    assert versions(shop) == ["001", "002", "003"]
    told = facts(cli, "after-failure")
    assert told["STATE"] == "clean" and told["ERROR"] == "after-up: false ended with 1"


def test_before_and_after_a_migration(cli, shop, configure):
    configure({"before-migration": ["sh", "-c", 'test "$MIGRATE_SAFE_VERSION" != 003']})
    result = cli("up").failed(1)
    assert "nothing of version 003 is in the database; 1 migration before it in this run stays" in result.err
    assert "next:   correct that, then migrate-safe up" in result.err
    assert versions(shop) == ["001", "002"]
    configure({"after-migration": "false"})
    cli("down").failed(3)
    assert versions(shop) == ["001"]
    result = cli("up").failed(3)
    assert "1 migration of this run is applied, and so it stays; 1 behind were not begun" in result.err
    assert "next:   put right what failed, then migrate-safe up goes on" in result.err


def test_a_migration_that_fails_tells_after_failure(cli, folder, shop, script, configure):
    configure({"after-failure": script("told", TOLD)})
    folder.write("002_table_2.up.sql", "CREATE TABLE t_2 (id nonsense);")
    cli("up").failed(2)
    told = facts(cli, "after-failure")
    assert told["STATE"] == "clean" and 'type "nonsense" does not exist' in told["ERROR"]


def test_it_is_tried_again(cli, shop, script, configure):
    again = script("again", "#!/bin/sh\necho x >>tries\ntest $(wc -l <tries) -ge 3\n")
    configure({"before-up": {"command": again, "retries": 2, "pause": "10ms"}})
    cli("up").ok()
    assert (cli.cwd / "tries").read_text() == "x\n" * 3
    assert output(cli, "before-up") == ["before-up: ./again ended with 1; 2 more attempts",
                                        "before-up: ./again ended with 1; 1 more attempt"]


def test_one_that_hangs_is_ended_with_all_it_started(cli, shop, script, configure):
    hang = script("hang", "#!/bin/sh\n(trap '' TERM; exec sleep 600) &\necho $! >child\nwait\n")
    configure({"before-up": {"command": hang, "timeout": "300ms"}})
    result = cli("up").failed(1)
    assert "before-up: ./hang did not end within 0.3 s, and was ended" in result.err
    child = pathlib.Path(f"/proc/{(cli.cwd / 'child').read_text().strip()}")
    until(lambda: not child.exists() or "\nState:\tZ" in (child / "status").read_text(), "the end of its child")
    assert versions(shop) == ["001"]


@pytest.mark.slow  # tests/unit/run/hook has it too
def test_a_flood_is_bounded_and_its_end_is_kept(cli, shop, configure):
    configure({"before-up": ["sh", "-c", "echo first; yes 'a line that is long enough to count for something' | head -n 200000; "
                                         "echo last words >&2; exit 3"]})
    result = cli("up").failed(1)
    assert "last words" in result.err
    lines = output(cli, "before-up")
    assert lines[0] == "before-up: first" and lines[-1] == "before-up: last words" and len(lines) < 6000
    assert any("lines are left out here" in line for line in lines)


def test_its_output_may_be_anything(cli, shop, script, configure):
    dirty = script("dirty", "#!/bin/sh\nprintf 'bar 1\\rbar 2\\r\\n\\033[31mred\\000nul\\377\\n%0100000d\\n' 0\n")
    configure({"before-up": dirty})
    cli("up").ok()
    lines = output(cli, "before-up")
    assert lines[:2] == ["before-up: bar 1", "before-up: bar 2"] and "red nul\ufffd" in lines[2]
    assert lines[3].endswith("... (a line of more than 8192 bytes)")


def test_secrets_are_in_no_log(cli, shop, script, configure):
    speaks = script("speaks", "#!/bin/sh\necho \"with $DEPLOY_TOKEN and password=geheim1\"\n"
                              "echo 'Authorization: Bearer geheim2' >&2\necho $MIGRATE_SAFE_TARGET\nexit 1\n")
    configure({"before-up": speaks, "after-failure": speaks})
    result = cli("up", "--verbose", env={"DEPLOY_TOKEN": "geheim-token"}).failed(1)
    everything = result.out + result.err + "".join(path.read_text() for path in (cli.cwd / "logs").iterdir())
    assert "geheim" not in everything and "with *** and password=***" in everything


def test_the_password_of_the_database_is_in_nothing_of_ours(cli, shop, script, configure):
    configure({"before-up": script("told", TOLD)})
    cli("up", env={"DATABASE_URL": shop.url.replace("postgresql://postgres@", "postgresql://postgres:geheim@")
                   if "postgresql://postgres@" in shop.url else f"{shop.url}&password=geheim", "PGPASSWORD": "geheim"}).ok()
    assert "geheim" not in (cli.cwd / "before-up.0").read_text()


@pytest.mark.slice
@pytest.mark.parametrize("command, why", [("/no/such/program", "cannot execute /no/such/program: No such file"),
                                          ("no-such-program", "cannot execute no-such-program"),
                                          ("./plain", "cannot execute ./plain: Permission denied")])
def test_what_cannot_be_run(cli, shop, configure, command, why):
    (cli.cwd / "plain").write_text("echo")
    configure({"before-up": command})
    assert why in cli("up").failed(1).err and versions(shop) == ["001"]


def started(path):
    return until(lambda: path.exists() and path.read_text().strip(), "the hook")


SLOW = "#!/bin/sh\necho $$ >started\nexec sleep 600\n"


@pytest.mark.slice
@pytest.mark.parametrize("moment, code, left", [("after-migration", 130, ["001", "002"]), ("before-up", 130, ["001"]),
                                                ("after-up", 130, ["001", "002", "003"])])
def test_ctrl_c_ends_it_and_the_state_is_told(cli, shop, script, configure, moment, code, left):
    configure({moment: script("slow", SLOW), "after-failure": script("told", TOLD)})
    running = cli.start("up")
    child = pathlib.Path(f"/proc/{started(cli.cwd / 'started')}")
    result = running.interrupt().finish().failed(code)
    assert not child.exists() and versions(shop) == left
    assert facts(cli, "after-failure")["STATE"] == "clean"
    if moment != "before-up":
        assert "stay" in result.err and "next:" in result.err
    configure()
    cli("up").ok()
    assert versions(shop) == ["001", "002", "003"]


@pytest.mark.slice
@pytest.mark.parametrize("moment, left", [("after-migration", ["001", "002"]), ("before-up", ["001"])])
def test_killed_meanwhile_the_hook_ends_and_the_next_run_goes_on(cli, shop, script, configure, moment, left):
    configure({moment: script("slow", SLOW)})
    running = cli.start("up")
    child = pathlib.Path(f"/proc/{started(cli.cwd / 'started')}")
    running.kill().finish().failed(-signal.SIGKILL)
    until(lambda: not child.exists(), "the hook's end")
    assert versions(shop) == left
    configure()
    cli("up").ok()
    assert versions(shop) == ["001", "002", "003"]


def test_the_session_may_be_idle_meanwhile(cli, shop, configure):
    if shop.server.major < 14:
        pytest.skip("idle_session_timeout is not there before PostgreSQL 14")
    configure({"before-up": "sleep 0.4", "after-migration": "sleep 0.4"})
    cli("up", env={"PGOPTIONS": "-c idle_session_timeout=200"}).ok()


WRONG = [
    ('{before-upp: "true"}', 'unknown setting "before-upp" of hooks:', "did you mean: before-up"),
    ('{before-up: {comand: "true"}}', 'unknown setting "comand" of hooks:', "did you mean: command"),
    ("{before-up: {timeout: 1s}}", "before-up: has no command:", None),
    ('{before-up: {command: "true", timeout: soon}}', "timeout: takes a time of at most a week", "write it with its unit: 250ms, 10s, 5min"),
    ('{before-up: {command: "true", failure: perhaps}}', "failure: is fail, warn or ignore", None),
    ('{before-up: {command: "true", retries: -1}}', "retries: takes a whole number", None),
    ("""{before-up: "sh -c 'true"}""", "before-up: has a quote without an end", "close it, or write the command as a list of words"),
    ("[a]", "expected settings of hooks: here", None),
]


@pytest.mark.parametrize("text, message, hint", WRONG)
def test_what_is_wrong_is_an_error_with_its_line(cli_without_database, tmp_path, text, message, hint):
    (tmp_path / "migrate-safe.yaml").write_text(f"environments:\n  live:\n    hooks: {text}\n")
    code, shown, suggested = said(cli_without_database("config"))
    assert code == 5 and "migrate-safe.yaml:3:" in shown and message in shown
    assert suggested == hint or hint is None and suggested.startswith("for example:")


def test_config_shows_them_with_their_origin(cli_without_database, tmp_path):
    (tmp_path / "migrate-safe.yaml").write_text("""\
defaults:
  hooks:
    before-up: systemctl stop shop
    after-up: [sh, -c, "echo password=geheim"]
    before-down: "true"
environments:
  production:
    database: postgresql://db/shop
    hooks:
      before-up: {command: kubectl scale deployment shop --replicas=0, failure: warn}
      before-down:
""")
    def rows(*arguments):
        settings = cli_without_database("config", "--json", *arguments).ok().json()["settings"]
        return {row["name"]: (row["value"], row["origin"], row["from"]) for row in settings if "." in row["name"]}
    assert rows() == {
        "hooks.before-up": ("systemctl stop shop", "defaults", "migrate-safe.yaml:3:5"),
        "hooks.after-up": ("sh -c 'echo password=***'", "defaults", "migrate-safe.yaml:4:5"),
        "hooks.before-down": ("true", "defaults", "migrate-safe.yaml:5:5")}
    production = rows("--env", "production")
    assert production["hooks.before-up"] == ("kubectl scale deployment shop --replicas=0 (failure: warn)", "environment",
                                             "migrate-safe.yaml:10:7")
    assert set(production) == {"hooks.before-up", "hooks.after-up"}
    assert cli_without_database("config", "hooks.before-up").ok().out == "systemctl stop shop\n"


def test_a_hook_of_a_configuration_elsewhere(cli, shop, tmp_path):
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf/stop").write_text("#!/bin/sh\necho stopped >here\n")
    os.chmod(tmp_path / "conf/stop", 0o755)
    (tmp_path / "conf/migrate-safe.yaml").write_text(
        "defaults:\n  dir: ../migrations\n  skip-backup: true\n  hooks:\n    before-up: ./stop\n")
    cli("up", "--config", "conf/migrate-safe.yaml").ok()
    assert (tmp_path / "here").exists()


def test_after_backup_is_said_once(cli, shop, tmp_path):
    (tmp_path / "migrate-safe.yaml").write_text("defaults:\n  after-backup: 'true'\n  hooks:\n    after-backup: 'true'\n")
    assert said(cli("up")) == (
        5, "migrate-safe: error: after-backup is said twice: migrate-safe.yaml:2:3 and migrate-safe.yaml:4:5",
        "leave one of them out; hooks: has room for a timeout and retries")


def examples():
    return [text for language, text in documents.fenced((ROOT / "docs/hooks.md").read_text()) if language == "yaml"]


@pytest.mark.parametrize("text", examples())
def test_the_examples_of_the_document_are_read(cli_without_database, tmp_path, text):
    (tmp_path / "migrate-safe.yaml").write_text(text)
    rows = cli_without_database("config", "--json", *(["--env", "production"] if "production:" in text else [])).ok().json()["settings"]
    assert any(row["name"].partition(".")[0] in ("hooks", "maintenance", "smoke") for row in rows)
