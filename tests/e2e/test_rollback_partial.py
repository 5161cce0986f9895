"""`generate-rollback --partial`: the SQL that takes back what is there of a migration that stopped half way."""
import pytest

from harness.history import versions

pytestmark = pytest.mark.once

HALF = """
    CREATE TABLE b (id int PRIMARY KEY);
    ALTER TABLE a ADD n int;
    INSERT INTO a (id) VALUES (7);
    CREATE INDEX CONCURRENTLY a_n ON a (n);
    CREATE UNIQUE INDEX CONCURRENTLY a_s ON a (s);
    """


@pytest.fixture
def stopped(cli, folder, database):
    folder.write("001_x.up.sql", "CREATE TABLE a (id int, s text);\n")
    cli("up", "-s").ok()
    before = cli("fingerprint").ok().out
    database.query("INSERT INTO a VALUES (1, 'same'), (2, 'same')")
    folder.write("002_x.up.sql", HALF)
    cli("up", "-s").failed(2)
    return before


def test_what_is_there_goes(cli, database, stopped, tmp_path):
    cli("generate-rollback", "--partial", "--output", "undo.sql").ok()
    text = (tmp_path / "undo.sql").read_text()
    assert text.startswith("-- Takes back what is there of version 002: 4 of 5 statements are done.\n")
    assert "-- NOT PROVEN: an invalid index is there, and none can be made to try it\n" in text
    assert "-- Not taken back: line 3: rows that it writes into public.a\n" in text
    database.query(text)
    assert cli("fingerprint").ok().out == stopped
    cli("recover", "--mark-not-applied", "--yes").ok()
    assert versions(database) == ["001"]


def test_where_no_snapshot_is_stored_the_folder_is_run(cli, database, stopped):
    database.query("DELETE FROM migrate_safe.schema_snapshots; DROP INDEX a_s")
    text = cli("generate-rollback", "--partial").ok().out
    assert "the migrations before it, run on a server of our own" in text and "DROP TABLE public.b;" in text
    assert "-- Proven on PostgreSQL" in text
    document = cli("generate-rollback", "--partial", "--json").ok().json()
    assert document["statements_done"] == 4 and "DROP TABLE public.b;" in document["text"]


def test_nothing_stopped(cli, folder, database):
    folder.write("001_x.up.sql", "CREATE TABLE a ();")
    cli("up", "-s").ok()
    assert "no migration stopped half way" in cli("generate-rollback", "--partial").failed(1).err
