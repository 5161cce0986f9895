"""Behind a pooler: in session mode all is as without one; in others nothing is ever written."""
import contextlib
import threading

import psycopg
import pytest

from harness.history import contents, versions
from harness.pgbouncer import PgBouncer, find_program
from harness.proxy import Proxy
from harness.waiting import until
from test_signals import SLEEPS, wait_for

pytestmark = [pytest.mark.once, pytest.mark.skipif(find_program() is None, reason="pgbouncer is not installed")]

WRITERS = [["up"], ["down", "-s"], ["redo", "-s"], ["baseline", "002"]]
READERS = [["status"], ["history"], ["plan"], ["validate"], ["up", "--dry-run"],
           ["down", "--dry-run"], []]
MODES = {  # how a pool can be set up so that sessions do not stay: mode said, settings
    "transaction": ("transaction", {"pool_mode": "transaction"}),
    "round robin": ("transaction", {"pool_mode": "transaction", "server_round_robin": 1}),
    "one server": ("transaction", {"pool_mode": "transaction", "default_pool_size": 1}),
    "two in turns": ("transaction", {"pool_mode": "transaction", "default_pool_size": 2,
                                     "min_pool_size": 2, "server_round_robin": 1}),
    "statement": ("statement", {"pool_mode": "statement"}),
}


@pytest.fixture
def pooler(cluster):
    """pooler(pool_mode=...) starts one; gone at the end of the test."""
    with contextlib.ExitStack() as stack:
        yield lambda **settings: stack.enter_context(PgBouncer(cluster, **settings))


@pytest.fixture
def half(cli, folder, database):
    """001 is applied, 002 and 003 are pending."""
    folder.tables(3)
    cli("up", "--steps", "1").ok()
    return database


def through(pooler, database):
    return {"DATABASE_URL": pooler.url(database.name)}


def state(database):
    return database.schema(), contents(database)


