"""`locks`: who waits for whom on one screen, and sessions that are ended by rules."""
import contextlib

import psycopg
import pytest
from harness.history import versions
from harness.message import said
from harness.waiting import until
from psycopg import sql
from test_locks_holders import LOOK

pytestmark = pytest.mark.once


@pytest.fixture
def shop(database):
    database.query("CREATE TABLE orders (id int PRIMARY KEY, note text); INSERT INTO orders VALUES (1), (2)")
    return database


@pytest.fixture
def app(shop, roles):
    """A role that is no superuser, as applications are."""
    name = roles(f"app_of_{shop.name}")
    shop.query(sql.SQL("GRANT ALL ON orders TO {}").format(sql.Identifier(name)))
    return name


@contextlib.contextmanager
def session(database, statement, user=None, name="web"):
    """One that has run this in a transaction and keeps it open; or waits in it."""
    url = database.server.url(database.name, user=user) if user else database.url
    connection = psycopg.connect(url, autocommit=True, application_name=name)
    connection.pid = connection.info.backend_pid
    try:
        connection.execute("BEGIN")
        connection.execute(statement)
        yield connection
    finally:
        connection.close()


@contextlib.contextmanager
def waiting(database, statement, name):
    """A session that waits in this statement."""
    url = psycopg.conninfo.make_conninfo(database.url, application_name=name)
    connection = psycopg.pq.PGconn.connect(url.encode())
    try:
        connection.send_query(statement.encode())
        until(lambda: database.value("SELECT wait_event_type = 'Lock' FROM pg_stat_activity WHERE pid = %s",
                                     [connection.backend_pid]), statement)
        yield connection.backend_pid
    finally:
        database.query("SELECT pg_terminate_backend(%s)", [connection.backend_pid])
        connection.finish()


def is_there(database, pid):
    return database.value("SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pid = %s)", [pid])


def tree(document, database):
    """The lines of this database: tests beside us may have their own."""
    return [line for line in document["tree"] if line["database"] == database.name]


def test_who_waits_for_whom(cli, shop):
    with session(shop, "SELECT * FROM orders") as root, \
            waiting(shop, "ALTER TABLE orders ADD c int", "deploy") as change, \
            waiting(shop, "SELECT count(*) FROM orders", "web") as reader:
        document = cli("locks", "--json").ok().json()
        text = cli("locks").ok().out
    assert document["schema"] == "migrate-safe/locks/1"
    first, second, third = tree(document, shop)
    assert [line["depth"] for line in (first, second, third)] == [0, 1, 2]
    assert [line["pid"] for line in (first, second, third)] == [root.pid, change, reader]
    assert (first["state"], first["holds"]) == ("idle in transaction", "ACCESS SHARE on public.orders and 1 more")
    assert (first["statement"], first["client"], first["user"]) == ("SELECT * FROM orders", "local socket", "postgres")
    assert first["waiting_below"] == 2 and first["wants"] is None and first["wait_ms"] is None
    assert second["wants"] == "ACCESS EXCLUSIVE on public.orders" and second["blockers"] == [root.pid]
    assert third["wants"] == "ACCESS SHARE on public.orders" and third["blockers"] == [change]
    assert second["wait_ms"] >= third["wait_ms"] >= 0
    assert f"  pid {root.pid} (web, postgres from local socket) idle in transaction for " in text
    assert "; holds ACCESS SHARE on public.orders and 1 more; 2 wait for it\n" in text
    assert "    last: SELECT * FROM orders\n" in text
    assert f"    pid {change} (deploy, postgres from local socket) waits " in text
    assert "\n      ALTER TABLE orders ADD c int\n" in text
    assert f"      pid {reader} (web, postgres from local socket) waits " in text
    assert "nobody waits for a lock" not in text


@pytest.mark.parametrize("statement, waits, wants", [
    ("UPDATE orders SET id = 3 WHERE id = 1", "UPDATE orders SET id = 4 WHERE id = 1", "a row of public.orders"),
    ("SELECT pg_advisory_lock(42)", "SELECT pg_advisory_lock(42)", "advisory lock 42"),
    ("SELECT pg_advisory_lock(-1)", "SELECT pg_advisory_lock(-1)", "advisory lock -1"),
    ("SELECT pg_advisory_lock(1, 2)", "SELECT pg_advisory_lock(1, 2)", "advisory lock 1, 2"),
    ("SELECT * FROM orders", "CREATE INDEX CONCURRENTLY i ON orders (note)",
     "the end of a transaction that may still use what it changes"),
    ("INSERT INTO orders VALUES (9)", "INSERT INTO orders VALUES (9)",
     "the end of a transaction that has written a row"),
])
def test_what_is_waited_for(cli, shop, statement, waits, wants):
    with session(shop, statement + ("; INSERT INTO orders VALUES (8)" if "INDEX" in waits else "")), \
            waiting(shop, waits, "b"):
        blocker, waiter = tree(cli("locks", "--json").ok().json(), shop)
    if "INDEX" in waits:  # it waits for writers first, by their lock
        assert waiter["wants"] in (wants, "SHARE on public.orders")
    else:
        assert waiter["wants"] == wants
    assert waiter["blockers"] == [blocker["pid"]]


