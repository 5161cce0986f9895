"""The schema that each run leaves, and what status, plan and up say of one that has drifted."""
import pytest

pytestmark = pytest.mark.once


def stored(database, columns="command, version", schema="migrate_safe"):
    return database.query(f"SELECT {columns} FROM {schema}.schema_snapshots ORDER BY id")


def test_a_change_by_hand_is_said_and_undone_it_is_gone(cli, folder, database):
    folder.tables(2)
    cli("up").ok()
    assert "drift: none since version 002, " in cli("status").ok().out
    database.query("ALTER TABLE t_1 ADD by_hand int; CREATE INDEX i ON t_2 (id)")
    assert "drift: 2 differences since version 002, " in cli("status").ok().out
    assert cli("status", "--json").ok().json()["drift"]["differences"] == 2
    database.query("ALTER TABLE t_1 DROP by_hand; DROP INDEX i")
    assert cli("status", "--json").ok().json()["drift"]["state"] == "none"


def test_each_command_that_changes_the_history_stores(cli, folder, database):
    folder.tables(3)
    cli("baseline", "001").ok()
    cli("up", "--skip-backup").ok()
    cli("down", "--skip-backup").ok()
    cli("redo", "--skip-backup").ok()
    assert stored(database) == [("baseline", "001"), ("up", "003"), ("down", "002"), ("redo", "002")]
    before = stored(database, "xmin::text")
    cli("up", "--to", "002").ok()
    cli("status").ok()
    cli("plan").ok()
    assert stored(database, "xmin::text") == before  # nothing to do costs nothing
    documents = stored(database, "document IS NOT NULL, fingerprint IS NOT NULL")
    assert documents == [(False, True)] * 3 + [(True, True)]


def test_history_shows_which_schema_each_run_has_left(cli, folder):
    folder.tables(2)
    cli("up", "--to", "1").ok()
    first = cli("fingerprint").ok().out.strip()
    cli("up").ok()
    second = cli("fingerprint").ok().out.strip()
    document = cli("history", "--json").ok().json()
    assert [row["fingerprint"] for row in document["migrations"]] == [second, first]
    assert [row["fingerprint"] for row in document["snapshots"]] == [second, first]
    assert first[:12] in cli("history").ok().out


def test_skip_drift_does_not_look(cli, folder, database):
    folder.tables(2)
    cli("up", "--to", "001").ok()
    database.query("CREATE TABLE by_hand (id int)")
    for command in ("status", "plan"):
        assert "drift" not in cli(command, "--skip-drift").ok().out
        assert cli(command, "--skip-drift", "--json").ok().json()["drift"] is None
    assert "drift" not in cli("up", "--skip-drift").ok().err
    assert stored(database, "drifted_before") == [(None,), (None,)]
