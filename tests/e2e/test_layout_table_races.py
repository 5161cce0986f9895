"""Rows of a table as migrations, while others run them, edit them, or apply them by hand."""
import pytest

from harness.history import events, versions
from harness.message import first, hint
from harness.rows import insert, table
from test_layout_table import FOUNDER, cody, taken_over  # noqa: F401 (fixtures)
from test_runner_lock import GATE, WAITS, gate
from test_signals import wait_for

SLOW = "-- migrate-safe: lock-timeout 1min\n" + WAITS


def test_two_runners(cli, taken_over):
    insert(taken_over, "1.1.0", SLOW + "CREATE TABLE a ();")
    with gate(taken_over) as held:
        one = cli.start("up", "-s")
        wait_for(taken_over, GATE)
        two = cli.start("up", "-s", "--wait-runner", "1min")
        assert b"another runner is at work, waiting for it" in two.process.stderr.readline()
        insert(taken_over, "1.2.0", "CREATE TABLE b ();")  # seen by the one that reads the rows later
        held.execute("SELECT pg_advisory_unlock(1)")
        one.finish().ok()
        two.finish().ok()
    assert versions(taken_over) == ["1.0.0", "1.1.0", "1.2.0"]
    assert table(taken_over) == [("1.0.0", False, True, "founder"), ("1.1.0", False, True, "postgres"),
                                 ("1.2.0", True, True, "postgres")]


def test_the_text_that_runs_is_the_one_of_then(cli, taken_over):
    """Edited while the runner waited for the lock."""
    insert(taken_over, "1.1.0", SLOW)
    insert(taken_over, "1.2.0", "CREATE TABLE a ();")
    with gate(taken_over) as held:
        one = cli.start("up", "-s", "--to", "1.1.0")
        wait_for(taken_over, GATE)
        two = cli.start("up", "-s", "--wait-runner", "1min")
        assert b"another runner is at work, waiting for it" in two.process.stderr.readline()
        taken_over.query("UPDATE schema_versions SET schema_version_up_sql = 'CREATE TABLE b ();'"
                         " WHERE schema_version_version = '1.2.0'")
        held.execute("SELECT pg_advisory_unlock(1)")
        one.finish().ok()
        two.finish().ok()
    assert taken_over.has("b") and not taken_over.has("a")
    assert "edited" not in cli("status").ok().out


def test_rows_that_became_unsound_meanwhile(cli, taken_over):
    insert(taken_over, "1.1.0", SLOW)
    insert(taken_over, "1.2.0", "CREATE TABLE a ();")
    with gate(taken_over) as held:
        one = cli.start("up", "-s", "--to", "1.1.0")
        wait_for(taken_over, GATE)
        two = cli.start("up", "-s", "--wait-runner", "1min")
        assert b"another runner is at work, waiting for it" in two.process.stderr.readline()
        insert(taken_over, "1.02.0", "CREATE TABLE b ();")
        held.execute("SELECT pg_advisory_unlock(1)")
        one.finish().ok()
        result = two.finish().failed(1)
    assert "schema_versions[1.02.0]: error: version 1.02.0 is the version of 2 rows" in result.err
    assert versions(taken_over) == ["1.0.0", "1.1.0"] and not taken_over.has("a")


# What somebody who follows the guide by hand does while the migration runs.
BY_HAND = "UPDATE schema_versions SET schema_version_applied_at = '2025-02-03 04:05:06+00'," \
    " schema_version_applied_by = 'bob' WHERE schema_version_version = '1.1.0'"
GONE = "DELETE FROM schema_versions WHERE schema_version_version = '1.1.0'"
MEANWHILE = [(BY_HAND, "version 1.1.0 was applied by somebody else meanwhile"),
             (GONE, "the row of version 1.1.0 is gone from public.schema_versions")]


