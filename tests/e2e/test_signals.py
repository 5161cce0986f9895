"""Ctrl-C and SIGTERM: the server's statement is cancelled, nothing is left, 130."""
import signal

import pytest
from harness.history import events, row, versions
from harness.waiting import until

BACKENDS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()" \
           " AND application_name LIKE 'migrate-safe%'"


def wait_for(database, condition):
    """Until the condition (on pg_stat_activity) holds for a backend of the program."""
    until(lambda: database.value(f"{BACKENDS} AND ({condition})"), condition)


SLEEPS = "wait_event = 'PgSleep'"


def assert_all_quiet(database):
    until(lambda: not database.value(BACKENDS))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_statement_is_cancelled_and_nothing_is_left(cli, folder, database, number):
    folder.tables(1)
    folder.write("002_slow.up.sql", "CREATE TABLE slow (id int);\nSELECT pg_sleep(600);\n")
    running = cli.start("up", "--json")
    wait_for(database, SLEEPS)
    running.process.send_signal(number)
    result = running.finish().failed(130)
    assert_all_quiet(database)
    assert "migrations/002_slow.up.sql:2:1: interrupted:" in result.err
    assert "nothing of version 002 is in the database" in result.err
    assert "next:   migrate-safe status, then migrate-safe up" in result.err
    assert result.json()["error"]["class"] == "interrupted" and result.json()["exit_code"] == 130
    assert versions(database) == ["001"] and not database.has("slow")
    assert "canceling statement due to user request" in database.server.log.read_text()


def test_between_statements_too(cli, folder, database):
    folder.write("001_many.up.sql", "CREATE TABLE t (id int);\n" + "SELECT pg_sleep(0.01);\n" * 5000)
    running = cli.start("up")
    wait_for(database, "state = 'active' AND query LIKE '%pg_sleep%'")
    running.interrupt()
    running.finish().failed(130)
    assert versions(database) == [] and not database.has("t")


def test_during_copy(cli, folder, database):
    data = "".join(f"{number}\n" for number in range(3_000_000))
    folder.write("001_copy.up.sql", "CREATE TABLE t (id int, s int GENERATED ALWAYS AS (id + 1) STORED);\n"
                                    "COPY t (id) FROM stdin;\n" + data + "\\.\n")
    running = cli.start("up")
    wait_for(database, "query LIKE 'COPY%' AND state = 'active'")
    running.interrupt()
    running.finish().failed(130)
    assert_all_quiet(database)
    assert versions(database) == [] and not database.has("t")


def test_in_steps_it_is_dirty_and_says_so(cli, folder, database):
    folder.write("001_steps.up.sql", "-- migrate-safe: no-transaction\nCREATE TABLE a (id int);\n"
                                     "SELECT pg_sleep(600);\n")
    running = cli.start("up")
    wait_for(database, SLEEPS)
    result = running.interrupt().finish().failed(130)
    assert "version 001 is dirty: 1 of its 2 statements are committed" in result.err
    assert row(database, "001", "statements_done", "dirty") == (1, True)


def test_while_waiting_for_a_lock(cli, folder, database):
    database.query("CREATE TABLE t (id int)")
    folder.write("001_alter.up.sql", "ALTER TABLE t ADD c int;")
    (cli.cwd / "migrate-safe.yaml").write_text("defaults:\n  preflight: off\n")  # which asks the same question
    cli("baseline", "0").ok()
    with database.connect() as blocker:
        blocker.execute("BEGIN; LOCK TABLE t IN ACCESS SHARE MODE")
        running = cli.start("up", "-s")
        wait_for(database, "query LIKE 'WITH RECURSIVE modes%'")  # it looks, and does not queue
        running.interrupt()
        result = running.finish().failed(130)
        assert "nothing of version 001 is in the database" in result.err


def test_while_waiting_for_another_runner(cli, folder, database):
    folder.write("001_slow.up.sql", "SELECT pg_sleep(600);")
    first = cli.start("up")
    wait_for(database, SLEEPS)
    second = cli.start("up", "--wait-runner", "10min")
    assert b"another runner is at work" in second.process.stderr.readline()
    second.interrupt()
    second.finish().failed(130)
    first.interrupt().finish().failed(130)


def test_a_second_signal_ends_it_at_once(cli, folder, database, proxy):
    """The first one cancels; when the server does not answer, the second one is the last word."""
    folder.write("001_slow.up.sql", "SELECT pg_sleep(600);")
    running = cli.start("up", env={"DATABASE_URL": proxy.url(database.name)})
    wait_for(database, SLEEPS)
    proxy.stall()
    accepted = proxy.accepted
    running.interrupt()
    until(lambda: proxy.accepted > accepted, "the request to cancel")
    assert running.is_running()
    running.interrupt()
    assert running.finish().code == -signal.SIGINT
    proxy.resume()
    assert versions(database) == []


def test_what_was_done_before_stays_and_the_next_run_goes_on(cli, folder, database):
    folder.tables(2)
    folder.write("003_slow.up.sql", "SELECT pg_sleep(600);")
    running = cli.start("up")
    wait_for(database, SLEEPS)
    assert "2 migrations before it in this run stay" in running.interrupt().finish().failed(130).err
    folder.write("003_slow.up.sql", "SELECT 1;")
    cli("up", "-s").ok()
    assert events(database) == ["applied", "applied", "backup_skipped", "applied"]


def test_ctrl_c_on_a_terminal(cli, folder, database):
    folder.write("001_slow.up.sql", "CREATE TABLE t (id int);\nSELECT pg_sleep(600);\n")
    result = cli.in_terminal("up", keys=[("1 migration", "\x03")])
    assert result.code == 130 and "interrupted" in result.out
    assert not database.has("t")
