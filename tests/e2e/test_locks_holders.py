"""Who holds a lock is looked for before it is asked for, and named while it is waited for."""
import json
import re
import threading
import time

import pytest
from harness.history import versions
from harness.program import ROOT
from harness.waiting import until
from psycopg import sql
from test_signals import wait_for

pytestmark = pytest.mark.once

WORDS_OF_THE_LOOK = "jsonb_to_record("
assert WORDS_OF_THE_LOOK in (ROOT / "src/pg/sql/locks/blockers.sql").read_text()
LOOK = f"query LIKE '%{WORDS_OF_THE_LOOK}%'"
LOOKS = f"state = 'idle' AND {LOOK}"
WAITS = "wait_event_type = 'Lock'"


@pytest.fixture
def ready(cli, database):
    database.query("CREATE TABLE t (id int PRIMARY KEY); CREATE TABLE other (id int PRIMARY KEY)")
    cli("baseline", "0").ok()
    return database


def hidden(statements):
    """SQL that does this, though nobody can read it there."""
    return f"DO $$ DECLARE nothing text := ''; BEGIN EXECUTE '{statements}' || nothing; END $$;\n"


def until_told(tmp_path):
    """Until a person was told who is in the way, which takes a second."""
    until(lambda: [wait for wait in waits(tmp_path) if "message" not in wait])


def waits(tmp_path):
    """Of the lines that are whole."""
    text = (tmp_path / "logs/migrations.jsonl").read_text()
    lines = map(json.loads, text[:text.rfind("\n") + 1].splitlines())
    return [line for line in lines if line["event"] == "lock_wait"]


def attempts(tmp_path):
    return [wait["attempt"] for wait in waits(tmp_path) if "message" in wait]


def holding(database, statement, **options):
    """A session that has run this in a transaction and keeps it open."""
    connection = database.connect(**options)
    connection.pid = connection.info.backend_pid  # still known when it is closed
    connection.execute("BEGIN")
    connection.execute(statement)
    return connection


def test_a_longer_wait_names_the_holder(cli, folder, ready, tmp_path):
    folder.write("001_a.up.sql", "ALTER TABLE t ADD c int;")
    with holding(ready, "SELECT *,\n\t'" + "x" * 200 + "' FROM t", application_name="web\x1b[1m") as web:
        running = cli.start("up", "-s")
        until_told(tmp_path)
        web.execute("ROLLBACK")
        result = running.finish().ok()
    said = [line for line in result.err.splitlines() if "waiting for t: " in line]
    assert len(said) == 1
    pid = web.pid
    assert said[0].strip().startswith(f"waiting for t: pid {pid}, user postgres, application web")
    assert re.search(r", idle in transaction for [1-9] s: SELECT \*, 'xxx", said[0])
    assert "\x1b" not in said[0] and len(said[0]) < 200
    blocker, = waits(tmp_path)[0]["blockers"]
    assert (blocker["relation"], blocker["pid"]) == ("t", pid) and blocker["since_ms"] >= 1000
    text = "".join(path.read_text() for path in (tmp_path / "logs").glob("migrate-safe-*.log"))
    assert f"lock_wait 001 ; waiting for t: pid {pid}, user postgres" in text
    assert not any(wait["attempt"] for wait in waits(tmp_path))  # it never stood in the queue


