"""down: what was applied is taken back, newest first, with the stored text when the file is gone."""
import pytest

from harness.history import contents, events, row, versions


@pytest.fixture
def four(cli, folder, database):
    """001 to 004 are applied."""
    folder.tables(4)
    cli("up").ok()
    return database


@pytest.mark.parametrize("arguments, left", [
    (["down"], ["001", "002", "003"]),
    (["rollback", "--steps", "2"], ["001", "002"]),
    (["--rollback", "--steps=3"], ["001"]),
    (["down", "--steps", "99"], []),
    (["down", "--to", "002"], ["001", "002"]),
    (["down", "--to", "2"], ["001", "002"]),
    (["down", "--to", "0"], []),
    (["-r", "003"], ["001", "002", "003"]),
    (["--rollback-to", "001"], ["001"]),
    (["--rollback-to=001"], ["001"]),
    (["down", "--to", "004"], ["001", "002", "003", "004"]),
])
def test_how_far(cli, four, arguments, left):
    cli(*arguments, "--skip-backup").ok()
    assert versions(four) == left
    assert [four.has(f"t_{number}") for number in range(1, 5)] == [
        f"{number:03d}" in left for number in range(1, 5)]


def test_the_row_goes_and_the_journal_keeps_it(cli, four):
    cli("down", "-s").ok()
    assert events(four, "004") == ["applied", "reverted"]
    detail = four.value("SELECT detail FROM migrate_safe.journal WHERE event = 'reverted'")
    assert detail["command"] == "down" and detail["file"] == "migrations/004_table_4.down.sql"


def test_the_order_is_that_of_application_not_of_names(cli, folder, database):
    folder.pair("001_a", "CREATE TABLE a (id int);", "DROP TABLE a;")
    folder.pair("003_c", "CREATE TABLE c (id int PRIMARY KEY);", "DROP TABLE c;")
    cli("up").ok()
    folder.pair("002_b", "CREATE TABLE b (c int REFERENCES c);", "DROP TABLE b;")
    cli("up", "--allow-late", "-s").ok()
    assert versions(database) == ["001", "003", "002"]
    cli("down", "-s").ok()
    assert versions(database) == ["001", "003"] and not database.has("b") and database.has("c")


def test_a_down_that_fails_leaves_the_version_applied(cli, folder, database):
    folder.pair("001_a", "CREATE TABLE a (id int); CREATE TABLE b (id int);",
                "DROP TABLE b;\nDROP TABLE a;\nDROP TABLE c;\n")
    cli("up").ok()
    result = cli("down", "-s").failed(4)
    assert 'migrations/001_a.down.sql:3:1: error: table "c" does not exist' in result.err
    assert "nothing of version 001 is undone" in result.err
    assert "then migrate-safe down --skip-backup" in result.err
    assert database.has("a") and database.has("b") and versions(database) == ["001"]
    assert events(database) == ["applied", "backup_skipped"]


def test_the_ones_before_a_failing_down_stay_undone(cli, folder, database):
    folder.tables(3)
    folder.write("002_table_2.down.sql", "DROP TABLE nothing;")
    cli("up").ok()
    document = cli("down", "--to", "0", "-s", "--json").failed(4).json()
    assert [item["state"] for item in document["migrations"]] == ["reverted", "failed", "not_run"]
    assert versions(database) == ["001", "002"] and document["current"] == "002"


def test_when_the_file_is_gone_the_stored_text_runs(cli, folder, four):
    for name in ("004_table_4.up.sql", "004_table_4.down.sql", "003_table_3.down.sql"):
        folder.remove(name)
    document = cli("down", "--steps", "2", "-s", "--json").ok().json()
    assert [item["file"] for item in document["migrations"]] == [
        "(stored down of 004)", "(stored down of 003)"]
    assert versions(four) == ["001", "002"] and not four.has("t_3")


def test_an_error_in_a_stored_text_names_its_place(cli, folder, database):
    folder.pair("001_a", "SELECT 1;", "SELECT 1;\nSELECT nope;\n")
    folder.pair("002_b", "SELECT 1;", "SELECT 1;")
    cli("up").ok()
    folder.remove("001_a.up.sql")
    folder.remove("001_a.down.sql")
    result = cli("down", "--to", "0", "-s").failed(4)
    assert '(stored down of 001):2:8: error: column "nope" does not exist' in result.err


