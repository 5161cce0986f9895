"""backup create while others work, when something dies, and where it may not: all or nothing."""
import contextlib
import os
import signal
import threading

import psycopg
import pytest

from harness import server as servers
from harness.backups import left_over, manifest, shelf
from harness.message import first, hint
from harness.tools import Wrapper, elsewhere
from harness.waiting import until

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("needs_pg_dump")]


class Gate:
    """A pg_dump, first in PATH, that waits to be let through before it is the real one."""

    def __init__(self, directory, major, then='exec "$REAL" "$@"'):
        self.directory = directory / "gate"
        self.directory.mkdir()
        self.fifo = self.directory / "fifo"
        os.mkfifo(self.fifo)
        real = servers.find_tool("pg_dump", major)
        self.wrapper = Wrapper(self.directory, "pg_dump", f"""REAL={real}
case "$*" in *--version*) exec "$REAL" "$@" ;; esac
read answer <'{self.fifo}'
{then}""")
        self.environment = {"PATH": f"{self.directory}:{os.environ['PATH']}"}

    def arrived(self, count=1):
        until(lambda: len(self.wrapper.calls()) == count, "pg_dump's start")

    def open(self):
        with self.fifo.open("w") as file:
            file.write("\n")


@pytest.fixture
def gate(tmp_path, programs):
    return Gate(tmp_path, programs.major)


@pytest.fixture
def shop(database):
    database.query("""
        CREATE TABLE orders AS SELECT i AS id, md5(i::text) AS note FROM generate_series(1, 2000) i;
        CREATE TABLE log AS SELECT i AS id FROM generate_series(1, 50) i; CREATE SEQUENCE numbers""")
    return database


def rows(tmp_path):
    return {table["name"]: table["rows"] for table in manifest(tmp_path)["data"]["tables"]}


def is_one_backup(cli, tmp_path):
    """Nothing half stands beside it, and it is what its manifest says."""
    identity = manifest(tmp_path)["id"]
    assert [name.split(".")[0] for name in left_over(tmp_path)].count(f"backup-{identity}") == 2
    assert len(left_over(tmp_path)) == 3  # and latest-backup.txt
    cli("backup", "verify", "latest", "--level", "equal").ok()


# ---- others' work

@pytest.mark.slice
@pytest.mark.parametrize("form", ["directory", "custom", "plain"])
def test_what_happens_after_the_snapshot_is_not_in_it(cli, shop, tmp_path, gate, form):
    """A TRUNCATE there made pg_dump write no rows, and no error: it has to wait."""
    running = cli.start("backup", "create", "--form", form, env=gate.environment)
    gate.arrived()
    shop.query("INSERT INTO orders VALUES (5000, 'late'); SELECT nextval('numbers')")
    for statement in ("TRUNCATE orders", "ALTER TABLE log ALTER id TYPE bigint", "DROP TABLE log"):
        with pytest.raises(psycopg.errors.LockNotAvailable):
            shop.query(f"SET lock_timeout = '50ms'; {statement}")
    gate.open()
    running.finish().ok()
    assert rows(tmp_path) == {"orders": 2000, "log": 50}
    assert manifest(tmp_path)["data"]["sequences"][0]["last_value"] == 1
    is_one_backup(cli, tmp_path)


def test_what_is_truncated_while_it_waits_is_empty_in_it(cli, shop, tmp_path):
    with shop.connect() as other:
        other.execute("BEGIN; TRUNCATE orders; CREATE TABLE fresh AS SELECT 1 AS a")
        running = cli.start("backup", "create")
        until(lambda: shop.value("SELECT count(*) FROM pg_locks WHERE NOT granted"), "waiting")
        other.execute("COMMIT")
    running.finish().ok()
    assert rows(tmp_path) == {"orders": 0, "log": 50, "fresh": 1}
    is_one_backup(cli, tmp_path)


def test_a_change_that_waits_gets_its_turn(cli, shop, tmp_path, gate):
    """It stands in front of pg_dump's own locks: the dump gives way and is made again."""
    running = cli.start("backup", "create", env=gate.environment)
    gate.arrived()
    with shop.connect() as other:
        pid = other.info.backend_pid
        other.pgconn.send_query(b"ALTER TABLE orders ADD more int DEFAULT 7")
        until(lambda: shop.value("SELECT cardinality(pg_blocking_pids(%s)) > 0", [pid]), "the queue")
        gate.open()
        gate.arrived(2)
        while result := other.pgconn.get_result():
            assert not result.error_message
    gate.open()
    result = running.finish().ok()
    assert "others change the schema: the dump is made again (attempt 2 of 4)" in result.err
    assert shop.value("SELECT sum(more) FROM orders") == 14000
    is_one_backup(cli, tmp_path)


