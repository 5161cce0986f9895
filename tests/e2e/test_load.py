"""The application's own transactions beside a migration: how long each took, from when it was due."""
import subprocess

import pytest

from harness.tracer import BINARY, Trace

pytestmark = pytest.mark.once

T = "CREATE TABLE t (id int PRIMARY KEY, a int); INSERT INTO t SELECT n, n FROM generate_series(1, 100) n"
READ = "SELECT count(*) FROM t"
WRITE = "UPDATE t SET a = a + 1 WHERE id = 1 + (random() * 98)::int;\nSELECT pg_notify('x', 'y');"
# The lock is held for that long, whatever the machine does.
LOCKED = "LOCK TABLE t; SELECT pg_sleep(0.4);"


def run(database, tmp_path, script, files, rate=50, sessions=4, alone_ms=200):
    folder = tmp_path / "load"
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text)
    path = tmp_path / "script.sql"
    path.write_text(script)
    return subprocess.run([BINARY, database.url, path, "no-probes", database.url, folder, str(rate), str(sessions), str(alone_ms)],
                          text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)


@pytest.fixture
def loaded(database, tmp_path):
    database.query(T)

    def go(*arguments, **options):
        ran = run(database, tmp_path, *arguments, **options)
        assert ran.returncode == 0, ran.stderr
        return Trace(ran.stdout).load
    return go


@pytest.fixture
def refused(database, tmp_path):
    def go(files):
        ran = run(database, tmp_path, "SELECT 1;", files)
        assert ran.returncode == 1
        return ran.stderr
    return go


def test_who_waits_has_waited_since_it_was_due(loaded, database):
    """50 a second for 0.4 s: twenty are due, four sessions wait, and the others wait for those."""
    load = loaded(LOCKED, {"read.sql": READ, "write.sql": WRITE})
    assert load["files"] == 2 and load["error"] is None
    assert load["before"]["transactions"] == 10
    during = load["during"]
    assert during["transactions"] >= 20 and during["errors"] == 0
    assert during["max_us"] >= 350_000
    assert 0 < during["p50_us"] <= during["p95_us"] <= during["max_us"]
    assert database.query("SELECT sum(a), count(*) FROM t") == [(5050, 100)]


def test_errors_are_counted(loaded):
    load = loaded("ALTER TABLE t RENAME a TO b; SELECT pg_sleep(0.2);", {"write.sql": WRITE})
    assert load["before"]["errors"] == 0 and load["during"]["errors"] > 0
    assert load["error"] == 'column "a" does not exist'


def test_weights(loaded, database):
    database.query("CREATE SEQUENCE one; CREATE SEQUENCE three; CREATE SEQUENCE six")
    loaded("SELECT 1;", {"a.sql": "SELECT nextval('one')", "b.sql": "-- what it does\n-- weight: 3\nSELECT nextval('three')",
                         "c@6.sql": "SELECT nextval('six')"}, rate=500, alone_ms=200)
    one, three, six = (database.value(f"SELECT last_value - 1 FROM {name}") for name in ("one", "three", "six"))
    assert (one * 3 - three, one * 6 - six) == pytest.approx((0, 0), abs=7) and one >= 10


def test_sessions_that_are_ended(loaded):
    load = loaded("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'migrate-safe load'; SELECT pg_sleep(0.1)",
                  {"read.sql": READ}, sessions=2)
    assert load["during"]["errors"] >= 1 and "was lost" in load["error"]


@pytest.mark.parametrize("files, message", [
    ({}, "has no file of the load"), ({"a.sql": "COMMIT"}, "one transaction"), ({"a.sql": "VACUUM t"}, "runs in none"),
    ({"a.sql": ""}, "it has no statement"), ({"a.sql": "-- weight: many\nSELECT 1"}, "a weight is a number"),
    ({"a@0.sql": "SELECT 1"}, "a weight is a number"), ({"a.sql": "SELECT nope"}, 'column "nope" does not exist')])
def test_what_is_refused(refused, files, message):
    assert message in refused(files)
