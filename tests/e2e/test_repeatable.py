"""Repeatable migrations (Flyway's R__): they run again when their text changes, behind the versions."""
import pytest

from harness.history import contents, events, row, versions
from test_signals import SLEEPS, wait_for

pytestmark = pytest.mark.once

SKIP = "--skip-backup"
VIEW = "CREATE OR REPLACE VIEW v AS SELECT {} AS n;\n"


@pytest.fixture
def shop(folder):
    folder.write("R__views.sql", VIEW.format(1))
    folder.write("R__a_first.sql", "CREATE TABLE IF NOT EXISTS runs (n int); INSERT INTO runs VALUES (1);\n")
    for number in (1, 2):
        folder.write(f"V{number}__t.sql", f"CREATE TABLE t{number} (id int);")
        folder.write(f"U{number}__t.sql", f"DROP TABLE t{number};")
    return folder


def states(cli, *arguments):
    document = cli("status", "--json", *arguments).ok().json()
    return {entry["version"]: entry["state"] for entry in document["migrations"]}


def runs(database):
    return database.value("SELECT count(*) FROM runs")


def test_behind_the_versions_and_once(cli, shop, database):
    out = cli("up").ok().out
    assert versions(database) == ["1", "2", "R__a_first", "R__views"]
    assert row(database, "R__views", "kind", "name", "layout") == ("repeatable", "views", "flyway")
    assert "is at version 2" in out
    assert "Nothing to do: everything is applied" in cli("up", SKIP).ok().out
    assert runs(database) == 1
    assert database.query("SELECT schema_version_version FROM migrate_safe.schema_versions"
                          " WHERE schema_version_is_current") == [("2",)]


def test_a_changed_text_runs_again(cli, shop, database):
    cli("up").ok()
    before = row(database, "R__views", "checksum", "applied_order", "run_id", "applied_at")
    shop.write("R__views.sql", VIEW.format(2))
    document = cli("status", "--json").ok().json()
    assert (document["pending"], document["edited"], document["late"]) == (1, 0, 0)
    entry = document["migrations"][-1]
    assert (entry["version"], entry["state"], entry["kind"], entry["changed"]) == (
        "R__views", "pending", "repeatable", True)
    assert "changed since 20" in cli("status").ok().out
    assert "changed since it ran" in cli("plan").ok().out
    assert cli("status", "--exit-code").code == 1
    assert cli("validate").ok()
    document = cli("up", SKIP, "--json").ok().json()
    assert [step["version"] for step in document["migrations"]] == ["R__views"]
    assert database.value("SELECT n FROM v") == 2 and runs(database) == 1
    after = row(database, "R__views", "checksum", "applied_order", "run_id", "applied_at")
    assert all(old != new for old, new in zip(before, after))
    assert row(database, "R__views", "up_sql", "dirty") == (VIEW.format(2), False)
    assert versions(database) == ["1", "2", "R__a_first", "R__views"]
    assert events(database, "R__views") == ["applied", "applied"]
    history = cli("history", "--json").ok().json()["migrations"]
    assert (history[0]["version"], history[0]["kind"]) == ("R__views", "repeatable")
    cli("up", SKIP).ok()
    assert events(database, "R__views") == ["applied", "applied"]


def test_it_is_no_edit_and_not_late_for_those_that_come(cli, shop, database):
    cli("up").ok()
    shop.write("R__views.sql", VIEW.format(2))
    shop.write("R__a_0.sql", "SELECT 1;")
    shop.write("V3__t.sql", "CREATE TABLE t3 (id int);")
    plan = cli("plan", "--json").ok().json()
    assert [(step["version"], step["kind"], step["late"]) for step in plan["steps"]] == [
        ("3", "versioned", False), ("R__a_0", "repeatable", False), ("R__views", "repeatable", False)]
    cli("up", SKIP).ok()


def test_another_value_of_a_placeholder_is_another_text(cli, folder, database):
    folder.write("R__views.sql", VIEW.format("${n}"))
    cli("up", "--set", "n=1").ok()
    assert states(cli, "--set", "n=1") == {"R__views": "applied"}
    assert states(cli, "--set", "n=2") == {"R__views": "pending"}
    cli("up", SKIP, "--set", "n=2").ok()
    assert database.value("SELECT n FROM v") == 2
    assert row(database, "R__views", "up_sql") == (VIEW.format("${n}"),)


