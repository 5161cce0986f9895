"""What stopped half way goes on by itself where the catalog shows what happened; else a person decides."""
import pytest

from harness.history import events, row, versions

COUNTERS = ("statements_done", "statements_total", "dirty")
SKIP = "--skip-backup"


def stopped_at_a_duplicate(cli, folder, database):
    """002 stops in its second statement and leaves an INVALID index."""
    folder.pair("001_t", "CREATE TABLE t AS SELECT 1 AS id FROM generate_series(1, 2);\n", "DROP TABLE t;\n")
    folder.pair("002_index", "CREATE INDEX CONCURRENTLY i ON t (id);\n"
                             "CREATE UNIQUE INDEX CONCURRENTLY u ON t (id);\n"
                             "ALTER TABLE t ADD COLUMN v int;\n",
                "DROP INDEX i;\nDROP INDEX IF EXISTS u;\nALTER TABLE t DROP COLUMN IF EXISTS v;\n")
    folder.tables(1, first=3)
    cli("up").failed(2)
    assert row(database, "002", *COUNTERS) == (1, 3, True)
    assert database.query("SELECT indisvalid FROM pg_index WHERE indexrelid = 'u'::regclass") == [(False,)]


def index_names(database):
    return [name for name, in database.query(
        "SELECT relname FROM pg_class JOIN pg_index ON indexrelid = oid WHERE indisvalid"
        " AND relnamespace = 'public'::regnamespace ORDER BY 1")]


def test_up_drops_the_invalid_index_and_builds_it_again(cli, folder, database):
    stopped_at_a_duplicate(cli, folder, database)
    database.query("DELETE FROM t")
    result = cli("up", SKIP).ok()
    assert "index public.u is INVALID: it is dropped and built again" in result.err
    assert index_names(database) == ["i", "u"] and database.has("t_3")
    assert row(database, "002", *COUNTERS) == (3, 3, False)
    assert "steps_resumed" in events(database, "002")


def test_up_fails_again_where_the_cause_is_still_there(cli, folder, database):
    stopped_at_a_duplicate(cli, folder, database)
    assert "002_index.up.sql:2:1: error: could not create unique index" in cli("up", SKIP).failed(2).err
    assert row(database, "002", *COUNTERS) == (1, 3, True)


def test_the_rest_of_the_file_may_be_corrected(cli, folder, database):
    stopped_at_a_duplicate(cli, folder, database)
    folder.write("002_index.up.sql", "CREATE INDEX CONCURRENTLY i ON t (id);\n"
                                     "CREATE INDEX CONCURRENTLY u ON t (id);\n")
    cli("up", SKIP).ok()
    assert index_names(database) == ["i", "u"]
    assert row(database, "002", "statements_total", "dirty") == (2, False)
    assert cli("status", "--json").json()["edited"] == 0


def test_the_part_that_has_run_may_not(cli, folder, database):
    stopped_at_a_duplicate(cli, folder, database)
    folder.write("002_index.up.sql", "CREATE INDEX CONCURRENTLY other ON t (id);\nSELECT 1;\n")
    result = cli("up", SKIP).failed(1)
    assert "version 002 was edited in the part that has run (its first 1 statements)" in result.err


def test_recover_shows_what_happened_and_what_can_be_done(cli, folder, database):
    stopped_at_a_duplicate(cli, folder, database)
    before = database.query("SELECT count(*) FROM migrate_safe.journal")
    out = cli("recover").failed(1).out
    assert "version 002 index stopped half way up: 1 of 3 statements are committed" in out
    assert "CREATE UNIQUE INDEX CONCURRENTLY u ON t (id)" in out
    assert "index public.u is INVALID" in out
    for way in ("--resume", "--undo", "--mark-applied", "--mark-not-applied"):
        assert f"migrate-safe recover {way}" in out
    assert "migrate-safe generate-rollback --partial --output undo.sql" in out
    assert database.query("SELECT count(*) FROM migrate_safe.journal") == before


def test_recover_for_machines(cli, folder, database):
    stopped_at_a_duplicate(cli, folder, database)
    document = cli("recover", "--json").failed(1).json()
    assert document["schema"] == "migrate-safe/recover/1"
    assert (document["version"], document["direction"], document["statements_done"]) == ("002", "up", 1)
    assert document["in_flight"].startswith("CREATE UNIQUE INDEX") and document["can_undo"]


