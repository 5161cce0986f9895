"""The harness itself: what every other test takes for granted."""
import os
import pathlib
import re
import signal
import time

import psycopg
import pytest

from harness import scratch
from harness.pool import Pool
from harness.program import Program
from harness.proxy import TO_CLIENT, TO_SERVER, Messages, Proxy, Rule
from harness.waiting import until

# No program of ours runs here.
pytestmark = pytest.mark.once


@pytest.fixture
def shell(tmp_path):
    """A Program whose binary is the shell."""
    program = Program(tmp_path, "postgresql:///mine")
    program.binary = "/bin/sh"
    yield program
    program.close()


# Databases


def test_databases_are_empty_and_apart(new_database):
    one, other = new_database(), new_database()
    one.query("CREATE TABLE t (id int PRIMARY KEY, v text DEFAULT 'x')")
    assert one.has("t") and not other.has("t")
    assert other.schema() == []
    assert len(one.schema()) == 3  # table, index, constraint
    assert one.query("INSERT INTO t VALUES (1), (2); SELECT id FROM t ORDER BY id") == [(1,), (2,)]


# What a database that is used again is emptied of.
MADE = """
CREATE SCHEMA other; CREATE EXTENSION hstore SCHEMA other; CREATE PUBLICATION p;
CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION $$no$$; END';
CREATE EVENT TRIGGER e ON sql_drop EXECUTE FUNCTION f();
CREATE TYPE kind AS ENUM ('a'); CREATE DOMAIN d AS int CHECK (value > 0);
CREATE TABLE t (id serial PRIMARY KEY, k kind, d d); CREATE TABLE pg_class (id int REFERENCES t);
CREATE VIEW v AS SELECT * FROM t; CREATE MATERIALIZED VIEW other.m AS SELECT * FROM v;
INSERT INTO t SELECT i FROM generate_series(1, 100) i; ANALYZE; CREATE TEMPORARY TABLE x (id int)
"""


def test_a_database_that_is_used_again_is_as_new(cluster):
    pool = Pool(cluster)
    database = pool.take()
    before = database.dump(), database.query("SELECT oid::regclass FROM pg_class ORDER BY oid")
    database.query(MADE)
    pool.give_back(database)
    again = pool.take()
    assert again is database
    assert (again.dump(), again.query("SELECT oid::regclass FROM pg_class ORDER BY oid")) == before
    again.drop()


@pytest.mark.parametrize("change", [
    "GRANT CREATE ON SCHEMA public TO public", "COMMENT ON SCHEMA public IS 'ours'", "DROP EXTENSION plpgsql",
    "ALTER DATABASE {} SET work_mem = '7MB'", "ALTER DATABASE {} CONNECTION LIMIT 7", "SELECT lo_create(0)",
    "ALTER FUNCTION now() COST 7", "CREATE CAST (int AS box) WITH INOUT", "DELETE FROM pg_amproc"])
def test_one_that_is_not_as_new_is_not_used_again(cluster, change):
    pool = Pool(cluster)
    database = pool.take()
    database.query(f"SET allow_system_table_mods = on; {change.format(database.name)}")
    pool.give_back(database)
    assert not cluster.query("SELECT FROM pg_database WHERE datname = %s", [database.name])
    assert pool.free == []


def test_dumps_of_equal_schemas_are_equal(new_database):
    one, other = new_database(), new_database()
    for database in (one, other):
        database.query("CREATE TABLE t (id int NOT NULL)")
    assert one.dump() == other.dump()
    assert "CREATE TABLE public.t" in one.dump()
    other.query("ALTER TABLE t ADD c int")
    assert one.dump() != other.dump()


def test_a_server_recovers_after_an_immediate_stop(own_server):
    own_server.query("CREATE TABLE t AS SELECT 1 AS one")
    own_server.restart(signal.SIGQUIT)
    assert own_server.query("SELECT one FROM t") == [(1,)]


def test_servers_have_their_settings(programs):
    server = programs.new_server(lock_timeout="7s").start()
    try:
        assert server.query("SHOW lock_timeout") == [("7s",)]
    finally:
        server.remove()
    assert not server.home.exists()


# The program