def without_skips(left):
    """That a run began without a backup is journaled, whatever comes of it."""
    history, journal, *rest = left
    return (history, [row for row in journal if row[3] != "backup_skipped"], *rest)


def test_a_failing_one_leaves_what_was(cli, shop, database):
    cli("up").ok()
    before = contents(database)
    shop.write("R__views.sql", VIEW.format(2) + "SELECT nowhere;")
    result = cli("up", SKIP).failed(2)
    assert result.err.startswith("migrations/R__views.sql:2:8: error: column \"nowhere\" does not exist")
    assert "state:  nothing of version R__views is in the database" in result.err
    assert without_skips(contents(database)) == before and database.value("SELECT n FROM v") == 1
    shop.write("R__views.sql", VIEW.format(3))
    cli("up", SKIP).ok()
    assert database.value("SELECT n FROM v") == 3


def test_up_to_a_version_leaves_them_for_later(cli, shop, database):
    cli("up", "--to", "1").ok()
    assert versions(database) == ["1"]
    cli("up", SKIP, "--steps", "2").ok()
    assert versions(database) == ["1", "2", "R__a_first"]
    cli("up", SKIP, "--to", "R__views").ok()
    assert versions(database) == ["1", "2", "R__a_first", "R__views"]


def test_down_takes_versions_and_forgets_the_ones_behind_them(cli, shop, database):
    cli("up", "--to", "1").ok()
    cli("up", SKIP, "--to", "R__a_first").ok()
    assert versions(database) == ["1", "2", "R__a_first"]
    shop.write("V3__t.sql", "CREATE TABLE t3 (id int);")
    shop.write("U3__t.sql", "DROP TABLE t3;")
    cli("up", SKIP).ok()
    assert versions(database) == ["1", "2", "R__a_first", "3", "R__views"]
    assert "1 repeatable one runs again with the next up" in cli("down", SKIP, "--dry-run").ok().out
    cli("down", SKIP).ok()
    assert versions(database) == ["1", "2", "R__a_first"]
    assert database.query("SELECT detail -> 'repeatable_forgotten' FROM migrate_safe.journal"
                          " WHERE event = 'reverted'") == [(["R__views"],)]
    assert states(cli)["R__views"] == "pending"
    cli("up", SKIP).ok()
    assert versions(database) == ["1", "2", "R__a_first", "3", "R__views"]
    cli("down", SKIP, "--to", "0").ok()
    assert versions(database) == [] and database.has("v") and not database.has("t1")
    assert "Nothing to do: nothing is applied" in cli("down", SKIP).ok().out
    cli("up", SKIP).ok()


def test_a_down_that_fails_forgets_nothing(cli, shop, database):
    shop.write("R__views.sql", "CREATE OR REPLACE VIEW v AS SELECT id FROM t2;")
    cli("up").ok()
    before = contents(database)
    assert "cannot drop table t2 because other objects depend on it" in cli("down", SKIP).failed(4).err
    assert without_skips(contents(database)) == before
    shop.write("U2__t.sql", "DROP TABLE t2 CASCADE;")
    cli("down", SKIP).ok()
    cli("up", SKIP).ok()
    assert database.has("v")


def test_a_down_in_steps_forgets_them_with_its_last(cli, shop, database):
    shop.write("U2__t.sql", "-- migrate-safe: no-transaction\nSELECT 1;\nDROP TABLE t2;")
    cli("up").ok()
    cli("down", SKIP).ok()
    assert versions(database) == ["1"]


def test_there_is_no_way_down_to_one(cli, shop, database):
    cli("up").ok()
    result = cli("down", SKIP, "--to", "R__views").failed(5)
    assert "R__views is a repeatable migration: there is no way down to it" in result.err


def test_redo_runs_them_again(cli, shop, database):
    cli("up").ok()
    cli("redo", SKIP).ok()
    assert versions(database) == ["1", "2", "R__a_first", "R__views"]
    assert runs(database) == 2
    assert set(states(cli).values()) == {"applied"}


