"""Locks are waited for in short attempts, so that the application never queues behind a migration."""
import time

import pytest

from harness.bystander import never_waiting_long
from harness.history import events, row, versions
from test_locks_holders import hidden, until_told
from test_signals import wait_for

pytestmark = pytest.mark.once

LOCK_WAIT = "wait_event_type = 'Lock'"
HIDDEN = hidden("ALTER TABLE t ADD c int")


@pytest.fixture
def busy(cli, folder, database):
    """A table of the application, and 001 that needs it alone."""
    database.query("CREATE TABLE t (id int PRIMARY KEY)")
    folder.pair("001_alter", "ALTER TABLE t ADD c int;", "ALTER TABLE t DROP c;")
    cli("baseline", "0").ok()
    return database


def test_it_goes_on_once_the_lock_is_free_and_readers_hardly_wait(cli, busy, tmp_path):
    with busy.connect() as blocker, never_waiting_long(busy, "SELECT count(*) FROM t"):
        blocker.execute("BEGIN; SELECT * FROM t")
        running = cli.start("up", "-s")
        start = time.monotonic()
        until_told(tmp_path)
        time.sleep(1)
        assert running.is_running()
        waited_ms = (time.monotonic() - start) * 1000
        blocker.execute("ROLLBACK")
        result = running.finish().ok()
    assert versions(busy) == ["001"]
    assert "waiting for t: pid " in result.err
    assert row(busy, "001", "duration_ms")[0] < waited_ms  # of the attempt that did it


@pytest.mark.parametrize("arguments, code", [(["up"], 2), (["down"], 4)])
def test_at_the_deadline_it_gives_up_and_says_who_and_the_state(cli, busy, arguments, code):
    if arguments == ["down"]:
        cli("up", "-s").ok()
    before = versions(busy)
    with busy.connect(application_name="web") as blocker:
        blocker.execute("BEGIN; SELECT  *\nFROM t")
        pid = blocker.info.backend_pid
        result = cli(*arguments, "-s", "--lock-timeout=50ms", "--lock-deadline=400ms").failed(code)
    assert f"migrations/001_alter.{arguments[0]}.sql:1:1: error: gave up after " in result.err
    assert "ms of waiting for a lock on t (SQLSTATE 55P03)" in result.err
    assert f"detail: waiting for t: pid {pid}, user postgres, application web, idle in transaction " \
           "for " in result.err
    assert ": BEGIN; SELECT * FROM t\n" in result.err
    assert f'psql -c "SELECT pg_terminate_backend({pid})"' in result.err
    assert "--lock-deadline" in result.err
    assert f"nothing of version 001 is {'in the database' if code == 2 else 'undone'}" in result.err
    assert f"next:   once the lock is free: migrate-safe {arguments[0]}" in result.err
    assert versions(busy) == before


@pytest.mark.parametrize("count", [1, 500], ids=["one batch", "several batches"])
def test_all_before_the_lock_is_done_again(cli, folder, busy, count):
    folder.write("001_alter.up.sql", "CREATE TABLE made (id int);\n"
                 + "INSERT INTO made VALUES (1);\n" * count + HIDDEN
                 + "INSERT INTO made VALUES (2);\n")
    with busy.connect() as blocker:
        blocker.execute("BEGIN; SELECT * FROM t")
        running = cli.start("up", "-s")
        wait_for(busy, LOCK_WAIT)
        time.sleep(0.3)
        blocker.execute("ROLLBACK")
        running.finish().ok()
    assert busy.value("SELECT count(*) FROM made") == count + 1
    assert events(busy, "001") == ["applied"]


def test_copy_data_is_sent_again(cli, folder, busy):
    folder.write("001_alter.up.sql", "CREATE TABLE made (id int);\nCOPY made FROM stdin;\n1\n2\n\\.\n"
                                     + HIDDEN)
    with busy.connect() as blocker:
        blocker.execute("BEGIN; SELECT * FROM t")
        running = cli.start("up", "-s")
        wait_for(busy, LOCK_WAIT)
        time.sleep(0.2)
        blocker.execute("ROLLBACK")
        running.finish().ok()
    assert busy.query("SELECT id FROM made ORDER BY id") == [(1,), (2,)]


