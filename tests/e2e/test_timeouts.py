"""Each timeout is settable, holds for the migration's transaction, and says by which option."""
import signal

import pytest
from harness.history import versions
from test_signals import assert_all_quiet, wait_for

NAMES = ["lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout"]
SEEN = "CREATE TABLE seen AS SELECT " + ", ".join(f"current_setting('{name}') AS {name}" for name in NAMES) + ";"


@pytest.mark.parametrize("head", ["", "-- migrate-safe: no-transaction\nSELECT 1;\n",
                                  "-- migrate-safe: no-transaction\nBEGIN;\nSELECT 1;\nCOMMIT;\n"])
def test_they_reach_the_transaction(cli, folder, database, head):
    folder.write("001_a.up.sql", head + SEEN)
    cli("up", "--lock-timeout=150ms", "--statement-timeout=7min", "--idle-timeout=3s").ok()
    assert database.query("SELECT * FROM seen") == [("150ms", "7min", "3s")]


def test_what_is_not_said_stays_the_servers(cli, folder, database):
    database.query(f"ALTER DATABASE {database.name} SET idle_in_transaction_session_timeout = '77s'")
    folder.write("001_a.up.sql", SEEN)
    cli("up").ok()
    assert database.query("SELECT * FROM seen") == [("100ms", "0", "77s")]


@pytest.mark.parametrize("text, arguments", [
    ("SELECT pg_sleep(60);", ["--statement-timeout=100ms"]),
    ("-- migrate-safe: statement-timeout 100ms\nSELECT pg_sleep(60);", []),
])
def test_a_statement_that_takes_too_long(cli, folder, text, arguments):
    folder.write("001_a.up.sql", text)
    result = cli("up", *arguments).failed(2)
    assert "canceling statement due to statement timeout" in result.err
    assert "hint:   a statement may run 100 ms: --statement-timeout TIME" in result.err


def test_a_silence_that_is_too_long(cli, folder, database):
    """The program is stopped in the middle of its transaction, so the server ends it."""
    folder.write("001_a.up.sql", "-- migrate-safe: no-transaction\nBEGIN;\n"
                 + "SELECT pg_sleep(0.001);\n" * 10000 + "COMMIT;\n")
    running = cli.start("up", "--idle-timeout=200ms")
    wait_for(database, "query LIKE '%pg_sleep%'")
    running.process.send_signal(signal.SIGSTOP)
    assert_all_quiet(database)
    running.process.send_signal(signal.SIGCONT)
    result = running.finish().failed(5)
    assert "idle-in-transaction timeout" in result.err
    assert "--idle-timeout TIME allows more" in result.err


def test_a_transaction_that_takes_too_long(cli, folder, database):
    folder.write("001_a.up.sql", "SELECT pg_sleep(0.2);\nSELECT pg_sleep(0.2);\nSELECT pg_sleep(60);")
    if database.server.major < 17:
        result = cli("up", "--transaction-timeout=300ms").failed(5)
        assert "--transaction-timeout needs PostgreSQL 17, the server is" in result.err
        assert "--statement-timeout" in result.err
    else:
        result = cli("up", "--transaction-timeout=300ms")
        assert result.code in (2, 5) and "--transaction-timeout TIME allows more" in result.err
    assert versions(database) == []


@pytest.mark.parametrize("zero", ["0", "0s"])
def test_no_lock_timeout_would_let_the_application_wait(cli, folder, database, zero):
    folder.tables(1)
    result = cli("up", "--lock-timeout", zero).failed(5)
    assert "lock-timeout 0 (--lock-timeout) would wait for a lock without end" in result.err
    assert "--lock-timeout 100ms --lock-deadline 10min" in result.err
    assert not database.has("t_1")


def test_a_lock_deadline_of_0_is_one_attempt(cli, folder, database):
    database.query("CREATE TABLE t (id int)")
    cli("baseline", "0").ok()
    folder.write("001_a.up.sql", "ALTER TABLE t ADD c int;")
    with database.connect() as connection:
        connection.execute("BEGIN; SELECT * FROM t")
        assert "gave up" in cli("up", "-s", "--lock-deadline", "0s").failed(2).err