@pytest.mark.parametrize("name", MODES)
def test_other_modes_are_refused_before_anything_is_written(cli, half, pooler, name):
    mode, settings = MODES[name]
    env = through(pooler(**settings), half)
    before = state(half)
    for arguments in WRITERS:
        result = cli(*arguments, env=env).failed(1)
        assert f"is a pooler in {mode} mode: nothing is written through it" in result.err, result
        assert "the runner's lock, the timeouts and SET belong to a session" in result.err
        assert "pool_mode=session" in result.err
    assert state(half) == before
    assert half.value("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == 0


@pytest.mark.parametrize("name", MODES)
def test_a_first_up_is_refused_too(cli, folder, database, pooler, name):
    folder.tables(1)
    result = cli("up", "--json", env=through(pooler(**MODES[name][1]), database)).failed(1)
    assert result.json()["error"]["class"] == "check"
    assert database.query("SELECT 1 FROM pg_namespace WHERE nspname = 'migrate_safe'") == []


@pytest.mark.parametrize("name", MODES)
def test_reading_works_through_any_mode(cli, half, pooler, name):
    env = through(pooler(**MODES[name][1]), half)
    for arguments in READERS:
        direct = cli(*arguments, "--json").json()
        pooled = cli(*arguments, "--json", env=env).ok().json()
        for document in (direct, pooled):  # what differs by right: the address, and that `up` refuses
            for key in ("target", "refused", "detail", "hint", "backup", "checklist"):  # which tells of them
                document.pop(key, None)
        if name == "statement" and direct.pop("drift", None):  # a schema is read in one transaction
            assert pooled.pop("drift")["state"] == "unknown"
        if name == "statement" and direct.pop("quarantine", None):  # so is the quarantine
            assert pooled.pop("quarantine") is None
        assert pooled == direct, arguments


@pytest.mark.parametrize("name", [name for name in MODES if name != "statement"])
def test_the_schema_is_read_through_a_pool_of_transactions(cli, half, pooler, name):
    direct = cli("fingerprint").ok().out
    env = through(pooler(**MODES[name][1]), half)
    assert [cli("fingerprint", env=env).ok().out for _ in range(3)] == [direct] * 3


def test_a_pool_of_statements_reads_no_schema(cli, half, pooler):
    result = cli("fingerprint", env=through(pooler(pool_mode="statement"), half)).failed(5)
    assert "a pooler in statement mode is between" in result.err and "--database URL" in result.err


def test_plan_says_that_up_would_be_refused(cli, half, pooler):
    result = cli("plan", env=through(pooler(pool_mode="transaction"), half)).ok()
    assert "is a pooler in transaction mode" in result.out


def test_the_servers_left_by_an_application_change_nothing(cli, half, pooler):
    """Ten idle server connections: which one is next is not the one that was last."""
    bouncer = pooler(pool_mode="transaction", server_round_robin=1)
    with contextlib.ExitStack() as stack:
        clients = [stack.enter_context(psycopg.connect(bouncer.url(half.name))) for _ in range(10)]
        for client in clients:
            client.execute("SELECT 1")
        for client in clients:
            client.commit()
        assert "transaction mode" in cli("up", env=through(bouncer, half)).failed(1).err
    assert versions(half) == ["001"]


def test_an_application_at_work_changes_nothing(cli, half, pooler):
    bouncer = pooler(pool_mode="transaction", default_pool_size=3)
    stop = threading.Event()

    def work():
        with psycopg.connect(bouncer.url(half.name), autocommit=True, prepare_threshold=None) as own:
            while not stop.is_set():
                own.execute("SELECT 1")

    workers = [threading.Thread(target=work) for _ in range(6)]
    for worker in workers:
        worker.start()
    try:
        for _ in range(5):
            assert "transaction mode" in cli("up", env=through(bouncer, half)).failed(1).err
    finally:
        stop.set()
        for worker in workers:
            worker.join()
    assert versions(half) == ["001"]


def test_a_pool_with_one_server_left(cli, half, pooler):
    bouncer = pooler(pool_mode="transaction", default_pool_size=2)
    with psycopg.connect(bouncer.url(half.name)) as first:
        first.execute("SELECT 1")
        assert "transaction mode" in cli("up", env=through(bouncer, half)).failed(1).err


@pytest.mark.parametrize("skip, is_held, why", [
    pytest.param(0, True, "waits for a server connection", marks=pytest.mark.once),
    pytest.param(1, True, "did not keep its backend", marks=pytest.mark.once),
    (1, False, "got the backend of ours")],
    ids=["from the start", "when compared", "for a while"])
@pytest.mark.slice
def test_a_pool_that_is_used_up_is_an_answer_too(cli, half, pooler, skip, is_held, why):
    """The application takes the only server away after our first answers: we wait, so we own none."""
    bouncer = pooler(pool_mode="transaction", default_pool_size=1, port=5432)
    with Proxy(bouncer) as proxy, psycopg.connect(bouncer.url(half.name)) as application:
        pattern = b"plan_digest" if skip == 0 else b"pg_backend_pid"  # history; our own question
        stalled = proxy.stall_after("to client", pattern, skip=skip)
        running = cli.start("up", env={"DATABASE_URL": proxy.url(half.name)})
        assert stalled.hit.wait(60)
        application.execute("SELECT 1")  # opens a transaction
        proxy.resume()
        if not is_held:
            until(lambda: any(row["cl_waiting"] >= 2 for row in bouncer.console("SHOW POOLS")))
            application.rollback()
        result = running.finish().failed(1)
        assert "in transaction mode" in result.err and why in result.err, result
    assert versions(half) == ["001"]


@pytest.mark.parametrize("settings", [
    {}, *(pytest.param(settings, marks=pytest.mark.once) for settings in (
        {"default_pool_size": 2}, {"default_pool_size": 1}, {"server_round_robin": 1}))],
    ids=["plain", "two servers", "one server", "round robin"])
@pytest.mark.slice
def test_session_mode_is_as_without_a_pooler(cli, folder, database, pooler, settings):
    env = through(pooler(pool_mode="session", **settings), database)
    folder.tables(20)
    folder.write("021_index.up.sql", "CREATE INDEX CONCURRENTLY i ON t_1 (id);")
    folder.write("021_index.down.sql", "DROP INDEX CONCURRENTLY i;")
    folder.write("022_copy.up.sql", "COPY t_1 FROM stdin;\n1\n2\n\\.\n")
    folder.write("022_copy.down.sql", "TRUNCATE t_1;")
    result = cli("up", env=env).ok()
    assert "pooler" not in result.err
    assert len(versions(database)) == 22
    assert database.value("SELECT count(*) FROM t_1") == 2
    cli("redo", "-s", env=env).ok()
    cli("down", "--to", "0", "-s", env=env).ok()
    assert database.schema() == []
    cli("baseline", "005", env=env).ok()
    assert len(versions(database)) == 5


def test_a_failure_in_session_mode_leaves_a_clean_server_connection(cli, folder, database, pooler):
    bouncer = pooler(pool_mode="session", default_pool_size=1)
    env = through(bouncer, database)
    folder.write("001_a.up.sql", "SET search_path = nowhere; SELECT 1/0;")
    cli("up", env=env).failed(2)
    folder.write("001_a.up.sql", "CREATE TABLE a (id int);")
    cli("up", env=env).ok()
    assert database.has("public.a")
    with psycopg.connect(bouncer.url(database.name), autocommit=True) as connection:
        locks, path = connection.execute(
            "SELECT (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'),"
            " current_setting('search_path')").fetchone()
    assert (locks, path) == (0, '"$user", public')


def test_no_second_connection_no_answer(cli, half, pooler):
    bouncer = pooler(pool_mode="session", max_client_conn=1)
    result = cli("up", env=through(bouncer, half)).failed(1)
    assert "cannot tell how the pooler" in result.err
    assert "a second connection, needed to find out, failed" in result.err
    assert versions(half) == ["001"]


def test_a_direct_connection_is_asked_nothing(cli, half, proxy):
    """No second connection: the proxy counts one for the run, through which numbers do not change."""
    before = proxy.accepted
    cli("up", "-s", env={"DATABASE_URL": proxy.url(half.name)}).ok()
    assert proxy.accepted == before + 1


def test_ctrl_c_reaches_the_server_through_the_pooler(cli, folder, database, pooler):
    bouncer = pooler(pool_mode="session")
    folder.write("001_a.up.sql", "CREATE TABLE a (id int); SELECT pg_sleep(60);")
    running = cli.start("up", env=through(bouncer, database))
    wait_for(database, SLEEPS)
    running.interrupt().finish().failed(130)
    assert not database.has("public.a")


def test_a_startup_parameter_that_the_pooler_refuses_is_explained(cli, half, pooler):
    bouncer = pooler(pool_mode="session")
    env = through(bouncer, half) | {"PGOPTIONS": "-c work_mem=7MB"}
    result = cli("status", env=env).failed(5)
    assert "unsupported startup parameter" in result.err
    assert "ignore_startup_parameters" in result.err
