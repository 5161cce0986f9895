"""What others left where a migration wants to work, and what its own failure leaves there."""
import contextlib

import psycopg
import pytest

from conftest import wait_for_quiet, wait_until
from harness.history import events, versions
from truth import LEFTOVERS

ITEMS = "CREATE TABLE item (id int PRIMARY KEY, value int, other int);"
FILL = "INSERT INTO item SELECT i, i, i FROM generate_series(1, 100) i"
CREATE = "CREATE INDEX CONCURRENTLY item_value ON item (value);\n"
DEFINITION = "SELECT indexdef FROM pg_indexes WHERE indexname = 'item_value'"


@pytest.fixture
def items(cli, folder, database):
    """A database with a table, and a folder whose next migration builds an index."""
    folder.write("001_item.up.sql", ITEMS)
    cli("up").ok()
    database.query(FILL)
    folder.write("002_index.up.sql", CREATE)
    return database


def is_valid(database, index="item_value"):
    return database.value("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)", [index])


def test_an_index_that_others_made_is_not_taken_for_ours(cli, items):
    items.query("CREATE INDEX item_value ON item (other)")
    for _ in range(2):
        result = cli("up", "-s").failed(2)
        assert 'relation "item_value" already exists' in result.err
        assert versions(items) == ["001"] and " 1 pending" in cli("status").ok().out
    assert items.value(DEFINITION).endswith("(other)")
    items.query("DROP INDEX item_value")
    cli("up", "-s").ok()
    assert items.value(DEFINITION).endswith("(value)")


def test_nor_behind_a_statement_that_is_done(cli, folder, items):
    folder.write("002_index.up.sql", "ALTER TABLE item ADD COLUMN more int;\n" + CREATE)
    items.query("CREATE INDEX item_value ON item (other)")
    for _ in range(2):
        result = cli("up", "-s").failed(2)
        assert "version 002 is dirty: 1 of its 2 statements are committed" in result.err
    items.query("DROP INDEX item_value")
    cli("up", "-s").ok()
    assert items.value(DEFINITION).endswith("(value)")


def test_an_invalid_index_of_others_is_named_not_dropped(cli, items):
    items.query("INSERT INTO item VALUES (101, 1, 1)")
    with items.connect() as other, contextlib.suppress(psycopg.errors.UniqueViolation):
        other.execute("CREATE UNIQUE INDEX CONCURRENTLY item_value ON item (value)")
    for _ in range(2):
        result = cli("up", "-s").failed(2)
        assert "that index is INVALID and was there before this migration" in result.err
        assert "if nobody needs it: DROP INDEX CONCURRENTLY public.item_value" in result.err
        assert is_valid(items) is False
    items.query("DROP INDEX CONCURRENTLY public.item_value")
    cli("up", "-s").ok()
    assert is_valid(items)


def test_an_index_that_others_are_building_is_waited_for(cli, items):
    other = "CREATE INDEX CONCURRENTLY item_value ON item (other)"
    with sent(items, other) as (pid, release):
        running = cli.start("up", "-s")
        said = b""
        while str(pid).encode() not in said:  # who it waits for is named
            assert (line := running.process.stderr.readline()), said
            said += line
        release()
        assert "already exists" in running.finish().failed(2).err
    assert items.value(DEFINITION).endswith("(other)") and " 1 pending" in cli("status").ok().out


def test_an_index_that_is_gone_was_not_dropped_by_us(cli, folder, items):
    folder.write("002_index.up.sql", "DROP INDEX CONCURRENTLY item_value;\n")
    for _ in range(2):
        assert 'index "item_value" does not exist' in cli("up", "-s").failed(2).err
        assert versions(items) == ["001"]


def test_duplicates_leave_it_invalid_until_they_are_gone(cli, folder, items):
    folder.write("002_index.up.sql", CREATE.replace("INDEX", "UNIQUE INDEX"))
    items.query("INSERT INTO item VALUES (101, 1, 1)")
    for _ in range(2):
        result = cli("up", "-s").failed(2)
        assert "Key (value)=(1) is duplicated" in result.err
        assert "version 002 is dirty: 0 of its 1 statements are committed" in result.err
        assert is_valid(items) is False
    items.query("DELETE FROM item WHERE id = 101")
    cli("up", "-s").ok()
    assert is_valid(items) and items.query(LEFTOVERS) == []


def test_what_a_reindex_of_others_left_is_theirs(cli, folder, items):
    cli("up", "-s").ok()
    cancel_reindex(items)
    left = items.query(LEFTOVERS)
    assert left
    folder.write("003_again.up.sql", "REINDEX INDEX CONCURRENTLY item_value;\n")
    cli("up", "-s").ok()
    assert items.query(LEFTOVERS) == left and is_valid(items)


@contextlib.contextmanager
def sent(database, statement):
    """Another session that is at this statement, held up by a writer: its pid, and how to let it go on."""
    with database.connect() as writer, contextlib.closing(database.connect()) as other:
        writer.execute("BEGIN; INSERT INTO item VALUES (-1, -1, -1)")
        other.pgconn.send_query(statement.encode())
        wait_until(lambda: database.query(
            "SELECT pid FROM pg_stat_progress_create_index WHERE phase LIKE 'waiting%%'"
            " AND datname = current_database()"))
        yield other.info.backend_pid, lambda: writer.execute("ROLLBACK")
        writer.execute("ROLLBACK")


def cancel_reindex(database):
    """Leaves item_value_ccnew."""
    with sent(database, "REINDEX INDEX CONCURRENTLY item_value") as (pid, _):
        database.query("SELECT pg_terminate_backend(%s)", [pid])


@pytest.mark.parametrize("way", ["killed", "terminated", "cancelled"])
def test_a_detach_that_was_interrupted(cli, folder, database, way):
    """Its first transaction is committed, the second waits for whoever uses the table."""
    folder.write("001_event.up.sql", """
        CREATE TABLE event (at date NOT NULL) PARTITION BY RANGE (at);
        CREATE TABLE event_1 PARTITION OF event FOR VALUES FROM ('2001-01-01') TO ('2002-01-01');
        """)
    cli("up").ok()
    folder.write("002_detach.up.sql", "ALTER TABLE event DETACH PARTITION event_1 CONCURRENTLY;\n")
    pending = "SELECT inhrelid FROM pg_inherits WHERE inhdetachpending"
    with database.connect() as reader:
        reader.execute("BEGIN; SELECT FROM event")
        running = cli.start("up", "-s")
        wait_until(lambda: database.query(pending))
        backend = database.value("SELECT pid FROM pg_stat_activity WHERE query LIKE 'ALTER TABLE event%'"
                                 " AND datname = current_database()")
        if way == "killed":
            running.kill().finish()
        elif way == "terminated":
            database.query("SELECT pg_terminate_backend(%s)", [backend])
            running.finish().failed(5)
        else:
            running.interrupt().finish().failed(130)
        assert " 1 dirty" in cli("status").ok().out and database.query(pending)
    wait_for_quiet(database)
    cli("up", "-s").ok()
    assert database.query("SELECT inhrelid FROM pg_inherits") == []
    assert events(database, "002")[-1] == "applied"