def test_a_run_has_code_and_both_streams(shell, tmp_path):
    result = shell("-c", "pwd; cat; echo bad >&2; exit 3", input="given\n")
    assert (result.code, result.out, result.err) == (3, f"{tmp_path}\ngiven\n", "bad\n")
    assert shell("-c", "echo '{\"a\": 1}'").ok().json() == {"a": 1}
    with pytest.raises(AssertionError, match="not one JSON document"):
        shell("-c", "echo '{} {}'").json()


def test_the_environment_is_only_what_a_test_gives(shell, monkeypatch):
    monkeypatch.setenv("PGHOST", "production")
    monkeypatch.setenv("SUPABASE_DB_URL", "production")
    monkeypatch.setenv("DATABASE_URL", "production")
    out = shell("-c", "env", env={"EXTRA": "1", "TZ": None}).out
    assert "production" not in out
    assert "DATABASE_URL=postgresql:///mine\n" in out
    assert "NO_COLOR=1\n" in out and "EXTRA=1\n" in out and "TZ=" not in out
    assert "DATABASE_URL" not in shell("-c", "env", env={"DATABASE_URL": None}).out


def test_a_run_without_end_is_ended_and_shown(shell):
    running = shell.start("-c", "echo begun; : >there; sleep 600")
    until((shell.cwd / "there").exists)
    with pytest.raises(AssertionError, match="(?s)no end after 0.2 s.*begun"):
        running.finish(timeout=0.2)


def process_stat(pid):
    """"" when it is gone, which may be between the opening and the reading."""
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def test_what_a_run_leaves_behind_is_seen_and_ended(shell):
    running = shell.start("-c", "sleep 600 & echo $!")
    running.process.wait()
    with pytest.raises(AssertionError, match="no end after 0.2 s") as failure:
        running.finish(timeout=0.2)
    pid = re.search(r"-- stdout\n(\d+)", str(failure.value)).group(1)
    until(lambda: "(sleep)" not in (stat := process_stat(pid)) or "(sleep) Z" in stat)


def test_runs_can_be_killed_and_interrupted(shell):
    assert shell.start("-c", "exec sleep 600").kill().finish().code == -signal.SIGKILL
    running = shell.start("-c", "trap 'exit 9' INT; echo x; while :; do sleep 0.01; done")
    assert running.process.stdout.read(1) == b"x"
    assert running.interrupt().finish().code == 9


def test_what_a_sanitizer_says_is_a_failure(shell):
    with pytest.raises(AssertionError):
        shell("-c", "echo 'x.c:1:2: runtime error: overflow' >&2")


def test_a_terminal_has_a_size_and_takes_keys(shell):
    script = "test -t 0 && test -t 1 && stty size; printf 'sure? '; read answer; echo got $answer"
    result = shell.in_terminal("-c", script, rows=30, columns=99, keys=[("sure? ", "yes\n")])
    assert result.code == 0
    assert "30 99\r\n" in result.out and "got yes\r\n" in result.out


def test_ctrl_c_on_a_terminal_is_a_signal(shell):
    script = "trap 'echo caught; exit 8' INT; echo ready; while :; do sleep 0.01; done"
    result = shell.in_terminal("-c", script, keys=[("ready", "\x03")])
    assert result.code == 8 and "caught" in result.out


def test_a_terminal_without_end_is_shown(shell):
    with pytest.raises(AssertionError, match="(?s)no end in time.*begun"):
        shell.in_terminal("-c", "echo begun; sleep 600", timeout=2)


def test_folders(folder):
    folder.write("002_b.sql", """
        SELECT 1;
          SELECT 2;
    """)
    folder.write("rollbacks/002_b_down.sql", b"\xff")
    folder.tables(1)
    assert folder.read("002_b.sql") == "SELECT 1;\n  SELECT 2;\n"
    assert folder.names() == ["001_table_1.down.sql", "001_table_1.up.sql", "002_b.sql",
                              "rollbacks/002_b_down.sql"]


# The network


@pytest.fixture(params=["socket", "tcp"])
def any_proxy(cluster, request):
    with Proxy(cluster, tcp=request.param == "tcp") as proxy:
        yield proxy