def test_a_prepared_transaction_is_a_root(cli, shop):
    with session(shop, "LOCK TABLE orders; PREPARE TRANSACTION 'it''s left'"):
        pass
    try:
        with waiting(shop, "SELECT 1 FROM orders", "web") as reader:
            document = cli("locks", "--json", "--older-than", "0s").ok().json()
            text = cli("locks").ok().out
            root, waiter = tree(document, shop)
            assert (root["pid"], root["prepared"], root["state"]) == (None, "it's left", "prepared")
            assert (waiter["pid"], waiter["prepared_blockers"], waiter["blockers"]) == (reader, ["it's left"], [])
            assert "  prepared transaction it's left (postgres) prepared for " in text
            assert [open["prepared"] for open in document["transactions"] if open["prepared"]] == ["it's left"]
            refused = cli("locks", "--terminate", "blocking:0s", "--yes").failed(1).out
        assert "is not ended: a prepared transaction has no session; COMMIT PREPARED or ROLLBACK PREPARED" in refused
        assert f"'it''s left', in database {shop.name}" in refused
    finally:
        shop.query("ROLLBACK PREPARED 'it''s left'")


def test_transactions_connections_and_tables(cli, shop):
    shop.query("INSERT INTO orders SELECT i, 'x' FROM generate_series(10, 2000) i; CREATE TABLE small (); ANALYZE orders")
    with session(shop, "UPDATE orders SET note = 'y' WHERE id = 1", name="old\x1b[1m"):
        young = cli("locks", "--json").ok().json()
        document = cli("locks", "--json", "--older-than", "0s", "--limit", "1").ok().json()
        text = cli("locks", "--older-than", "0s").ok().out
    assert not any(open["database"] == shop.name for open in young["transactions"])
    open, = (open for open in document["transactions"] if open["database"] == shop.name)
    assert open["holds"].startswith("ROW EXCLUSIVE on public.orders") and 0 <= open["transaction_ms"] < 60000
    assert "\x1b" not in text and ", postgres from local socket) open for " in text
    connections = document["connections"]
    mine = [one for one in connections["by_application"] if one["database"] == shop.name]
    assert {one["application"]: (one["all"], one["idle_in_transaction"]) for one in mine
            if not one["application"].startswith("migrate-safe")} == {open["application"]: (1, 1)}
    assert connections["used"] == sum(one["all"] for one in connections["by_application"])
    assert connections["left"] == connections["most"] - connections["reserved"] - connections["used"]
    assert connections["database_used"] == 2 and connections["database_most"] is None
    largest, = document["tables"]["largest"]
    assert (largest["name"], largest["rows"], largest["is_estimated"]) == ("public.orders", 1993, False)
    assert largest["size_bytes"] == shop.value("SELECT pg_total_relation_size('orders')")
    assert document["tables"]["count"] == 2 and "2 tables, " in text


def test_it_answers_while_everything_is_locked(cli, folder, shop):
    """Also our own history, which no reading command may wait for here."""
    cli("baseline", "0").ok()
    folder.tables(1)
    cli("up", "-s").ok()
    shop.query("ANALYZE orders")
    with session(shop, "LOCK TABLE orders, migrate_safe.schema_migrations, migrate_safe.journal"):
        result = cli("locks", "--json", timeout=20).ok()
        text = cli("locks", "--verbose", timeout=20).ok().out
    tables = {table["name"]: table["is_estimated"] for table in result.json()["tables"]["largest"]}
    assert tables["public.orders"] and not tables["public.t_1"]
    assert result.json()["pending_blockers"] is None
    assert "what pending migrations want is not known: reading the state of" in text