def test_the_file_is_preferred_to_the_stored_text(cli, folder, four):
    folder.write("004_table_4.down.sql", "DROP TABLE t_4; CREATE TABLE from_the_file (id int);")
    cli("down", "-s").ok()
    assert four.has("from_the_file")


def test_without_a_down_nothing_is_begun(cli, folder, four):
    folder.write("005_only_up.up.sql", "SELECT 1;")
    folder.tables(1, first=6)
    cli("up", "-s").ok()
    before = contents(four)
    result = cli("down", "--steps", "2", "-s").failed(1)
    assert "migrations/005_only_up.up.sql:1:1: error: version 005 has no down migration" in result.err
    assert contents(four) == before and four.has("t_6")


def test_an_empty_down_is_refused(cli, folder, database):
    folder.pair("001_a", "SELECT 1;", "-- nothing\n")
    cli("up").ok()
    result = cli("down", "-s").failed(1)
    assert "001_a.down.sql:1:1: error: the down migration of version 001 is empty" in result.err
    assert versions(database) == ["001"]


def test_what_is_irreversible_says_why(cli, folder, database):
    folder.write("001_a.up.sql", "-- migrate-safe: irreversible: the letters were sent\nSELECT 1;\n")
    cli("up").ok()
    result = cli("down", "-s").failed(1)
    assert "version 001 is irreversible: the letters were sent" in result.err
    assert versions(database) == ["001"]


@pytest.mark.parametrize("to, code, message", [
    ("005", 1, "version 005 is not applied, so there is no way down to it"),
    ("009", 5, 'there is no migration with version "009"'),
])
def test_down_to_what_is_not_applied(cli, folder, four, to, code, message):
    folder.tables(1, first=5)
    assert message in cli("down", "--to", to, "-s").failed(code).err
    assert versions(four) == ["001", "002", "003", "004"]


def test_steps_and_to_exclude_each_other(cli, four):
    assert "--steps and --to say two different things" in cli(
        "down", "--steps", "1", "--to", "002", "-s").failed(5).err


def test_nothing_to_take_back(cli, folder, database):
    folder.tables(1)
    assert "Nothing to do" in cli("down").ok().out
    assert not database.has("migrate_safe.journal")


def test_up_down_up_ends_where_up_did(cli, four):
    schema = four.schema()
    cli("down", "--to", "0", "-s").ok()
    assert four.schema() == []
    assert "has tables" not in cli("up").ok().err  # none left: no backup is asked for
    assert four.schema() == schema
    assert row(four, "004", "applied_order") > row(four, "001", "applied_order")


def test_what_is_left_of_several_ends_where_it_was_to_end(cli, folder, four):
    folder.write("003_table_3.down.sql", "DROP TABLE nowhere;")
    result = cli("down", "--steps", "3", "-s").failed(4)
    assert "correct migrations/003_table_3.down.sql, then migrate-safe down --to 001 --skip-backup" in result.err
    folder.write("003_table_3.down.sql", "DROP TABLE t_3;")
    cli("down", "--to", "001", "-s").ok()
    assert versions(four) == ["001"]


def test_what_is_left_of_all_is_all(cli, folder, four):
    folder.write("002_table_2.down.sql", "DROP TABLE nowhere;")
    assert "then migrate-safe down --to 0 --skip-backup" in cli("down", "--to", "0", "-s").failed(4).err


def test_an_empty_down_may_be_passed_over(cli, folder, four):
    """Where an author found nothing to undo, as public sets often have it."""
    folder.write("003_table_3.down.sql", "-- nothing to undo\n")
    result = cli("down", "--to", "002", "-s").failed(1)
    assert "the down migration of version 003 is empty: it would undo nothing" in result.err
    assert "pass over it: --force" in result.err
    cli("down", "--to", "002", "-s", "--force").ok()
    assert versions(four) == ["001", "002"]
    assert four.has("t_3") and not four.has("t_4")
