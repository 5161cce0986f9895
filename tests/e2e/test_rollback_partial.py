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
def stopped(cli, folder, database, roles):
    roles("who looks on")
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
    assert "\n-- Proven by round trip on PostgreSQL " in text and ", 8 rows in 1 table\n" in text
    assert "-- Loses: values of column public.a.n written since\n" in text and "what the up destroyed" not in text
    assert "-- Not taken back: line 3: rows that it writes into public.a\n" in text
    database.query(text)
    assert cli("fingerprint").ok().out == stopped
    cli("recover", "--mark-not-applied", "--yes").ok()
    assert versions(database) == ["001"]


def test_where_no_snapshot_is_stored_the_folder_is_run(cli, database, stopped):
    database.query("DELETE FROM migrate_safe.schema_snapshots")
    document = cli("generate-rollback", "--partial", "--json").ok().json()
    text = document["text"]
    assert "the migrations before it, run on a server of our own" in text and "DROP TABLE public.b;" in text
    assert "-- Proven by round trip on PostgreSQL" in text and "what the up destroyed" not in text
    assert document["statements_done"] == 4 and document["proven_on"] and document["rows"] == 8
    database.query(text)
    assert cli("fingerprint").ok().out == stopped


def test_what_the_folder_does_not_lead_to_is_tried_without_rows(cli, database, stopped):
    database.query("DROP INDEX a_s; CREATE TABLE other ()")
    document = cli("generate-rollback", "--partial", "--json").ok().json()
    assert "without rows: the folder leads to another schema than is there: table public.other: added\n" in document["text"]
    assert document["proven_on"] and document["rows"] is None


def test_what_rows_are_in_the_way_of_is_not_proven(cli, folder, database):
    folder.write("001_x.up.sql", "CREATE TABLE a (id int PRIMARY KEY, s varchar(40) NOT NULL);")
    cli("up", "-s").ok()
    database.query("INSERT INTO a VALUES (1, 'b'), (2, 'b')")
    folder.write("002_x.up.sql", "ALTER TABLE a ALTER s DROP NOT NULL;\nUPDATE a SET s = NULL;\nCREATE UNIQUE INDEX CONCURRENTLY a_one ON a ((1));\n")
    cli("up", "-s").failed(2)
    document = cli("generate-rollback", "--partial", "--json").ok().json()
    assert "-- NOT PROVEN: tried on PostgreSQL" in document["text"] and "it fails (down): column \"s\" of relation \"a\" contains null values" in document["text"]
    assert document["proven_on"] is None and "-- Not taken back: line 2: UPDATE a" in document["text"]


def test_nothing_stopped(cli, folder, database):
    folder.write("001_x.up.sql", "CREATE TABLE a ();")
    cli("up", "-s").ok()
    assert "no migration stopped half way" in cli("generate-rollback", "--partial").failed(1).err