def test_what_the_server_hides_is_said(cli, shop, roles):
    """As somebody who may see and write nothing, in a session that must not write."""
    name = roles(f"reader_of_{shop.name}", "LOGIN")
    shop.query(sql.SQL("ALTER ROLE {} SET default_transaction_read_only = on").format(sql.Identifier(name)))
    cli.url = shop.server.url(shop.name, user=name)
    with session(shop, "LOCK TABLE orders") as root, waiting(shop, "SELECT 1 FROM orders", "web") as reader:
        hidden = cli("locks", "--json").ok().json()
        text = cli("locks").ok().out
        shop.query(sql.SQL("GRANT pg_read_all_stats TO {}").format(sql.Identifier(name)))
        shown = cli("locks", "--json").ok().json()
    first, second = tree(hidden, shop)
    assert (first["pid"], second["pid"], second["blockers"]) == (root.pid, reader, [root.pid])
    assert first["is_hidden"] and hidden["hidden_sessions"] >= 2
    assert first["statement"] is first["client"] is first["state"] is first["transaction_ms"] is None
    assert (first["application"], first["user"], second["wants"]) == ("web", "postgres", "ACCESS SHARE on public.orders")
    assert f"pid {root.pid} (web, postgres) state hidden from this role; holds ACCESS EXCLUSIVE" in text
    assert "statement hidden from this role" in text
    assert f"as a superuser: GRANT pg_read_all_stats TO {name};" in text
    assert tree(shown, shop)[0]["statement"] == "LOCK TABLE orders" and shown["hidden_sessions"] == 0


def test_nothing_is_written(cli, folder, shop):
    folder.tables(1)
    cli("baseline", "0").ok()
    before = shop.value("SELECT pg_current_xact_id_if_assigned()"), shop.query("SELECT * FROM migrate_safe.journal")
    for arguments in ([], ["--json"], ["--terminate", "blocking:0s", "--dry-run"]):
        cli("locks", *arguments, env={"PGOPTIONS": "-c default_transaction_read_only=on"}).ok()
    assert (shop.value("SELECT pg_current_xact_id_if_assigned()"),
            shop.query("SELECT * FROM migrate_safe.journal")) == before


def test_a_session_is_ended_and_journaled(cli, folder, shop, app, tmp_path):
    cli("baseline", "0").ok()
    before = (tmp_path / "logs/migrations.jsonl").read_text()
    with session(shop, "UPDATE orders SET note = 'secret'", user=app) as idle, session(shop, "SELECT 1") as super_user:
        shown = cli("locks", "--terminate", "idle-in-transaction:0s", "--dry-run").ok()
        assert is_there(shop, idle.pid) and f"pid {idle.pid} (web, {app} from local socket)" in shown.out
        code, message, advice = said(cli("locks", "--terminate", f"pid:{idle.pid}"))
        assert (code, "consent" in message, "--yes" in advice) == (1, True, True) and is_there(shop, idle.pid)
        assert (tmp_path / "logs/migrations.jsonl").read_text() == before
        result = cli("locks", "--terminate", "idle-in-transaction:0s", "--yes", "--json").failed(1)
        assert not is_there(shop, idle.pid) and is_there(shop, super_user.pid)
    ended = {one["pid"]: one for one in result.json()["terminated"]}
    assert (ended[idle.pid]["outcome"], ended[idle.pid]["is_journaled"]) == ("ended", True)
    assert (ended[super_user.pid]["outcome"], ended[super_user.pid]["refused"]) == ("kept", "it is a superuser's session")
    detail, = shop.query("SELECT detail FROM migrate_safe.journal WHERE event = 'session_terminated'")
    assert (detail[0]["pid"], detail[0]["user"], detail[0]["outcome"]) == (idle.pid, app, "ended")
    assert detail[0]["rule"] == "idle-in-transaction:0s"
    logged = (tmp_path / "logs/migrations.jsonl").read_text()
    assert f"pid {idle.pid} (web, {app} from local socket) was ended" in logged
    assert "secret" not in logged and "secret" not in str(detail)


def test_without_a_history_only_the_log_has_it(cli, shop, app, tmp_path):
    with session(shop, "SELECT 1", user=app) as idle:
        result = cli("locks", "--terminate", f"pid:{idle.pid}", "--yes").ok()
        assert not is_there(shop, idle.pid)
    assert "that is not in the journal, only in the log" in result.err
    assert "was ended" in result.out and "was ended" in (tmp_path / "logs/migrations.jsonl").read_text()


def test_a_right_that_is_missing_is_said(cli, shop, app, roles):
    name = roles(f"helper_of_{shop.name}", "LOGIN")
    with session(shop, "SELECT 1", user=app) as idle:
        cli.url = shop.server.url(shop.name, user=name)
        result = cli("locks", "--terminate", f"pid:{idle.pid}", "--yes").failed(1)
        assert f"is not ended: {name} may not end sessions of {app}" in result.out
        assert f"GRANT pg_signal_backend TO {name};" in result.out and is_there(shop, idle.pid)
        shop.query(sql.SQL("GRANT pg_signal_backend TO {}").format(sql.Identifier(name)))
        cli("locks", "--terminate", f"pid:{idle.pid}", "--yes").ok()
        assert not is_there(shop, idle.pid)


