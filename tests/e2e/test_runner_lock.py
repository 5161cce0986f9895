"""One runner at a time: the second one waits, then finds nothing to do, or names who is at work."""
import re

from harness.history import events, versions
from test_signals import SLEEPS, wait_for


def gate(database):
    """A connection that holds the gate shut: `SELECT pg_advisory_xact_lock(1)` waits for it."""
    connection = database.connect()
    connection.execute("SELECT pg_advisory_lock(1)")
    return connection


WAITS = "SELECT pg_advisory_xact_lock(1);\n"
GATE = "wait_event_type = 'Lock' AND wait_event = 'advisory'"


def slow_first(folder):
    # lock_timeout counts for advisory locks too
    folder.write("001_slow.up.sql", "-- migrate-safe: lock-timeout 1min\n" + WAITS)
    folder.tables(1, first=2)


def test_the_second_waits_and_finds_nothing_to_do(cli, folder, database):
    slow_first(folder)
    with gate(database) as held:
        first = cli.start("up")
        wait_for(database, GATE)
        second = cli.start("up", "--wait-runner", "1min")
        assert b"another runner is at work, waiting for it" in second.process.stderr.readline()
        held.execute("SELECT pg_advisory_unlock(1)")
        first.finish().ok()
        result = second.finish()
    # When it came the database was empty, now it is not: the plan of now is what counts.
    assert result.code == 0 and "another runner has just applied everything" in result.out
    assert events(database) == ["applied", "applied"]


def test_who_is_at_work_is_named(cli, folder, database):
    slow_first(folder)
    with gate(database) as held:
        first = cli.start("up")
        wait_for(database, GATE)
        pid = database.value("SELECT pid FROM pg_stat_activity WHERE application_name LIKE"
                             " 'migrate-safe up%' AND datname = current_database()")
        result = cli("up", "--wait-runner", "0ms").failed(1)
        assert "another runner is at work on " in result.err
        assert re.search(rf"held by backend {pid}, migrate-safe up \(pid {first.pid} on .*\), user"
                         r" postgres, from local socket, since \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
                         result.err)
        assert "--wait-runner" in result.err
        held.execute("SELECT pg_advisory_unlock(1)")
        first.finish().ok()


def test_it_gives_up_after_its_time(cli, folder, database):
    slow_first(folder)
    with gate(database) as held:
        first = cli.start("up")
        wait_for(database, GATE)
        assert "another runner is at work" in cli("up", "--wait-runner=300ms").failed(1).err
        held.execute("SELECT pg_advisory_unlock(1)")
        first.finish().ok()


def test_readers_do_not_wait(cli, folder, database):
    slow_first(folder)
    with gate(database) as held:
        first = cli.start("up")
        wait_for(database, GATE)
        for command in ("status", "plan", "history", "validate"):
            cli(command).ok()
        held.execute("SELECT pg_advisory_unlock(1)")
        first.finish().ok()


def test_every_writer_takes_it(cli, folder, database):
    folder.tables(2)
    cli("up", "--steps", "1").ok()
    folder.write("002_table_2.up.sql", "-- migrate-safe: lock-timeout 1min\n" + WAITS)
    with gate(database) as held:
        first = cli.start("up", "-s")
        wait_for(database, GATE)
        for command in (["up"], ["down"], ["redo"], ["baseline", "2"]):
            skip = [] if command[0] == "baseline" else ["-s"]
            result = cli(*command, *skip, "--wait-runner", "0ms").failed(1)
            assert "another runner is at work" in result.err
        held.execute("SELECT pg_advisory_unlock(1)")
        first.finish().ok()


def test_ten_at_once_apply_everything_once(cli, folder, database):
    folder.tables(8)
    runs = [cli.start("up", "-s", "--wait-runner", "1min") for _ in range(10)]
    for running in runs:
        running.finish().ok()
    assert versions(database) == [f"{number:03d}" for number in range(1, 9)]
    assert events(database) == ["applied"] * 8


def test_the_lock_ends_with_a_runner_that_was_killed(cli, folder, database):
    folder.write("001_slow.up.sql", "SELECT pg_sleep(600);")
    first = cli.start("up")
    wait_for(database, SLEEPS)
    pid = database.value("SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
                         " AND datname = current_database()")
    first.kill().finish()
    database.query("SELECT pg_terminate_backend(%s)", [pid])
    folder.write("001_slow.up.sql", "SELECT 1;")
    cli("up").ok()
    assert versions(database) == ["001"]


def test_two_schemas_of_history_do_not_wait_for_each_other(cli, folder, database):
    slow_first(folder)
    with gate(database) as held:
        first = cli.start("up", "--schema", "one")
        wait_for(database, GATE)
        cli("baseline", "002", "--schema", "two", "--wait-runner", "0ms").ok()
        held.execute("SELECT pg_advisory_unlock(1)")
        first.finish().ok()


def test_two_databases_do_not_wait_for_each_other(cli, folder, database, new_database):
    slow_first(folder)
    other = new_database()
    with gate(database) as held:
        first = cli.start("up")
        wait_for(database, GATE)
        cli("up", "--wait-runner", "0ms", env={"DATABASE_URL": other.url}).ok()
        held.execute("SELECT pg_advisory_unlock(1)")
        first.finish().ok()


def test_a_runner_that_lost_its_lock_stops(cli, folder, database):
    """Its session gives the lock up and another one takes it: the next transaction fails."""
    folder.write("001_unlock.up.sql", "-- migrate-safe: lock-timeout 1min\n"
                                      "SELECT pg_advisory_unlock_all();\n" + WAITS)
    folder.tables(1, first=2)
    with gate(database) as held, database.connect() as thief:
        first = cli.start("up")
        wait_for(database, GATE)
        key = database.value("SELECT 1")
        assert key == 1
        import hashlib
        number = int(hashlib.sha256(b"migrate-safe runner migrate_safe").hexdigest()[:16], 16) >> 1
        assert thief.execute("SELECT pg_try_advisory_lock(%s)", [number]).fetchone()[0]
        held.execute("SELECT pg_advisory_unlock(1)")
        result = first.finish().failed(1)
        assert "another runner took over the runner's lock" in result.err
    assert versions(database) == ["001"] and not database.has("t_2")
