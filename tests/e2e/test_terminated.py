"""A server that ends the session says so, and it is no fault of the migration's."""
import pytest

from harness.history import versions
from test_signals import SLEEPS, wait_for

SUICIDE = "CREATE TABLE t_1 (id int);\nSELECT pg_terminate_backend(pg_backend_pid());\nSELECT 1;\n"


@pytest.mark.parametrize("head", ["", "-- migrate-safe: no-transaction\n"],
                         ids=["one transaction", "steps"])
def test_the_reason_is_told(cli, folder, database, head):
    folder.pair("001_a", head + SUICIDE, "DROP TABLE t_1;")
    result = cli("up").failed(5)
    assert "was lost: terminating connection due to administrator command" in result.err
    assert "57P01" in result.err
    assert "correct migrations/001_a.up.sql" not in result.err
    assert database.has("t_1") == bool(head)


def test_nothing_is_left_of_a_transaction(cli, folder, database):
    folder.pair("001_a", SUICIDE, "DROP TABLE t_1;")
    result = cli("up", "--json").failed(5)
    assert "nothing of version 001 is in the database" in result.err + result.out
    assert versions(database) == []
    folder.pair("001_a", "CREATE TABLE t_1 (id int);", "DROP TABLE t_1;")
    cli("up").ok()
    assert versions(database) == ["001"]


def test_between_two_migrations(cli, folder, database, own_server, new_database):
    """The server is stopped while a migration runs: the same, in its own words."""
    stopped = new_database(own_server)
    folder.write("001_a.up.sql", "SELECT pg_sleep(60);")
    running = cli.start("up", env={"DATABASE_URL": stopped.url})
    wait_for(stopped, SLEEPS)
    own_server.stop()
    result = running.finish().failed(5)
    assert "was lost: terminating connection due to administrator command" in result.err