def test_a_busy_table_that_nobody_keeps_is_asked_for(cli, folder, ready):
    folder.write("001_a.up.sql", "ALTER TABLE t ADD c int;")
    stop, gate = threading.Event(), [threading.Event() for _ in range(4)]

    def work(number):  # each goes only when the next has come: there is always somebody
        with ready.connect() as connection:
            while not stop.is_set():
                connection.execute("BEGIN; SELECT * FROM t")
                gate[number].set()
                gate[(number + 1) % 4].wait(0.04)
                gate[(number + 1) % 4].clear()
                connection.execute("COMMIT")

    threads = [threading.Thread(target=work, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    try:
        cli("up", "-s", "--lock-deadline", "50s").ok()
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert versions(ready) == ["001"]


@pytest.mark.parametrize("statement, holder", [
    ("CREATE INDEX ON t (id);", "SELECT * FROM t"),
    ("CREATE TABLE new (id int REFERENCES t);", "SELECT * FROM t"),
    ("CREATE TABLE t2 (id int); ALTER TABLE t2 ADD c int;", "LOCK TABLE t"),
    ("CREATE TABLE IF NOT EXISTS t (id int);", "SELECT * FROM t"),
    ("ALTER TABLE t ALTER id SET STATISTICS 100;", "INSERT INTO t VALUES (1)"),
    ("SET search_path = mine; ALTER TABLE t ADD c int;", "SELECT * FROM t"),
    ("SELECT set_config('search_path', 'mine', false); ALTER TABLE t ADD c int;", "SELECT * FROM t"),
    ("ALTER TABLE mine.t ADD c int;", "SELECT * FROM t"),
    ("ALTER TABLE ONLY parent ADD CONSTRAINT c CHECK (id > 0) NO INHERIT;", "SELECT * FROM child"),
])
def test_who_is_not_in_the_way_is_not_waited_for(cli, folder, ready, statement, holder):
    ready.query("CREATE SCHEMA mine; CREATE TABLE mine.t (id int);"
                "CREATE TABLE parent (id int); CREATE TABLE child () INHERITS (parent)")
    folder.write("001_a.up.sql", statement)
    with holding(ready, holder):
        cli("up", "-s", "--lock-deadline", "0s").ok()


@pytest.mark.parametrize("statement, holder, named", [
    ("CREATE INDEX ON t (id);", "INSERT INTO t VALUES (1)", "t"),
    ("CREATE TRIGGER g AFTER INSERT ON t EXECUTE FUNCTION f();", "DELETE FROM t", "t"),
    ("ALTER TABLE other ADD FOREIGN KEY (id) REFERENCES t;", "DELETE FROM t", "t"),
    ("ALTER TABLE parent ADD c int;", "SELECT * FROM child", "child"),
    ("DROP INDEX t_extra;", "SELECT * FROM t", "t"),
    ("DROP TABLE referencing;", "SELECT * FROM t", "t"),
    ("TRUNCATE other, t;", "SELECT * FROM t", "t"),
    ("CREATE TABLE c PARTITION OF parted FOR VALUES IN (1);", "SELECT * FROM parted", "parted"),
    ("CREATE TABLE u (id int); ALTER TABLE \"Odd \"\"one\" ADD c int;", 'SELECT * FROM "Odd ""one"',
     '"Odd ""one"'),
    ("CREATE OR REPLACE VIEW v AS SELECT id FROM t;", "SELECT * FROM v", "v"),
    ("VACUUM FULL t;", "SELECT * FROM t", "t"),
    ("BEGIN; ALTER TABLE t ADD c int; COMMIT; BEGIN; ALTER TABLE other ADD c int; COMMIT;",
     "SELECT * FROM other", "other"),
])
def test_who_is_in_the_way_is_seen_before_it_is_asked_for(cli, folder, ready, statement, holder, named,
                                                          tmp_path):
    ready.query("""
        CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
        CREATE TABLE parent (id int); CREATE TABLE child () INHERITS (parent);
        CREATE INDEX t_extra ON t (id); CREATE TABLE referencing (id int REFERENCES t);
        CREATE TABLE parted (id int) PARTITION BY LIST (id); CREATE TABLE "Odd ""one" (id int);
        CREATE VIEW v AS SELECT id FROM t""")
    folder.write("001_a.up.sql", statement)
    with holding(ready, holder) as holds:
        result = cli("up", "-s", "--lock-deadline", "200ms").failed(2)
        assert f"of waiting for a lock on {named} (SQLSTATE 55P03)" in result.err
        assert f"waiting for {named}: pid {holds.pid}, " in result.err
    assert "attempt" not in result.err


def test_the_error_stands_at_the_statement_that_waits(cli, folder, ready):
    folder.write("001_a.up.sql", "CREATE TABLE u (id int);\n\n  ALTER TABLE t\n  ADD c int;\n")
    with holding(ready, "SELECT * FROM t"):
        result = cli("up", "-s", "--lock-deadline", "50ms").failed(2)
    assert "001_a.up.sql:3:3: error: gave up after " in result.err
    assert "3 | ALTER TABLE t\n" in result.err


def test_a_script_that_locks_nothing_asks_nothing(cli, folder, programs, new_database):
    server = programs.new_server(log_statement="all").start()
    try:
        database = new_database(server)
        folder.tables(3)
        folder.write("004_more.up.sql", "CREATE TABLE x (id int); CREATE INDEX ON x (id);"
                                        "ALTER TABLE x ADD c int; INSERT INTO x VALUES (1);")
        look = "WITH RECURSIVE modes"  # of locks/blockers.sql
        cli("up", env={"DATABASE_URL": database.url}).ok()
        assert look not in server.log.read_text()
        folder.write("005_alter.up.sql", "ALTER TABLE x ADD d int;")
        cli("up", "-s", env={"DATABASE_URL": database.url}).ok()
        assert server.log.read_text().count(look) == 2  # preflight's, and that of the run
    finally:
        server.remove()


def test_what_the_words_do_not_say_is_learned(cli, folder, ready, tmp_path):
    folder.write("001_a.up.sql", hidden("ALTER TABLE t ADD c int"))
    with holding(ready, "SELECT * FROM t") as holds:
        running = cli.start("up", "-s")
        until_told(tmp_path)  # by who looks; who asks for a lock is told of each attempt
        made = attempts(tmp_path)
        time.sleep(0.5)
        holds.execute("ROLLBACK")
        running.finish().ok()
    assert made == list(range(1, len(made) + 1)) and made
    assert attempts(tmp_path) == made
    assert waits(tmp_path)[-1]["blockers"][0]["relation"] == "t"


def test_a_prepared_transaction_is_named(cli, folder, ready):
    folder.write("001_a.up.sql", "ALTER TABLE t ADD c int;")
    with holding(ready, "INSERT INTO t VALUES (1)") as connection:
        connection.execute("PREPARE TRANSACTION 'left behind'")
    try:
        result = cli("up", "-s", "--lock-deadline", "100ms").failed(2)
        assert "waiting for t: prepared transaction left behind, user postgres, prepared for " in result.err
        assert "ROLLBACK PREPARED" in result.err
    finally:
        ready.query("ROLLBACK PREPARED 'left behind'")
    cli("up", "-s").ok()


def test_what_may_not_be_seen_is_left_out(cli, folder, ready):
    role = f"poor_{ready.name}"
    ready.query(sql.SQL("CREATE ROLE {0} LOGIN; GRANT CREATE ON DATABASE {1} TO {0}; DROP SCHEMA migrate_safe"
                        " CASCADE; CREATE SCHEMA mine AUTHORIZATION {0}; CREATE TABLE mine.own (id int);"
                        "ALTER TABLE mine.own OWNER TO {0}")
                .format(sql.Identifier(role), sql.Identifier(ready.name)))
    env = {"DATABASE_URL": ready.server.url(ready.name, user=role)}
    folder.write("001_a.up.sql", "ALTER TABLE mine.own ADD c int;")
    try:
        cli("baseline", "0", env=env).ok()
        with holding(ready, "SELECT 'secret' FROM mine.own", application_name="web") as holds:
            result = cli("up", "-s", "--lock-deadline", "50ms", env=env).failed(2)
        assert f"waiting for mine.own: pid {holds.pid}, user postgres, application web\n" in result.err
        assert "secret" not in result.err and "privilege" not in result.err
        cli("up", "-s", env=env).ok()
    finally:
        ready.query(sql.SQL("DROP OWNED BY {0} CASCADE; DROP ROLE {0}").format(sql.Identifier(role)))


def test_what_cannot_be_looked_at_leaves_the_failure_to_the_server(cli, folder, ready):
    folder.write("001_a.up.sql", "ALTER TABLE a.b.c.d.e ADD c int;")
    result = cli("up", "-s").failed(2)
    assert "001_a.up.sql:1:13: error: improper" in result.err


def test_an_interrupt_ends_the_looking(cli, folder, ready):
    folder.write("001_a.up.sql", "ALTER TABLE t ADD c int;")
    with holding(ready, "SELECT * FROM t"):
        running = cli.start("up", "-s")
        wait_for(ready, LOOKS)
        result = running.interrupt().finish().failed(130)
    assert "interrupted while waiting for a lock" in result.err
    assert "nothing of version 001 is in the database" in result.err


def test_an_interrupt_ends_a_look_that_hangs(cli, folder, ready, tmp_path):
    (tmp_path / "migrate-safe.yaml").write_text("defaults:\n  preflight: off\n")  # the run's own look
    folder.write("001_a.up.sql", "ALTER TABLE t ADD c int;")
    with holding(ready, "LOCK TABLE pg_catalog.pg_inherits"):  # which the look reads
        running = cli.start("up", "-s")
        wait_for(ready, f"{WAITS} AND {LOOK}")
        result = running.interrupt().finish().failed(130)
    assert "interrupted while waiting for a lock" in result.err
    assert "nothing of version 001 is in the database" in result.err


def test_the_server_stops_while_it_looks(cli, folder, own_server, new_database, tmp_path):
    (tmp_path / "migrate-safe.yaml").write_text("defaults:\n  preflight: off\n")  # the run's own look
    database = new_database(own_server)
    database.query("CREATE TABLE t (id int)")
    env = {"DATABASE_URL": database.url}
    cli("baseline", "0", env=env).ok()
    folder.write("001_a.up.sql", "ALTER TABLE t ADD c int;")
    holds = holding(database, "SELECT * FROM t")
    running = cli.start("up", "-s", env=env)
    wait_for(database, LOOKS)
    own_server.stop()
    result = running.finish().failed(5)
    holds.close()
    assert "the connection to " in result.err and "migrate-safe status" in result.err


def test_concurrently_names_whom_it_waits_for(cli, folder, ready, tmp_path):
    folder.write("001_a.up.sql", "CREATE INDEX CONCURRENTLY i ON t (id);")
    with holding(ready, "INSERT INTO other VALUES (1)", application_name="batch") as batch:
        batch.execute("INSERT INTO t VALUES (1)")
        running = cli.start("up", "-s")
        until_told(tmp_path)
        batch.execute("COMMIT")
        result = running.finish().ok()
    assert f"waiting for pid {batch.pid}, user postgres, application batch, idle in " in result.err


def test_a_row_that_is_locked_names_its_holder(cli, folder, ready):
    ready.query("INSERT INTO t VALUES (1)")
    folder.write("001_a.up.sql", "UPDATE t SET id = 2;")
    with holding(ready, "UPDATE t SET id = 3") as holds:
        result = cli("up", "-s", "--lock-deadline", "800ms").failed(2)
    assert "canceling statement due to lock timeout" in result.err
    assert f"waiting for pid {holds.pid}, user postgres, idle in transaction for " in result.err