def connect(proxy, database):
    return psycopg.connect(proxy.url(database.name), autocommit=True, connect_timeout=60)


def test_a_proxy_passes_everything(any_proxy, database):
    with connect(any_proxy, database) as connection:
        text, = connection.execute("SELECT repeat('x', 3000000)").fetchone()
        assert len(text) == 3000000
        assert connection.execute("SELECT length(%s)", ["y" * 3000000]).fetchone() == (3000000,)
    assert any_proxy.accepted == 1


def test_a_cut_is_a_lost_connection(any_proxy, database):
    with connect(any_proxy, database) as connection:
        any_proxy.cut()
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")


def test_a_commit_whose_answer_is_lost_has_happened(any_proxy, database):
    database.query("CREATE TABLE t (id int)")
    rule = any_proxy.cut_after(TO_SERVER, "COMMIT")
    connection = connect(any_proxy, database)
    connection.execute("BEGIN")
    connection.execute("INSERT INTO t VALUES (1)")
    with pytest.raises(psycopg.OperationalError):
        connection.execute("COMMIT")
    assert rule.hit.wait(60)
    until(lambda: database.value("SELECT count(*) FROM t"))


def test_a_commit_that_never_arrives_has_not_happened(any_proxy, database):
    database.query("CREATE TABLE t (id int)")
    rule = any_proxy.cut_before(TO_SERVER, "COMMIT", skip=1)
    connection = connect(any_proxy, database)
    for value in (1, 2):
        connection.execute("BEGIN")
        connection.execute("INSERT INTO t VALUES (%s)", [value])
        if value == 1:
            connection.execute("COMMIT")
    with pytest.raises(psycopg.OperationalError):
        connection.execute("COMMIT")
    assert rule.hit.is_set()
    until(lambda: database.value("SELECT count(*) FROM pg_stat_activity"  # the server has noticed
                                 " WHERE datname = current_database()") == 1)
    assert database.query("SELECT id FROM t") == [(1,)]


def test_an_answer_can_stall(any_proxy, database):
    with connect(any_proxy, database) as connection:
        rule = any_proxy.stall_after(TO_CLIENT, "stall here")  # the row, not yet that it was the last
        connection.pgconn.send_query(b"SELECT 'stall here'")
        assert rule.hit.wait(60)
        connection.pgconn.consume_input()
        assert connection.pgconn.is_busy()
        any_proxy.resume()
        assert connection.pgconn.get_result().get_value(0, 0) == b"stall here"
        assert connection.pgconn.get_result() is None


def test_new_connections_can_be_refused(any_proxy, database):
    any_proxy.refuse()
    with pytest.raises(psycopg.OperationalError):
        connect(any_proxy, database)
    any_proxy.refuse(False)
    connect(any_proxy, database).close()


def test_a_proxy_can_delay(any_proxy, database):
    with connect(any_proxy, database) as connection:
        any_proxy.delay_s = 0.05
        since = time.monotonic()
        connection.execute("SELECT 1")
        assert time.monotonic() - since >= 0.1  # a delay can be longer, never shorter


def test_rules_see_whole_messages():
    startup, query = b"\0\0\0\x08\0\x03\0\0", b"Q\0\0\0\x0bCOMMIT\0"
    messages = Messages(begins_untyped=True)
    assert messages.feed(startup + query[:8]) == [startup]
    assert messages.feed(query[8:] + query + query[:1]) == [query, query]
    rule = Rule(TO_SERVER, "COMMIT", "after", 1)
    assert [rule.meets(message) for message in (startup, query, query)] == [False, False, True]


def test_nothing_is_left_of_a_proxy(cluster):
    with Proxy(cluster) as proxy:
        directory = proxy.host
        assert os.path.isdir(directory)
    assert not os.path.exists(directory)


# Files


def test_without_memory_the_disk_is_taken(monkeypatch):
    monkeypatch.setattr(scratch, "available_memory", lambda: scratch.NEEDED - 1)
    assert scratch.place() == scratch.DISK
    monkeypatch.setattr(scratch, "available_memory", lambda: scratch.NEEDED)
    monkeypatch.setattr(scratch, "MEMORY", "/nowhere")
    assert scratch.place() == scratch.DISK
