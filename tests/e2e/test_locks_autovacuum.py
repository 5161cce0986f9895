"""Autovacuum gives way only to who has waited for a second: a short attempt alone would never end it."""
import pytest

from harness.bystander import never_waiting_long
from harness.waiting import until

pytestmark = pytest.mark.once

SLOW = "autovacuum_vacuum_cost_delay = 100, autovacuum_vacuum_cost_limit = 1"


@pytest.fixture
def vacuumed(programs, new_database, cli, folder):
    """A table that an autovacuum is at, for minutes."""
    server = programs.new_server(autovacuum_naptime="1s", log_autovacuum_min_duration="0").start()
    try:
        database = new_database(server)
        database.query("CREATE TABLE t (id int, filler text)")
        cli.url = database.url
        cli("baseline", "0").ok()
        yield database
    finally:
        server.remove()


def start_vacuum(database, options=SLOW):
    database.query("INSERT INTO t SELECT g, repeat('x', 500) FROM generate_series(1, 20000) g")
    database.query(f"ALTER TABLE t SET ({options}, autovacuum_vacuum_threshold = 1,"
                   " autovacuum_vacuum_scale_factor = 0)")
    database.query("DELETE FROM t WHERE id % 2 = 0")
    wait_for_vacuum(database)


def wait_for_vacuum(database):
    until(lambda: database.value("SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
                                 " WHERE a.backend_type = 'autovacuum worker' AND l.relation = 't'::regclass"
                                 " AND l.mode = 'ShareUpdateExclusiveLock' AND l.granted"))


@pytest.mark.slow
@pytest.mark.parametrize("text", [
    "ALTER TABLE t ADD c int;", "ALTER TABLE t ALTER id SET STATISTICS 10;",
    "-- migrate-safe: no-transaction\nCREATE TABLE u (id int);\nALTER TABLE t ADD c int;",
    "-- migrate-safe: no-transaction\nBEGIN;\nCREATE TABLE u (id int);\nALTER TABLE t ADD c int;\nCOMMIT;",
], ids=["strong", "weak", "step", "block"])
def test_it_gives_way_and_nobody_waits_long(vacuumed, cli, folder, text):
    start_vacuum(vacuumed)
    folder.write("001_a.up.sql", text)
    with never_waiting_long(vacuumed, "UPDATE t SET filler = '' WHERE id = 1"):
        result = cli("up", "-s", "--lock-deadline", "50s").ok()
    assert "attempt" not in result.err
    assert "canceling autovacuum task" in vacuumed.server.log.read_text()


def test_an_autovacuum_and_a_reader(vacuumed, cli, folder):
    start_vacuum(vacuumed)
    folder.write("001_a.up.sql", "ALTER TABLE t ADD c int;")
    with vacuumed.connect() as reader:
        reader.execute("BEGIN; SELECT * FROM t")
        result = cli("up", "-s", "--lock-deadline", "1500ms").failed(2)
        assert "canceling autovacuum task" not in vacuumed.server.log.read_text()
        assert f"pid {reader.info.backend_pid}, user postgres" in result.err and "autovacuum" in result.err
    cli("up", "-s").ok()


@pytest.mark.slow
def test_one_against_wraparound_is_left_alone_and_named(vacuumed, cli, folder):
    start_vacuum(vacuumed, f"{SLOW}, autovacuum_freeze_max_age = 100000")
    wraparound = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'autovacuum:%to prevent wraparound%'"
    with vacuumed.connect() as connection:
        connection.execute("DO 'BEGIN FOR i IN 1..110000 LOOP PERFORM pg_current_xact_id(); COMMIT;"
                           " END LOOP; END'")
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                           " WHERE backend_type = 'autovacuum worker'")
    until(lambda: vacuumed.value(wraparound))
    wait_for_vacuum(vacuumed)
    folder.write("001_a.up.sql", "ALTER TABLE t ADD c int;")
    result = cli("up", "-s", "--lock-deadline", "2500ms").failed(2)
    assert "autovacuum" in result.err and "(to prevent wraparound)" in result.err
    assert "let this vacuum finish" in result.err
    assert "canceling autovacuum task" not in vacuumed.server.log.read_text()
