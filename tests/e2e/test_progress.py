"""A statement that takes long says how far it is; asking never disturbs it."""
import re

import pytest
from harness.history import row
from harness.pgbouncer import PgBouncer
from psycopg import sql
from test_signals import wait_for

pytestmark = pytest.mark.once

SLOW_INDEX = "CREATE INDEX i ON t (slow(id));"


@pytest.fixture
def slow(cli, database):
    database.query("""
        CREATE TABLE t (id int);
        INSERT INTO t SELECT generate_series(1, 30);
        CREATE FUNCTION slow(id int) RETURNS int IMMUTABLE LANGUAGE plpgsql
            AS 'BEGIN PERFORM pg_sleep(0.1); RETURN id; END'""")
    cli("baseline", "0").ok()
    return database


def test_of_an_index_on_a_terminal(cli, folder, slow):
    folder.write("001_index.up.sql", SLOW_INDEX)
    result = cli.in_terminal("up", "-s").ok()
    assert re.search(r"001  [1-9]\.\d s  CREATE INDEX: building index: scanning table", result.out)


@pytest.mark.once
def test_of_anything_else_on_a_terminal(cli, folder, slow):
    folder.write("001_sleep.up.sql", "SELECT pg_sleep(2.3);")
    assert re.search(r"001  [12]\.\d s  running", cli.in_terminal("up", "-s").ok().out)


@pytest.mark.slow
@pytest.mark.once
def test_in_a_pipe_only_when_asked(cli, folder, slow):
    folder.write("001_index.up.sql", SLOW_INDEX)
    folder.write("002_index.up.sql", SLOW_INDEX.replace(" i ", " j "))
    assert cli("up", "-s", "--steps=1").ok().err == ""
    lines = [line for line in cli("up", "-s", "-v").ok().err.splitlines() if not line.startswith("  report: ")]
    assert len(lines) == 1 and re.fullmatch(
        r"    002  [1-9]\.\d s  CREATE INDEX: building index: scanning table.*", lines[0])


def test_of_steps(cli, folder, slow):
    folder.write("001_steps.up.sql", "CREATE INDEX CONCURRENTLY i ON t (slow(id));\nVACUUM t;\n")
    assert "CREATE INDEX CONCURRENTLY: building index" in cli("up", "-s", "-v").ok().err


def test_without_a_second_connection_all_goes_on(cli, folder, slow):
    role = f"lone_{slow.name}"
    slow.query(sql.SQL("CREATE ROLE {0} LOGIN SUPERUSER CONNECTION LIMIT 1; ALTER ROLE {0} NOSUPERUSER;"
                       "GRANT ALL ON DATABASE {1} TO {0}; ALTER TABLE t OWNER TO {0};"
                       "GRANT ALL ON SCHEMA public, migrate_safe TO {0};"
                       "GRANT ALL ON ALL TABLES IN SCHEMA migrate_safe TO {0}")
               .format(sql.Identifier(role), sql.Identifier(slow.name)))
    folder.write("001_sleep.up.sql", "SELECT pg_sleep(2.3);")
    try:
        result = cli("up", "-s", "-v", env={"DATABASE_URL": slow.server.url(slow.name, user=role)}).ok()
        assert "running" in result.err
    finally:
        slow.query(sql.SQL("DROP OWNED BY {0} CASCADE; DROP ROLE {0}").format(sql.Identifier(role)))


@pytest.mark.once
@pytest.mark.parametrize("size, said", [(5, "CREATE INDEX: building index"), (1, "running")])
@pytest.mark.slice
def test_behind_a_pooler(cli, folder, slow, size, said):
    """A pooler tells another pid; one that is used up lets the second connection wait."""
    if size == 1:  # it gives up asking only after 2.5 s
        slow.query("INSERT INTO t SELECT generate_series(31, 55)")
    with PgBouncer(slow.server, pool_mode="session", default_pool_size=size) as bouncer:
        folder.write("001_index.up.sql", SLOW_INDEX)
        result = cli("up", "-s", "-v", env={"DATABASE_URL": bouncer.url(slow.name)}).ok()
    assert said in result.err
    assert row(slow, "001", "duration_ms")[0] < 15000


def test_nothing_is_opened_for_what_is_fast(cli, folder, programs, new_database):
    server = programs.new_server(log_connections="on").start()
    try:
        database = new_database(server)
        before = server.log.read_text().count("connection authorized")
        folder.tables(20)
        cli("up", env={"DATABASE_URL": database.url}).ok()
        assert server.log.read_text().count("connection authorized") == before + 1
    finally:
        server.remove()


def test_an_interrupt_is_not_lost(cli, folder, slow):
    folder.write("001_sleep.up.sql", "SELECT pg_sleep(600);")
    running = cli.start("up", "-s")
    wait_for(slow, "wait_event = 'PgSleep'")
    wait_for(slow, "application_name = 'migrate-safe progress'")
    running.interrupt().finish().failed(130)
