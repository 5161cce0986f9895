"""No room left: for the log files, for what is printed, on the server."""
import shutil
import subprocess

import pytest

from harness.history import versions
from harness.message import first, hint, said

pytestmark = pytest.mark.once

LOGS = ("cannot write logs/migrations.jsonl: No space left on device",
        "the work goes on; the journal in the database is the record")


# ---- log files: one warning, and the work goes on

def test_a_log_that_cannot_be_written(cli, folder, database, tmp_path):
    folder.tables(3)
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs/migrations.jsonl").symlink_to("/dev/full")
    assert said(cli("up")) == (0, f"migrate-safe: warning: {LOGS[0]}", LOGS[1])
    assert len(versions(database)) == 3
    assert cli("down", "-s").ok().err.count("warning") == 1


@pytest.mark.parametrize("place, reason", [
    ("file", "cannot make directory file: Not a directory"),
    ("file/below", "cannot make directory file: Not a directory"),
    ("/proc/nowhere", "cannot make directory /proc/nowhere: No such file or directory")])
def test_logs_that_cannot_be_begun(cli, folder, database, tmp_path, place, reason):
    folder.tables(1)
    (tmp_path / "file").write_text("")
    assert said(cli("up", "--logs", place)) == (0, f"migrate-safe: warning: {reason}", LOGS[1])
    assert versions(database) == ["001"]


def test_a_disk_that_fills_up_under_the_logs(cli, folder, database, small_disk):
    folder.pair("001_x", "DO $$ BEGIN FOR i IN 1..9000 LOOP RAISE NOTICE '%', repeat('x', 500); "
                         "END LOOP; END $$;", "SELECT 1;")
    folder.tables(1, first=2)
    result = cli("up", "--logs", small_disk).ok()
    assert result.err.count("warning: cannot write") == 1
    assert "No space left on device" in first(result)
    assert len(versions(database)) == 2


# ---- what is printed

def run_to(cli, target, *arguments):
    line = ["sh", "-c", f'exec "$0" "$@" {target}', cli.binary, *arguments]
    return subprocess.run(line, cwd=cli.cwd, env=cli.environment(), text=True, timeout=60,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)


@pytest.mark.parametrize("options", [[], ["--json"]], ids=str)
@pytest.mark.parametrize("command", ["status", "plan", "validate", "history", "help", "up"])
def test_output_that_is_lost_is_a_failure(cli, folder, database, command, options):
    folder.tables(1)
    result = run_to(cli, ">/dev/full", command, *options)
    assert result.returncode == 5
    assert "migrate-safe: error: stdout could not be written" in result.stderr
    assert "  hint:   what was done is done: migrate-safe status\n" in result.stderr
    assert versions(database) == (["001"] if command == "up" else [])


def test_a_closed_stdout_is_not_the_servers_socket(cli, folder, database):
    """Descriptor 1 must not be given to a connection or a file of ours."""
    folder.tables(3)
    for target in (">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"):
        run_to(cli, target, "up", "--skip-backup")
        run_to(cli, target, "status")
        assert len(versions(database)) == 3
        run_to(cli, target, "down", "--to", "0", "--skip-backup")
        assert versions(database) == []


def test_a_reader_that_has_seen_enough(cli, folder, database):
    """`up | head -1`: the work is done, nobody is told of a broken pipe."""
    folder.tables(500)
    line = ["sh", "-c", '"$0" up | head -1', cli.binary]
    result = subprocess.run(line, cwd=cli.cwd, env=cli.environment(), text=True, timeout=60,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert result.stdout.startswith("preflight  ") and result.stderr == ""
    assert len(versions(database)) == 500


# ---- the server's disk

def test_the_servers_disk_is_full(cli, folder, database, cluster, small_disk):
    home = small_disk / "space"
    home.mkdir()
    small_disk.chmod(0o755)
    cluster.programs.who.give(home)
    cluster.query(f"CREATE TABLESPACE small LOCATION '{home}'")
    try:
        folder.tables(1)
        folder.pair("002_large", """
            CREATE TABLE large (t text) TABLESPACE small;
            INSERT INTO large SELECT repeat(md5(i::text), 100) FROM generate_series(1, 20000) i;
        """, "DROP TABLE large;")
        result = cli("up").failed(2)
        assert result.err.startswith("migrations/002_large.up.sql:2:1: error: could not extend file ")
        assert "No space left on device (SQLSTATE 53100)\n" in result.err
        assert hint(result) == "Check free disk space."
        assert ("  state:  nothing of version 002 is in the database; 1 migration before it in this run "
                "stays\n") in result.err
        assert versions(database) == ["001"] and not database.has("large")
        assert " 1 pending" in cli("status").ok().out
    finally:
        database.query("DROP TABLE IF EXISTS large")
        cluster.query("DROP TABLESPACE small")
        shutil.rmtree(home, ignore_errors=True)
