"""Maintenance mode: on before the migrations, off behind them, whatever happens in between."""
import json
import pathlib
import signal

import pytest

from harness.history import versions
from harness.message import said
from harness.waiting import until

pytestmark = pytest.mark.once

ON = ["sh", "-c", "echo on >>mode"]
OFF = ["sh", "-c", "echo off >>mode"]


@pytest.fixture
def maintain(folder, tmp_path):
    """maintain(...): the configuration with this maintenance mode."""
    folder.tables(2)

    def write(on=ON, off=OFF, hooks=None, smoke=None, **settings):
        (tmp_path / "migrate-safe.yaml").write_text(json.dumps({"defaults": {
            "skip-backup": True, "hooks": hooks or {}, "smoke": smoke or [], "maintenance": {"on": on, "off": off, **settings}}}))
    return write


def mode(cli):
    path = cli.cwd / "mode"
    return path.read_text().split() if path.exists() else []


def journal(database):
    return [event for event, in database.query(
        "SELECT event FROM migrate_safe.journal WHERE event LIKE 'maintenance%' ORDER BY id")]


def test_it_is_on_around_the_migrations(cli, maintain, folder, database):
    maintain(hooks={"before-up": ["sh", "-c", "echo before >>mode"], "after-up": ["sh", "-c", "echo after >>mode"],
                    "before-migration": ["sh", "-c", "echo migration >>mode"]},
             smoke=[{"command": ["sh", "-c", "echo smoke >>mode"]}])
    result = cli("up").ok()
    assert mode(cli) == ["before", "on", "migration", "migration", "off", "smoke", "after"]
    assert "maintenance mode is on" in result.out and "maintenance mode is off" in result.out
    assert journal(database) == ["maintenance_on", "maintenance_off"]
    cli("redo").ok()
    assert mode(cli)[7:] == ["on", "migration", "before", "migration", "off", "smoke", "after"]
    cli("up").ok()
    assert len(mode(cli)) == 14


def test_it_is_off_again_after_a_failure(cli, maintain, folder, database):
    maintain()
    folder.write("002_table_2.up.sql", "CREATE TABLE t_2 (id nonsense);")
    cli("up").failed(2)
    assert mode(cli) == ["on", "off"] and journal(database) == ["maintenance_on", "maintenance_off"]


def test_it_is_off_again_after_ctrl_c(cli, maintain, folder, database):
    maintain()
    folder.write("002_table_2.up.sql", "SELECT pg_sleep(600);")
    running = cli.start("up")
    until(lambda: database.value("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
                                 " AND datname = current_database()"), "the migration")
    running.interrupt().finish().failed(130)
    assert mode(cli) == ["on", "off"] and journal(database) == ["maintenance_on", "maintenance_off"]


def test_an_on_that_fails_stops_everything_and_is_followed_by_off(cli, maintain, database):
    maintain(on=["sh", "-c", "echo on >>mode; exit 1"])
    result = cli("up").failed(1)
    assert "maintenance on: sh ended with 1" in result.err and "nothing of version 001 is in the database" in result.err
    assert mode(cli) == ["on", "off"] and versions(database) == []


def test_an_off_that_fails_is_said_and_the_next_run_tries_again(cli, maintain, database):
    maintain(off="false")
    result = cli("up").failed(3)
    assert "maintenance off: false ended with 1" in result.err and "maintenance mode is still on" in result.err
    assert versions(database) == ["001", "002"]
    assert "maintenance" in cli("status").ok().out
    assert cli("up").failed(3).err.count("ended with 1") == 1
    maintain()
    assert "maintenance mode is off" in cli("up").ok().out
    assert mode(cli)[-1] == "off" and journal(database) == ["maintenance_on", "maintenance_off"]
    cli("up").ok()
    assert mode(cli).count("off") == 1


