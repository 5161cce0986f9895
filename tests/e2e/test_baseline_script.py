"""Baseline scripts (Flyway's B3__): one script for all up to a version, on a database without a history."""
import pytest

from harness.history import events, row, versions

SKIP = "--skip-backup"


@pytest.fixture
def shop(folder):
    for number in range(1, 5):
        folder.write(f"V{number}__t.sql", f"CREATE TABLE t{number} (id int);")
        folder.write(f"U{number}__t.sql", f"DROP TABLE t{number};")
    folder.write("B2__all.sql", "CREATE TABLE t1 (id int); CREATE TABLE t2 (id int);"
                                " CREATE TABLE by_b2 (id int);")
    folder.write("B3__all.sql", "CREATE TABLE t1 (id int); CREATE TABLE t2 (id int);"
                                " CREATE TABLE t3 (id int); CREATE TABLE by_b3 (id int);")
    return folder


def states(cli):
    document = cli("status", "--json").ok().json()
    return [(entry["version"], entry["kind"], entry["state"]) for entry in document["migrations"]]


def test_an_empty_database_begins_with_the_highest(cli, shop, database):
    assert states(cli) == [
        ("1", "versioned", "covered"), ("2", "versioned", "covered"), ("2", "baseline", "unused"),
        ("3", "versioned", "covered"), ("3", "baseline", "pending"), ("4", "versioned", "pending")]
    assert "baseline script: stands for 3 versions" in cli("plan").ok().out
    cli("up").ok()
    assert versions(database) == ["3", "4"] and database.has("by_b3") and database.has("t4")
    assert row(database, "3", "kind", "name", "statements_total") == ("baseline", "all", 4)
    assert states(cli) == [
        ("1", "versioned", "covered"), ("2", "versioned", "covered"), ("2", "baseline", "unused"),
        ("3", "versioned", "covered"), ("3", "baseline", "applied"), ("4", "versioned", "applied")]
    assert cli("status", "--json").json()["pending"] == 0
    assert "all (baseline script)" in cli("history").ok().out
    assert "Nothing to do" in cli("up", SKIP).ok().out
    assert events(database) == ["applied", "applied"]


def test_a_database_with_a_history_does_without(cli, shop, database):
    script = shop.read("B3__all.sql")
    shop.remove("B2__all.sql")
    shop.remove("B3__all.sql")
    cli("up", "--to", "2").ok()
    shop.write("B3__all.sql", script)
    assert ("3", "baseline", "unused") in states(cli)
    cli("up", SKIP).ok()
    assert versions(database) == ["1", "2", "3", "4"] and not database.has("by_b3")
    cli("down", SKIP, "--to", "2").ok()


def test_up_to_chooses_the_script(cli, shop, database):
    cli("up", "--to", "2").ok()
    assert versions(database) == ["2"] and database.has("by_b2")
    cli("up", SKIP).ok()
    assert versions(database) == ["2", "3", "4"]


def test_up_to_a_version_before_all_scripts(cli, shop, database):
    cli("up", "--to", "1").ok()
    cli("up", SKIP).ok()
    assert versions(database) == ["1", "2", "3", "4"]


def test_there_is_no_way_back_from_it(cli, shop, database):
    cli("up").ok()
    result = cli("down", SKIP, "--to", "0").failed(1)
    assert "version 3 was made by a baseline script, which has no way back" in result.err
    cli("down", SKIP, "--to", "3").ok()
    assert versions(database) == ["3"]


def test_a_version_below_it_that_comes_later_is_covered(cli, shop, database):
    cli("up").ok()
    shop.write("V2.5__late.sql", "CREATE TABLE late (id int);")
    assert ("2.5", "versioned", "covered") in states(cli)
    assert "Nothing to do" in cli("up", SKIP).ok().out


def test_an_edited_one_is_edited(cli, shop, database):
    cli("up").ok()
    shop.write("B3__all.sql", "SELECT 1;")
    assert "version 3 was edited after it was applied" in cli("up", SKIP).failed(1).err


def test_a_failing_one_leaves_nothing(cli, shop, database):
    shop.write("B3__all.sql", "CREATE TABLE t1 (id int);\nSELECT nowhere;")
    assert "migrations/B3__all.sql:2:8: error: column" in cli("up").failed(2).err
    assert versions(database) == [] and not database.has("t1")


def test_an_empty_one_is_refused(cli, shop, database):
    shop.write("B3__all.sql", "-- nothing\n")
    result = cli("up").failed(1)
    assert "migrations/B3__all.sql:1:1: error: the baseline script of version 3 is empty" in result.err
    for name in shop.names():
        if name != "B3__all.sql":
            shop.remove(name)
    assert "the baseline script of version 3 is empty" in cli("up").failed(1).err


def test_in_steps_and_stopped(cli, shop, database):
    shop.write("B3__all.sql", "CREATE TABLE t1 (id int);\nCREATE INDEX CONCURRENTLY i ON t1 (id);\n"
                              "SELECT nowhere;\n")
    cli("up").failed(2)
    assert row(database, "3", "kind", "statements_done", "dirty") == ("baseline", 2, True)
    assert ("2", "versioned", "covered") in states(cli)
    shop.write("B3__all.sql", "CREATE TABLE t1 (id int);\nCREATE INDEX CONCURRENTLY i ON t1 (id);\n"
                              "CREATE TABLE t3 (id int);\n")
    cli("up", SKIP).ok()
    assert versions(database) == ["3", "4"]


def test_the_command_baseline_records_versions(cli, shop, database):
    database.query("CREATE TABLE t1 (id int)")
    cli("baseline", "2").ok()
    assert versions(database) == ["1", "2"]
    assert ("3", "baseline", "unused") in states(cli)
    cli("up", SKIP).ok()
    assert versions(database) == ["1", "2", "3", "4"]


def test_scripts_without_the_versions_they_stand_for(cli, folder, database):
    folder.write("B3__all.sql", "CREATE TABLE t3 (id int);")
    folder.write("V4__t.sql", "CREATE TABLE t4 (id int);")
    cli("up").ok()
    assert versions(database) == ["3", "4"]