def test_in_steps_only_the_step_is_tried_again(cli, folder, busy):
    folder.write("001_alter.up.sql", "-- migrate-safe: no-transaction\nCREATE TABLE made (id int);\n"
                                     + HIDDEN + "CREATE TABLE more (id int);\n")
    with busy.connect() as blocker:
        blocker.execute("BEGIN; SELECT * FROM t")
        running = cli.start("up", "-s")
        wait_for(busy, LOCK_WAIT)
        time.sleep(0.2)
        blocker.execute("ROLLBACK")
        running.finish().ok()
    assert row(busy, "001", "statements_done", "dirty") == (3, False)
    assert events(busy, "001").count("statements_done") == 3


def test_in_steps_the_deadline_leaves_it_dirty(cli, folder, busy):
    folder.write("001_alter.up.sql", "-- migrate-safe: no-transaction\nCREATE TABLE made (id int);\n"
                                     "ALTER TABLE t ADD c int;\n")
    with busy.connect() as blocker:
        blocker.execute("BEGIN; SELECT * FROM t")
        result = cli("up", "-s", "--lock-deadline", "300ms").failed(2)
    assert "version 001 is dirty: 1 of its 2 statements are committed" in result.err


def test_concurrently_waits_in_peace(cli, folder, busy):
    """It blocks nobody: no lock timeout for it."""
    folder.write("001_alter.up.sql", "CREATE INDEX CONCURRENTLY i ON t (id);\n")
    with busy.connect() as blocker:
        blocker.execute("BEGIN; INSERT INTO t VALUES (1)")
        running = cli.start("up", "-s")
        wait_for(busy, LOCK_WAIT)
        time.sleep(0.5)
        assert running.is_running()
        blocker.execute("COMMIT")
        result = running.finish().ok()
    assert "waiting for a lock" not in result.err


def test_the_files_own_lock_timeout_counts(cli, folder, busy):
    folder.write("001_alter.up.sql", "-- migrate-safe: lock-timeout 700ms\n" + HIDDEN)
    with busy.connect() as blocker:
        blocker.execute("BEGIN; SELECT * FROM t")
        start = time.monotonic()
        cli("up", "-s", "--lock-deadline", "100ms").failed(2)
        assert time.monotonic() - start >= 0.7


def test_statement_timeout_is_no_reason_to_try_again(cli, folder, busy):
    folder.write("001_alter.up.sql", "SELECT pg_sleep(600);")
    result = cli("up", "-s", "--statement-timeout", "100ms").failed(2)
    assert "canceling statement due to statement timeout" in result.err
    folder.write("001_alter.up.sql", "-- migrate-safe: statement-timeout 100ms\nSELECT pg_sleep(600);")
    assert "statement timeout" in cli("up", "-s").failed(2).err


def test_a_deadlock_is_tried_again(cli, folder, database):
    database.query("CREATE TABLE a (id int); CREATE TABLE b (id int)")
    folder.write("001_both.up.sql", "-- migrate-safe: lock-timeout 1min\n"
                                    + hidden("ALTER TABLE a ADD c int; ALTER TABLE b ADD c int"))
    cli("baseline", "0").ok()
    with database.connect() as other:
        other.execute("SET deadlock_timeout = '1min'; BEGIN; LOCK TABLE b IN ACCESS EXCLUSIVE MODE")
        running = cli.start("up", "-s")
        wait_for(database, LOCK_WAIT)
        # The program's backend has waited for b and now this one for a: the program's finds it.
        other.execute("LOCK TABLE a IN ACCESS EXCLUSIVE MODE")
        other.execute("COMMIT")
        result = running.finish().ok()
    assert "waiting for a lock" in result.err
    assert versions(database) == ["001"]