def test_undo_runs_the_down(cli, folder, database):
    stopped_at_a_duplicate(cli, folder, database)
    assert "add --yes" in cli("recover", "--undo").failed(1).err
    cli("recover", "--undo", "--yes").ok()
    assert index_names(database) == [] and versions(database) == ["001"]
    assert not database.query("SELECT FROM pg_class WHERE relname = 'u'")


@pytest.mark.parametrize("option, left", [("--mark-applied", ["001", "002"]), ("--mark-not-applied", ["001"])])
def test_marks_run_nothing(cli, folder, database, option, left):
    stopped_at_a_duplicate(cli, folder, database)
    assert "this needs your consent" in cli("recover", option).failed(1).err
    assert row(database, "002", "dirty") == (True,)
    cli("recover", option, "--yes").ok()
    assert versions(database) == left and index_names(database) == ["i"]
    assert cli("recover").ok().out.startswith("Nothing to recover")


def test_what_failed_before_anything_was_committed_is_not_dirty(cli, folder, database):
    folder.write("001_first.up.sql", "SELECT 1 / 0;\nVACUUM;\n")
    result = cli("up").failed(2)
    assert "nothing of version 001 is in the database" in result.err
    assert versions(database) == [] and events(database, "001")[-1] == "steps_abandoned"


def test_settings_of_the_part_that_ran_hold_for_the_rest(cli, folder, database):
    database.query("CREATE SCHEMA app")
    folder.write("001_path.up.sql", "SET search_path = app;\nCREATE TABLE t (id int);\nVACUUM t;\n"
                                    "SELECT 1 / count(*) FROM t;\nCREATE TABLE u (id int);\n")
    cli("up").failed(2)
    database.query("INSERT INTO app.t VALUES (1)")
    cli("up", SKIP).ok()
    assert database.has("app.u")


def test_a_down_that_stopped_goes_on_with_down(cli, folder, database):
    folder.pair("001_t", "CREATE TABLE t (id int);\nCREATE TABLE hold (id int);\n",
                "DROP TABLE hold;\nVACUUM t;\nSELECT 1 / count(*) FROM t;\nDROP TABLE t;\n")
    cli("up").ok()
    cli("down", SKIP).failed(4)
    assert row(database, "001", *COUNTERS) == (2, 4, True)
    assert "half taken back" in cli("up", SKIP).failed(1).err
    database.query("INSERT INTO t VALUES (1)")
    cli("down", SKIP).ok()
    assert versions(database) == [] and not database.has("t")


def test_accept_takes_the_edited_text(cli, folder, database):
    folder.tables(1)
    cli("up").ok()
    folder.write("001_table_1.up.sql", "CREATE TABLE t_1 (id int); -- a comment\n")
    assert "recover --accept 001" in cli("up", SKIP).failed(1).err
    assert "add --yes" in cli("recover", "--accept", "001").failed(1).err
    cli("recover", "--accept", "1", "--yes").ok()
    assert cli("status", "--json").json()["edited"] == 0
    assert events(database, "001")[-1] == "accepted"
    assert "a comment" in database.value("SELECT up_sql FROM migrate_safe.schema_migrations")


def test_accept_refuses_what_was_not_edited(cli, folder, database):
    folder.tables(1)
    cli("up").ok()
    assert "was not edited" in cli("recover", "--accept", "001", "--yes").failed(1).err
    assert "there is no migration with version" in cli("recover", "--accept", "9", "--yes").failed(5).err


def test_one_way_at_a_time(cli, folder):
    assert "one way at a time" in cli("recover", "--undo", "--resume").failed(5).err


def test_if_not_exists_does_not_pass_over_an_invalid_index(cli, folder, database):
    """A build that somebody else left INVALID is not taken for the index."""
    database.query("CREATE TABLE t AS SELECT 1 AS id FROM generate_series(1, 2)")
    with pytest.raises(Exception):
        database.query("CREATE UNIQUE INDEX CONCURRENTLY u ON t (id)")
    database.query("DELETE FROM t")
    folder.write("001_u.up.sql", "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS u ON t (id);\n")
    cli("baseline", "0").ok()
    result = cli("up", SKIP).failed(2)
    assert "index public.u is INVALID, and IF NOT EXISTS passed over it" in result.err
    cli("up", SKIP).ok()
    assert index_names(database) == ["u"]
