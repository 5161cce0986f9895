"""redo: the last migration down and up again, as its file is now."""
from harness.history import contents, events, versions


def test_the_last_goes_down_and_up_again(cli, folder, database):
    folder.tables(2)
    cli("up").ok()
    database.query("INSERT INTO t_1 VALUES (1); INSERT INTO t_2 VALUES (1)")
    result = cli("redo", "-s").ok()
    assert "Reverted 1 migration" in result.out and "Applied 1 migration" in result.out
    assert events(database, "002") == ["applied", "reverted", "applied"]
    assert database.query("SELECT (SELECT count(*) FROM t_1), (SELECT count(*) FROM t_2)") == [(1, 0)]


def test_an_edited_file_is_what_runs(cli, folder, database):
    folder.tables(1)
    cli("up").ok()
    folder.write("001_table_1.up.sql", "CREATE TABLE t_1 (id int, more text);")
    assert "edited" in cli("status").ok().out
    cli("redo", "-s").ok()
    assert database.query("SELECT more FROM t_1") == []
    assert "edited" not in cli("status").ok().out


def test_when_the_up_fails_it_stays_taken_back(cli, folder, database):
    folder.tables(2)
    cli("up").ok()
    folder.write("002_table_2.up.sql", "CREATE TABLE t_2 (id nonsense);")
    document = cli("redo", "-s", "--json").failed(2).json()
    assert document["schema"] == "migrate-safe/redo/1"
    assert document["error"]["file"] == "migrations/002_table_2.up.sql"
    assert versions(database) == ["001"] and not database.has("t_2")


def test_redo_again_does_the_up_alone(cli, folder, database):
    """Else a redo that failed would take back, the next time, the migration before it."""
    folder.tables(2)
    cli("up").ok()
    folder.write("002_table_2.up.sql", "CREATE TABLE t_2 (id nonsense);")
    cli("redo", "-s").failed(2)
    folder.write("002_table_2.up.sql", "CREATE TABLE t_2 (id bigint);")
    assert "002" in cli("redo", "-s", "--dry-run").ok().out
    cli("redo", "-s").ok()
    assert versions(database) == ["001", "002"]
    assert events(database, "001") == ["applied"]
    cli("redo", "-s").ok()
    assert events(database, "002") == ["applied", "reverted", "applied", "reverted", "applied"]


def test_when_the_down_fails_nothing_happens(cli, folder, database):
    folder.pair("001_a", "CREATE TABLE a (id int);", "DROP TABLE b;")
    cli("up").ok()
    document = cli("redo", "-s", "--json").failed(4).json()
    assert document["error"]["file"] == "migrations/001_a.down.sql"
    assert versions(database) == ["001"] and database.has("a")


def test_without_its_file_it_could_not_come_back(cli, folder, database):
    folder.tables(2)
    cli("up").ok()
    before = contents(database)
    folder.remove("002_table_2.up.sql")
    folder.remove("002_table_2.down.sql")
    result = cli("redo", "-s").failed(1)
    assert "the file of version 002 is gone, so it could not be applied again" in result.err
    assert contents(database) == before


def test_the_last_is_the_last_applied(cli, folder, database):
    folder.tables(1, first=1)
    folder.tables(1, first=3)
    cli("up").ok()
    folder.tables(1, first=2)
    cli("up", "-s", "--allow-late").ok()
    cli("redo", "-s").ok()
    assert versions(database) == ["001", "003", "002"]
    assert events(database, "002") == ["applied", "reverted", "applied"]


def test_nothing_to_redo(cli, folder):
    folder.tables(1)
    assert "Nothing to do: nothing is applied" in cli("redo").ok().out