def test_baseline_leaves_them_pending(cli, shop, database):
    database.query("CREATE TABLE t1 (id int); CREATE TABLE t2 (id int)")
    assert "Would record 2 versions" in cli("baseline", "2", "--dry-run").ok().out
    result = cli("baseline", "R__views").failed(1)
    assert "R__views is a repeatable migration: it is run, not recorded" in result.err
    cli("baseline", "2").ok()
    assert states(cli) == {"1": "applied", "2": "applied", "R__a_first": "pending", "R__views": "pending"}
    cli("up", SKIP).ok()
    assert versions(database) == ["1", "2", "R__a_first", "R__views"]


def test_a_file_that_is_gone(cli, shop, database):
    cli("up").ok()
    shop.remove("R__views.sql")
    assert states(cli)["R__views"] == "missing"
    cli("up", SKIP).ok()


# --- step by step ---

INDEX = "CREATE INDEX CONCURRENTLY IF NOT EXISTS i{0} ON t1 (id);\nSELECT {0};\n"


def test_steps(cli, shop, database):
    shop.write("R__index.sql", INDEX.format(1))
    cli("up").ok()
    before = row(database, "R__index", "checksum", "applied_order", "run_id")
    assert row(database, "R__index", "statements_done", "statements_total", "dirty") == (2, 2, False)
    shop.write("R__index.sql", INDEX.format(2))
    cli("up", SKIP).ok()
    assert row(database, "R__index", "statements_done", "statements_total", "dirty") == (2, 2, False)
    after = row(database, "R__index", "checksum", "applied_order", "run_id")
    assert all(old != new for old, new in zip(before, after))
    assert events(database, "R__index").count("steps_begun") == 2
    assert set(states(cli).values()) == {"applied"}


def test_steps_that_fail_at_once_are_forgotten(cli, shop, database):
    shop.write("R__index.sql", INDEX.format(1))
    cli("up").ok()
    shop.write("R__index.sql", "CREATE INDEX CONCURRENTLY x ON nowhere (id);")
    assert 'relation "nowhere" does not exist' in cli("up", SKIP).failed(2).err
    assert states(cli)["R__index"] == "pending"
    shop.write("R__index.sql", INDEX.format(1))
    cli("up", SKIP).ok()
    assert set(states(cli).values()) == {"applied"}


@pytest.mark.parametrize("is_changed", [False, True], ids=["first", "changed"])
def test_killed_half_way(cli, shop, database, is_changed):
    if is_changed:
        shop.write("R__slow.sql", "-- migrate-safe: no-transaction\nSELECT 1;\n")
        cli("up").ok()
    shop.write("R__slow.sql", "-- migrate-safe: no-transaction\nINSERT INTO runs VALUES (7);\n"
                              "SELECT pg_sleep(600);\nINSERT INTO runs VALUES (8);\n")
    running = cli.start("up", SKIP)
    wait_for(database, SLEEPS)
    running.kill().finish()
    database.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                   " WHERE wait_event = 'PgSleep' AND datname = current_database()")
    document = cli("status", "--json").ok().json()
    assert document["dirty"] == 1
    assert row(database, "R__slow", "kind", "statements_done", "statements_total", "dirty") == (
        "repeatable", 1, 3, True)
    assert "version R__slow is half applied: 1 of 3" in cli("down", SKIP).failed(1).err
    shop.write("R__slow.sql", "-- migrate-safe: no-transaction\nINSERT INTO runs VALUES (7);\n"
                              "SELECT 2;\nINSERT INTO runs VALUES (8);\n")
    cli("up", SKIP).ok()
    assert database.query("SELECT n FROM runs WHERE n > 1 ORDER BY n") == [(7,), (8,)]
    assert set(states(cli).values()) == {"applied"}
    assert "Nothing to do" in cli("up", SKIP).ok().out


def test_two_runners_and_a_changed_one(cli, shop, database):
    cli("up").ok()
    shop.write("R__a_first.sql", shop.read("R__a_first.sql") + "-- changed\n")
    both = [cli.start("up", SKIP), cli.start("up", SKIP)]
    for running in both:
        running.finish().ok()
    assert runs(database) == 2