def test_each_is_asked_for(cli, shop, app):
    with session(shop, "SELECT 1", user=app) as first, session(shop, "SELECT 1", user=app) as second:
        rules = ["--terminate", f"pid:{first.pid}", "--terminate", f"pid:{second.pid}"]
        result = cli.in_terminal("locks", *rules, keys=[("[y/N]", "n\n"), ("[y/N]", "y\n")])
        assert result.code == 1 and "its transaction rolled back" in result.out
        assert is_there(shop, first.pid) and not is_there(shop, second.pid)
        interrupted = cli.in_terminal("locks", *rules[:2], keys=[("[y/N]", "\x03")])
        assert interrupted.code == 130 and is_there(shop, first.pid)


def test_who_is_in_the_way_of_our_run_is_ended(cli, folder, shop, app):
    """It does not stand in the queue: it looks, and so does the screen."""
    cli("baseline", "0").ok()
    folder.write("001_a.up.sql", "ALTER TABLE orders ADD c int;")
    with session(shop, "SELECT * FROM orders", user=app) as holder, session(shop, "SELECT 1", user=app) as other:
        before = cli("locks", "--json").ok().json()
        assert before["runner"] is None
        assert [(one["pid"], one["relation"]) for one in before["pending_blockers"]] == [(holder.pid, "orders")]
        running = cli.start("up", "-s")
        until(lambda: shop.value("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                                 f" AND {LOOK} AND application_name LIKE 'migrate-safe up%'"))
        seen = cli("locks").ok().out
        assert "Our own run\n  pid " in seen and "holds the runner's lock" in seen
        assert f"in the way of pending migrations: orders: pid {holder.pid}, user {app}" in seen
        runner = cli("locks", "--json").ok().json()["runner"]["pid"]
        kept = cli("locks", "--terminate", f"pid:{runner}", "--yes").failed(1).out
        assert "is not ended: it is a session of migrate-safe" in kept
        cli("locks", "--terminate", "blocking-us:1h", "--yes").ok()
        cli("locks", "--terminate", "blocking-us:0s", "--yes").ok()
        running.finish().ok()
        assert not is_there(shop, holder.pid) and is_there(shop, other.pid)
    assert versions(shop) == ["001"]


def test_only_roots_are_blocking(cli, shop, app):
    with session(shop, "SELECT * FROM orders", user=app) as root, \
            waiting(shop, "BEGIN; LOCK TABLE orders", "middle") as middle, waiting(shop, "TABLE orders", "last") as last:
        result = cli("locks", "--terminate", "blocking:0s", "--yes", "--json").ok().json()
        assert [one["pid"] for one in result["terminated"]] == [root.pid]
        assert is_there(shop, middle) and is_there(shop, last)


def test_it_looks_again_until_interrupted(cli, shop):
    running = cli.start("locks", "--watch", "1ms")
    shown = b""
    while shown.count(b"Who waits for whom") < 3:
        shown += running.process.stdout.read1()
    result = running.interrupt().finish().failed(130)
    assert result.err == "" and b"\x1b" not in shown


def test_on_a_terminal_it_is_one_screen(cli, shop):
    result = cli.in_terminal("locks", "--watch", "1ms", rows=50, keys=[("Largest", ""), ("Largest", "\x03")])
    assert result.code == 130 and result.out.count("\x1b[H\x1b[2J") >= 2


@pytest.mark.parametrize("arguments, word", [
    (["--watch", "--json"], "--json is one document"), (["--watch", "--terminate", "pid:1"], "has no end"),
    (["5"], 'locks does not take "5"'), (["--watch", "soon"], 'locks does not take "soon"'),
    (["--watch", "0"], 'does not take "0"'), (["--yes"], "without --terminate"),
    (["--terminate", "idle"], '"idle" is no rule'), (["--terminate", "blocking-us"], "is no rule"),
    (["--terminate", "pid:0"], "is no rule"), (["--terminate", "blocking:soon"], "is no rule")])
def test_what_makes_no_sense_is_refused(cli_without_database, arguments, word):
    assert word in cli_without_database("locks", *arguments).failed(5).err


def test_a_pid_that_nobody_has_is_refused(cli, shop):
    code, message, advice = said(cli("locks", "--terminate", "pid:999999999", "--yes"))
    assert code == 1 and "no session has the pid 999999999" in message and "migrate-safe locks" in advice