def test_who_keeps_a_table_is_named(cli, shop, tmp_path):
    with shop.connect(application_name="keeper") as other:
        other.execute("BEGIN; LOCK TABLE orders")
        result = cli("backup", "create", "--lock-timeout", "50ms", "--lock-deadline", "300ms").failed(1)
        assert "error: locking the tables for the backup: gave up after " in result.err
        assert f"pid {other.info.backend_pid}" in result.err and "keeper" in result.err
    assert left_over(tmp_path) == []


@contextlib.contextmanager
def busy(database, statements):
    """Each statement again and again, in a connection of its own."""
    stop = threading.Event()

    def work(statement):
        with database.connect() as connection:
            connection.execute("SET lock_timeout = '2s'")
            while not stop.is_set():
                with contextlib.suppress(psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected):
                    connection.execute(statement)

    threads = [threading.Thread(target=work, args=[statement]) for statement in statements]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


@pytest.mark.slow
def test_under_load_it_is_right_or_fails(cli, shop, tmp_path):
    """Each row that is moved is in exactly one of both tables, whatever the moment."""
    shop.query("CREATE TABLE here AS SELECT generate_series(1, 500) AS i; CREATE TABLE there (i int); "
               "CREATE TABLE spill (i int)")
    with busy(shop, [
            "WITH gone AS (DELETE FROM here WHERE i IN (SELECT i FROM here LIMIT 20) RETURNING i) "
            "INSERT INTO there SELECT i FROM gone",
            "WITH gone AS (DELETE FROM there WHERE i IN (SELECT i FROM there LIMIT 10) RETURNING i) "
            "INSERT INTO here SELECT i FROM gone",
            "INSERT INTO spill SELECT generate_series(1, 100)", "TRUNCATE spill",
            "DO $$ BEGIN CREATE TABLE brief (a int); INSERT INTO brief VALUES (1); DROP TABLE brief; END $$",
            "ALTER TABLE spill ADD IF NOT EXISTS b int; ALTER TABLE spill DROP b"]):
        made = 0
        for form in ("directory", "plain", "directory"):
            result = cli("backup", "create", "--form", form, "--lock-timeout", "2s")
            assert result.code in (0, 1), result
            made += result.code == 0
            if result.code == 0:
                counted = rows(tmp_path)
                assert counted["here"] + counted["there"] == 500
    for path in shelf(tmp_path).glob("backup-*.json"):
        cli("backup", "verify", path, "--level", "equal").ok()
    assert made, "none of three was made"


# ---- something dies

def test_it_is_killed(cli, shop, tmp_path, gate):
    running = cli.start("backup", "create", env=gate.environment)
    gate.arrived()
    running.kill().finish()
    assert left_over(tmp_path) and not list(shelf(tmp_path).glob("backup-*"))
    assert cli("backup", "list", "--json").ok().json()["backups"] == []
    cli("backup", "create").ok()
    is_one_backup(cli, tmp_path)


def test_it_is_interrupted(cli, shop, tmp_path, gate):
    running = cli.start("backup", "create", env=gate.environment)
    gate.arrived()
    running.interrupt().finish().failed(130)
    assert left_over(tmp_path) == []


@pytest.mark.parametrize("form", ["directory", "custom", "plain"])
def test_pg_dump_is_killed(cli, shop, tmp_path, programs, form):
    gate = Gate(tmp_path, programs.major, then='"$REAL" "$@"; kill -9 $$')
    running = cli.start("backup", "create", "--form", form, env=gate.environment)
    gate.arrived()
    gate.open()
    result = running.finish().failed(5)
    assert "pg_dump ended with exit code 137 and said nothing" in first(result)
    assert left_over(tmp_path) == []


def test_pg_dump_stops_in_the_middle_and_says_nothing(cli, shop, tmp_path, programs):
    gate = Gate(tmp_path, programs.major, then='"$REAL" "$@" | head -c 3000; exit 0')
    running = cli.start("backup", "create", "--form", "plain", env=gate.environment)
    gate.arrived()
    gate.open()
    running.finish().failed(1)
    assert left_over(tmp_path) == []


def test_the_server_stops(cli, own_server, tmp_path, gate):
    own_server.query("CREATE TABLE t AS SELECT generate_series(1, 100) AS a")
    running = cli.start("backup", "create", "--database", own_server.url(), env=gate.environment)
    gate.arrived()
    own_server.stop(signal.SIGQUIT)
    gate.open()
    running.finish().failed(5)
    assert left_over(tmp_path) == []


# ---- no room