@pytest.mark.parametrize("by_others, message", MEANWHILE, ids=["applied", "gone"])
def test_a_row_that_others_change_meanwhile(cli, taken_over, by_others, message):
    insert(taken_over, "1.1.0", "CREATE TABLE a ();\n" + SLOW)
    with gate(taken_over) as held:
        running = cli.start("up", "-s")
        wait_for(taken_over, GATE)
        taken_over.query(by_others)
        left = table(taken_over)
        held.execute("SELECT pg_advisory_unlock(1)")
        result = running.finish().failed(1)
    assert first(result) == f"migrate-safe: error: {message}"
    assert hint(result) == "see what is there: migrate-safe status"
    assert ("public.schema_versions says: 2025-02-03 04:05:06, by bob" in result.err) == (
        by_others == BY_HAND)
    assert "nothing of version 1.1.0 is in the database" in result.err
    assert not taken_over.has("a") and versions(taken_over) == ["1.0.0"]
    assert table(taken_over) == left


@pytest.mark.parametrize("by_others, message", MEANWHILE, ids=["applied", "gone"])
def test_the_same_in_steps(cli, taken_over, by_others, message):
    """What has run cannot be undone: it stays dirty until a person says so."""
    insert(taken_over, "1.1.0", "CREATE INDEX CONCURRENTLY users_name ON users (user_name);\n"
           "-- migrate-safe: lock-timeout 1min\n" + WAITS, down="DROP INDEX users_name;")
    with gate(taken_over) as held:
        running = cli.start("up", "-s")
        wait_for(taken_over, GATE)
        taken_over.query(by_others)
        held.execute("SELECT pg_advisory_unlock(1)")
        result = running.finish().failed(1)
    assert first(result) == f"migrate-safe: error: {message}"
    assert hint(result) == "all of its statements have run; say so: migrate-safe recover --mark-applied"
    assert "version 1.1.0 is dirty: 2 of its 2 statements are committed" in result.err
    cli("recover", "--mark-applied", "--yes").ok()
    assert "0 pending" in cli("status").ok().out and taken_over.has("users_name")
    assert table(taken_over)[1:] == (
        [] if by_others == GONE else [("1.1.0", True, True, "postgres")])
    assert events(taken_over, "1.1.0")[-1] == "marked_applied"


def test_a_row_that_somebody_holds_is_waited_for(cli, taken_over):
    """In attempts, as for any lock: what the migration has locked must not stay so meanwhile."""
    insert(taken_over, "1.1.0", "ALTER TABLE users ADD a int;")
    left = table(taken_over)
    with taken_over.connect() as other:
        other.execute("BEGIN; UPDATE schema_versions SET schema_version_description = 'b'"
                      " WHERE schema_version_version = '1.1.0'")
        result = cli("up", "-s", "--lock-deadline", "300ms").failed(2)
        assert "canceling statement due to lock timeout" in result.err
        running = cli.start("up", "-s")
        wait_for(taken_over, "wait_event_type = 'Lock'")
        taken_over.query("SET lock_timeout = '10s'; UPDATE users SET user_name = 'eve'")
        assert table(taken_over) == left
        other.execute("COMMIT")
        running.finish().ok()
    assert table(taken_over)[1] == ("1.1.0", True, True, "postgres")


def test_marks_of_a_person(cli, taken_over):
    insert(taken_over, "1.1.0", "CREATE INDEX CONCURRENTLY users_name ON users (user_name);\n"
           "SELECT oops;\n", down="-- migrate-safe: no-transaction\nDROP INDEX users_name;\nSELECT oops;")
    cli("up", "-s").failed(2)
    assert table(taken_over) == [FOUNDER, ("1.1.0", False, False, "developer")]
    assert "dirty" in cli("status").ok().out
    cli("recover", "--mark-applied", "--yes").ok()
    assert table(taken_over) == [("1.0.0", False, True, "founder"), ("1.1.0", True, True, "postgres")]
    cli("down", "-s").failed(4)
    assert not taken_over.has("users_name")
    assert table(taken_over)[1] == ("1.1.0", True, True, "postgres")
    cli("recover", "--mark-not-applied", "--yes").ok()
    assert table(taken_over) == [FOUNDER, ("1.1.0", False, False, "postgres")]
    assert versions(taken_over) == ["1.0.0"]
