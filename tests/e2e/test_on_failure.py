"""on-failure: what becomes of an up that fails: it stops, takes back what it did, or says the way to the backup."""
import hashlib

from harness.history import events, versions

BAD = "CREATE TABLE three (id int); SELECT 1/0;"


def policy(folder, *lines):
    (folder.path.parent / "migrate-safe.yaml").write_text("defaults:\n" + "".join(f"  {line}\n" for line in lines))


def proven(folder, name, up, down, *more):
    """A pair whose down has the header of generate-rollback."""
    path = folder.write(f"{name}.up.sql", up)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    lines = [f"Rollback for {path.name}", "Proven: by round trip on PostgreSQL 15", *more, f"Made from: sha256 {digest}"]
    folder.write(f"{name}.down.sql", "".join(f"-- {line}\n" for line in lines) + f"\n{down}\n")


def two_and_a_bad_one(folder, pair):
    pair("001_one", "CREATE TABLE one (id int);", "DROP TABLE one;")
    pair("002_two", "CREATE TABLE two (id int);", "DROP TABLE two;")
    folder.pair("003_bad", BAD, "DROP TABLE three;")


def test_stop_is_the_default_and_what_was_applied_stays(cli, folder, database):
    two_and_a_bad_one(folder, folder.pair)
    result = cli("up", "--json").failed(2)
    assert versions(database) == ["001", "002"]
    assert result.json()["on_failure"] == {
        "policy": "stop", "undone": [], "why_not": None, "restore": None, "error": None}
    assert "2 migrations before it in this run stay" in result.err


def test_undo_run_takes_back_its_own_by_proven_downs(cli, folder, database):
    policy(folder, "on-failure: undo-run")
    folder.pair("000_before", "CREATE TABLE before (id int);", "DROP TABLE before;")
    cli("up").ok()
    two_and_a_bad_one(folder, lambda *pair: proven(folder, *pair))
    result = cli("up", "--skip-backup", "--json").failed(2)
    document = result.json()
    assert versions(database) == ["000"]
    assert database.has("before") and not database.has("one") and not database.has("two")
    assert document["on_failure"]["undone"] == ["002", "001"]
    assert document["state"] == "this run was taken back (002, 001); the database is at version 000"
    assert (document["current"], document["exit_code"]) == ("000", 2)
    assert [event for event in events(database) if not event.startswith("backup")][1:] == [
        "applied", "applied", "undo_begun", "reverted", "reverted", "undo_finished"]
    assert "division by zero" in result.err and "correct migrations/003_bad.up.sql" in result.err
    assert "drift: none" in cli("status").ok().out
    folder.write("003_bad.up.sql", "CREATE TABLE three (id int);")
    assert cli("up", "--skip-backup").ok() and versions(database) == ["000", "001", "002", "003"]


def test_undo_run_stops_where_a_down_is_not_proven_and_says_which(cli, folder, database):
    policy(folder, "on-failure: undo-run")
    proven(folder, "001_one", "CREATE TABLE one (id int);", "DROP TABLE one;")
    folder.pair("002_two", "CREATE TABLE two (id int);", "DROP TABLE two;")
    folder.pair("003_bad", BAD, "DROP TABLE three;")
    result = cli("up", "--json").failed(2)
    assert versions(database) == ["001", "002"]
    assert result.json()["on_failure"]["why_not"].startswith("nothing proves the down of version 002")
    assert "on-failure undo-run: nothing proves the down of version 002" in result.err
    assert "2 migrations before it in this run stay" in result.err
    policy(folder, "on-failure: undo-run", "on-failure-unproven: yes")
    folder.pair("004_more", "SELECT 1;", "SELECT 1;")
    cli("down", "--to", "0", "--skip-backup").ok()
    assert cli("up", "--json").failed(2).json()["on_failure"]["undone"] == ["002", "001"]
    assert versions(database) == []


def test_what_loses_or_is_out_of_date_is_no_proof(cli, folder, database):
    policy(folder, "on-failure: undo-run")
    proven(folder, "001_one", "CREATE TABLE one (id int);", "DROP TABLE one;", "Loses: rows of one")
    folder.pair("002_bad", BAD, "DROP TABLE three;")
    assert "the down of version 001 loses: rows of one" in cli("up").failed(2).err
    cli("down", "--skip-backup").ok()
    proven(folder, "001_one", "CREATE TABLE one (id int);", "DROP TABLE one;")
    folder.write("001_one.up.sql", "CREATE TABLE one (id bigint);")
    assert "the down of version 001 was made from another text" in cli("up").failed(2).err
    assert versions(database) == ["001"]


def test_an_undo_that_fails_is_4_and_says_where_it_is(cli, folder, database):
    policy(folder, "on-failure: undo-run", "on-failure-unproven: yes")
    folder.pair("001_one", "CREATE TABLE one (id int);", "DROP TABLE no_such;")
    folder.pair("002_two", "CREATE TABLE two (id int);", "DROP TABLE two;")
    folder.pair("003_bad", BAD, "DROP TABLE three;")
    result = cli("up", "--json").failed(4)
    assert versions(database) == ["001"]
    assert result.json()["on_failure"]["undone"] == ["002"]
    assert "division by zero" in result.err and 'table "no_such" does not exist' in result.err
    assert "of this run 002 was taken back, version 001 was not; the database is at version 001" in result.err
    assert "correct the down of version 001, then migrate-safe down --steps 1" in result.err
    assert events(database)[-1] == "undo_failed"
    status = cli("status", "--json").ok().json()
    assert "did not come to its end: 1 version of it is left" in status["open_undo"]
    folder.write("001_one.down.sql", "DROP TABLE one;")
    cli("down", "--steps", "1", "--skip-backup").ok()
    assert cli("status", "--json").ok().json()["open_undo"] is None


def test_what_stopped_half_way_is_left_for_a_person(cli, folder, database):
    policy(folder, "on-failure: undo-run", "on-failure-unproven: yes")
    folder.pair("001_one", "CREATE TABLE one (id int);", "DROP TABLE one;")
    folder.pair("002_half", "CREATE TABLE two (id int);\nCREATE INDEX CONCURRENTLY i ON two (no_such);", "DROP TABLE two;")
    result = cli("up", "--json").failed(2)
    assert versions(database) == ["001", "002"]
    assert "migrate-safe recover" in result.json()["on_failure"]["why_not"]
    assert "version 002 is dirty" in result.err


def test_restore_is_offered_with_its_time_and_never_done(cli, folder, database):
    policy(folder, "on-failure: restore")
    folder.pair("001_one", "CREATE TABLE one (id int); INSERT INTO one VALUES (1);", "DROP TABLE one;")
    cli("up").ok()
    folder.pair("002_two", "CREATE TABLE two (id int);", "DROP TABLE two;")
    folder.pair("003_bad", BAD, "DROP TABLE three;")
    result = cli("up", "--json").failed(2)
    document = result.json()
    assert document["on_failure"]["restore"].startswith(document["backup"]["restore"] + " (its restore took ")
    assert "since the backup is lost by it" in result.err
    assert versions(database) == ["001", "002"]
    assert "this run has no backup" in cli("up", "--skip-backup").failed(2).err