def test_too_little_room_is_said_before(cli, database, small_disk):
    database.query("CREATE TABLE t AS SELECT repeat('x', 1000) AS a FROM generate_series(1, 9000)")
    result = cli("backup", "create", "--backup-folder", small_disk / "b").failed(1)
    assert " free, the backup will need about " in first(result)
    assert "--force" in hint(result)
    cli("backup", "create", "--backup-folder", small_disk / "b", "--force").ok()  # it compresses well


@pytest.mark.parametrize("form", ["directory", "custom", "plain"])
def test_the_disk_fills_up(cli, database, small_disk, form):
    database.query("CREATE TABLE t AS SELECT sha512(i::text::bytea) AS a FROM generate_series(1, 40000) i")
    folder = small_disk / "b"
    result = cli("backup", "create", "--backup-folder", folder, "--form", form, "--force").failed(5)
    assert "No space left on device" in result.err and "--backup-folder" in hint(result)
    assert list(folder.iterdir()) == []
    database.query("TRUNCATE t")
    cli("backup", "create", "--backup-folder", folder, "--form", form).ok()


# ---- rights, tools

def test_a_role_that_may_not_read(cli, shop, tmp_path):
    role = f"reader_{shop.name}"
    url = shop.server.url(shop.name, user=role)
    shop.query(f"CREATE ROLE {role} LOGIN; ALTER TABLE log ENABLE ROW LEVEL SECURITY")
    try:
        result = cli("backup", "create", "--database", url).failed(5)
        assert "permission denied for table " in first(result) and "GRANT" in hint(result)
        shop.query(f"GRANT SELECT ON orders, log, numbers TO {role}")
        result = cli("backup", "create", "--database", url).failed(5)
        assert "row-level security" in first(result) and "BYPASSRLS" in hint(result)
        assert left_over(tmp_path) == []
        shop.query("ALTER TABLE log DISABLE ROW LEVEL SECURITY")
        cli("backup", "create", "--database", url).ok()
        assert rows(tmp_path) == {"orders": 2000, "log": 50}
    finally:
        shop.query(f"DROP OWNED BY {role}; DROP ROLE {role}")


def test_a_folder_that_cannot_be_made(cli, shop, tmp_path):
    (tmp_path / "file").write_text("")
    result = cli("backup", "create", "--backup-folder", "file/b").failed(5)
    assert "cannot make directory file: Not a directory" in first(result) and "--backup-folder" in hint(result)


def test_no_pg_dump_there(cli, shop, tmp_path):
    wrapper = Wrapper(tmp_path, body="exit 127")
    result = cli("backup", "create", "--tools", wrapper).failed(5)
    assert "pg_dump" in first(result) and left_over(tmp_path) == []


@pytest.mark.parametrize("form, written", [(None, "custom"), ("custom", "custom"), ("plain", "plain")])
def test_pg_dump_elsewhere(cli, shop, tmp_path, programs, form, written):
    shop.query("SELECT setval('numbers', 5, false)")
    options = ["--form", form] if form else []
    place = elsewhere(tmp_path, programs.major)
    document = cli("backup", "create", "--tools", place, *options, "--json").ok().json()
    assert (document["form"], document["rows"], document["sequences"]) == (written, 2050, 1)
    sequence, = manifest(tmp_path)["data"]["sequences"]
    assert (sequence["last_value"], sequence["is_called"]) == (5, False)
    cli("backup", "verify", "latest", "--level", "equal").ok()


def test_a_directory_cannot_come_from_elsewhere(cli, shop, tmp_path, programs):
    result = cli("backup", "create", "--tools", elsewhere(tmp_path, programs.major), "--form", "directory").failed(5)
    assert "a backup as directory needs pg_dump on this machine" in first(result)
    assert "--backup-form custom" in hint(result) and left_over(tmp_path) == []


def test_a_pg_dump_without_zstd_is_asked_for_gzip(cli, shop, tmp_path, programs):
    """One that says it is 16 tries the fastest method first."""
    if programs.major >= 16:
        pytest.skip("for a pg_dump that has no such method")
    real = servers.find_tool("pg_dump", programs.major)
    wrapper = Wrapper(tmp_path, body=f"""
case "$*" in
    *--version) echo 'pg_dump (PostgreSQL) 16.4'; exit ;;
    *--compress=zstd:1*) echo 'pg_dump: error: this build does not support compression with ZSTD' >&2; exit 1 ;;
esac
shift
for word; do
    case "$word" in --compress=gzip:1) set -- "$@" --compress=1 ;; *) set -- "$@" "$word" ;; esac
    shift
done
exec {real} "$@" """)
    document = cli("backup", "create", "--tools", wrapper, "--json").ok().json()
    assert document["compression"] == "gzip:1"
    assert len(wrapper.calls()) == 2
    with pytest.raises(AssertionError):  # what was asked for is not replaced
        cli("backup", "create", "--tools", wrapper, "--compression", "zstd:1").ok()