def test_killed_in_it_status_says_so_and_the_next_up_ends_it(cli, maintain, folder, database):
    maintain(on=["sh", "-c", "echo on >>mode; echo $$ >started; exec sleep 600"])
    running = cli.start("up")
    child = pathlib.Path(f"/proc/{until(lambda: (cli.cwd / 'started').exists() and (cli.cwd / 'started').read_text().strip())}")
    running.kill().finish().failed(-signal.SIGKILL)
    until(lambda: not child.exists(), "the hook's end")
    maintain()
    result = cli("status").ok()
    assert "maintenance mode is on since " in result.out and "migrate-safe up" in result.out
    assert cli("status", "--json").ok().json()["maintenance"].startswith("on since ")
    cli("up", "--dry-run").ok()
    assert mode(cli) == ["on"]
    cli("up").ok()
    assert mode(cli) == ["on", "on", "off"] and "maintenance" not in cli("status").ok().out


def test_it_waits_until_the_application_is_gone(cli, maintain, database):
    maintain(**{"wait-for-disconnect": {"application": "shop-*", "timeout": "1min"}})
    with database.connect(application_name="shop-web-1"), database.connect(application_name="other"):
        running = cli.start("up")
        until(lambda: mode(cli) == ["on"])
        until(lambda: database.value("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%wanted (pattern)%'"
                                     " AND application_name LIKE 'migrate-safe%'"), "it looks")
        assert versions(database) == []
    result = running.finish().ok()
    assert "its connections are gone" in result.out and mode(cli) == ["on", "off"]


def test_those_that_stay_are_named(cli, maintain, database, roles):
    maintain(**{"wait-for-disconnect": {"application": ["web%", "job"], "role": "nobody_here", "timeout": "1ms"}})
    with database.connect(application_name="job") as job, database.connect(application_name="web1"):
        result = cli("up").failed(1)
        pid = job.info.backend_pid
    assert "1 connection is still connected after 0 s of maintenance mode" in result.err
    assert f"pid {pid}: job of postgres" in result.err and "web1" not in result.err
    assert mode(cli) == ["on", "off"] and versions(database) == []


@pytest.mark.slow
def test_the_backup_may_be_inside(cli, maintain, database, needs_pg_dump):
    maintain(backup="inside", hooks={"before-backup": ["sh", "-c", "echo backup >>mode"]})
    cli("up", "--no-skip-backup", "--level", "exists").ok()
    database.query("CREATE TABLE keep (id int)")
    cli("down", "--no-skip-backup", "--level", "exists").ok()
    assert mode(cli) == ["on", "off", "on", "backup", "off"]
    maintain(hooks={"before-backup": ["sh", "-c", "echo backup >>mode"]})
    cli("up", "--no-skip-backup", "--level", "exists").ok()
    assert mode(cli)[5:] == ["backup", "on", "off"]


WRONG = [
    ("{on: 'true'}", "maintenance: needs both on: and off:"),
    ("{on: {command: 'true', failure: warn}, off: 'true'}", "failure: of on: can only be fail"),
    ("{on: 'true', off: 'true', wait-for-disconnect: {timeout: 1s}}", "needs the application: or role: that has to go"),
    ("{on: 'true', off: 'true', backup: during}", "backup: is before or inside"),
    ("{on: 'true', of: 'true'}", 'unknown setting "of" of maintenance:'),
]


def test_what_is_wrong_is_an_error_with_its_line(cli_without_database, tmp_path):
    for text, message in WRONG:
        (tmp_path / "migrate-safe.yaml").write_text(f"defaults:\n  maintenance: {text}\n")
        code, shown, _ = said(cli_without_database("config"))
        assert code == 5 and "migrate-safe.yaml:2:" in shown and message in shown, text


def test_config_shows_it(cli_without_database, tmp_path):
    (tmp_path / "migrate-safe.yaml").write_text(
        "defaults:\n  maintenance:\n    on: systemctl stop shop\n    off: systemctl start shop\n"
        "    wait-for-disconnect: {application: shop, role: [app, jobs]}\n")
    shown = cli_without_database("config").ok().out
    for row in ("maintenance.on", "maintenance.off", "maintenance.backup", "systemctl start shop",
                "application shop, role app jobs"):
        assert row in shown
