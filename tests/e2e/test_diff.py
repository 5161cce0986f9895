"""`diff A B`: databases, folders, snapshot files and backups, each with each."""
import json

import psycopg
import pytest

from harness.message import said
from harness.program import Program
from harness.server import find_tool
from harness.waiting import until

pytestmark = pytest.mark.once

TABLES = "CREATE TABLE item (id bigint PRIMARY KEY, name text); CREATE INDEX item_name ON item (name);"


def differences(result):
    return {(found["change"], found["kind"], found["identity"]) for found in result.json()["differences"]}


@pytest.fixture
def other(new_database):
    return new_database()


def test_two_databases_of_one_schema_are_equal(cli, database, other):
    database.query(TABLES + "INSERT INTO item VALUES (1)")
    other.query(TABLES)
    result = cli("diff", database.url, other.url).ok()
    assert result.out.splitlines()[-1].startswith("equal: ")
    document = cli("diff", database.url, other.url, "--json").ok().json()
    assert document["schema"] == "migrate-safe/diff/1" and document["is_equal"] and document["is_whole"]
    assert document["then"]["fingerprint"] == document["now"]["fingerprint"]


def test_what_differs_is_said_with_old_and_new(cli, database, other):
    database.query(TABLES + "CREATE TABLE gone (x int CHECK (x > 0))")
    other.query(TABLES + "ALTER TABLE item ALTER name TYPE varchar(20), ADD note text; DROP INDEX item_name")
    assert differences(cli("diff", database.url, other.url, "--json").failed(1)) == {
        ("missing", "table", "public.gone"), ("missing", "index", "public.item_name"),
        ("changed", "column", "public.item.name"), ("added", "column", "public.item.note")}
    text = cli("diff", database.url, other.url).failed(1).out
    assert "~ column public.item.name: changed, type text -> character varying(20)\n" in text
    assert "- table public.gone: missing\n" in text and "+ column public.item.note: added\n" in text
    assert text.endswith("4 differences\n")


@pytest.mark.parametrize("held", [0, 1])
def test_a_side_that_is_kept_locked_is_said(cli, database, other, held):
    """Both are read at one time: whichever fails, it ends."""
    for side in (database, other):
        side.query("CREATE TABLE t (a int); CREATE VIEW v AS SELECT a FROM t")
    with psycopg.connect((database, other)[held].url) as holder:
        holder.execute("LOCK TABLE v IN ACCESS EXCLUSIVE MODE")
        result = cli("diff", database.url, other.url, env={"PGOPTIONS": "-c lock_timeout=20ms"}).failed(1)
        assert "another session keeps what is to be read locked" in result.err and result.out == ""
    cli("diff", database.url, other.url).ok()


@pytest.mark.parametrize("changing", [0, 1])
def test_a_side_that_changes_half_way_is_read_again(cli, database, other, changing):
    for side in (database, other):
        side.query("CREATE TABLE t (a int); CREATE VIEW v AS SELECT a FROM t")
    side = (database, other)[changing]
    with psycopg.connect(side.url) as holder:
        holder.execute("LOCK TABLE v IN ACCESS EXCLUSIVE MODE")
        running = cli.start("diff", database.url, other.url, "--json")
        with side.connect() as look:
            until(lambda: look.execute("SELECT FROM pg_locks WHERE NOT granted AND relation = 'v'::regclass").fetchall())
            look.execute("CREATE TABLE more (a int)")
    change = "missing" if changing == 0 else "added"
    assert differences(running.finish().failed(1)) == {(change, "table", "public.more")}


def test_without_b_it_is_the_configured_database(cli, database, other):
    other.query("CREATE TABLE item (id int)")
    assert differences(cli("diff", other.url, "--json").failed(1)) == {("missing", "table", "public.item")}


def test_a_snapshot_file_is_a_side(cli, database, tmp_path):
    database.query(TABLES)
    (tmp_path / "before.json").write_text(cli("fingerprint", "--explain", "--json").ok().out)
    cli("diff", "before.json").ok()
    database.query("COMMENT ON TABLE item IS 'things'")
    assert differences(cli("diff", "before.json", "--json").failed(1)) == {("added", "comment", "table public.item")}
    (tmp_path / "after.json").write_text(cli("fingerprint", "--explain", "--json").ok().out)
    forth = cli("diff", "before.json", "after.json", "--json").failed(1).json()["differences"]
    back = cli("diff", "after.json", "before.json", "--json").failed(1).json()["differences"]
    assert [(found["then"], found["now"]) for found in forth] == [(found["now"], found["then"]) for found in back]


@pytest.mark.parametrize("change, code, word", [
    (lambda document: document["objects"].pop(), 1, "was changed"),
    (lambda document: document["objects"][0].update(text="x"), 1, "was changed"),
    (lambda document: document.update(fingerprint="0" * 64), 1, "was changed"),
    (lambda document: document.pop("objects"), 5, "has not the objects"),
    (lambda document: document["objects"][0].pop("text"), 5, "has not the objects"),
    (lambda document: document.update(schema="migrate-safe/plan/1"), 5, "is no snapshot"),
], ids=["object gone", "text", "fingerprint", "no objects", "no text", "other document"])
def test_a_file_that_is_not_what_it_states_is_refused(cli, database, tmp_path, change, code, word):
    database.query(TABLES)
    document = cli("fingerprint", "--explain", "--json").ok().json()
    change(document)
    (tmp_path / "a.json").write_text(json.dumps(document))
    got, line, advice = said(cli("diff", "a.json"))
    assert (got, word in line, "fingerprint --explain --json" in advice) == (code, True, True), line


def test_half_a_file_is_refused(cli, database, tmp_path):
    (tmp_path / "a.json").write_text(cli("fingerprint", "--explain", "--json").ok().out[:-40])
    code, line, advice = said(cli("diff", "a.json"))
    assert code == 5 and line.startswith("a.json:") and "fingerprint --explain --json" in advice


def test_a_folder_is_run_on_a_server_of_our_own(cli, database, folder):
    folder.write("001_item.up.sql", TABLES)
    folder.write("001_item.down.sql", "DROP TABLE item;")
    assert differences(cli("diff", "migrations", "--json").failed(1)) == {("missing", "table", "public.item")}
    cli("up").ok()
    assert not cli("diff", "migrations", "--json").ok().json()["is_whole"]
    database.query("ALTER TABLE item ADD by_hand int")
    for sides, change in ((["migrations"], "added"), ([database.url, "migrations"], "missing")):
        assert differences(cli("diff", *sides, "--json").failed(1)) == {(change, "column", "public.item.by_hand")}


def test_a_folder_is_run_as_who_connects(cluster, database, folder, tmp_path):
    """Each of its migrations: what they make belongs to that role."""
    database.query("CREATE ROLE diff_owner LOGIN; GRANT ALL ON SCHEMA public TO diff_owner; "
                   f"GRANT CREATE ON DATABASE {database.name} TO diff_owner")
    try:
        folder.tables(3)
        cli = Program(tmp_path, database.url.replace("user=postgres", "user=diff_owner"))
        cli("up").ok()
        assert "table" not in {kind for _, kind, _ in differences(cli("diff", "migrations", "--json"))}
    finally:
        database.query("DROP OWNED BY diff_owner; DROP ROLE diff_owner")


def test_roles_of_the_database_are_there_for_a_folder(cli, database, folder):
    database.query("DROP ROLE IF EXISTS diff_reader; CREATE ROLE diff_reader")
    try:
        folder.write("001_item.up.sql", TABLES + "\nGRANT SELECT ON item TO diff_reader;")
        folder.write("001_item.down.sql", "DROP TABLE item;")
        cli("up").ok()
        cli("diff", "migrations").ok()
    finally:
        database.query("DROP TABLE item; DROP ROLE diff_reader")


def test_a_folder_that_fails_says_where(cli, folder):
    folder.write("001_item.up.sql", "SELECT 1;\nCREATE TABLE t (x nothing);")
    folder.write("001_item.down.sql", "SELECT 1;")
    result = cli("diff", "migrations")
    assert result.code == 2 and "001_item.up.sql:2:" in result.err and "nothing" in result.err


def test_a_backup_is_a_side(cli, database):
    if find_tool("pg_dump", database.server.major) is None:
        pytest.skip(f"no pg_dump for PostgreSQL {database.server.major} is installed")
    database.query(TABLES)
    cli("backup", "create").ok()
    cli("diff", "latest").ok()
    database.query("DROP INDEX item_name")
    assert differences(cli("diff", "latest", "--json").failed(1)) == {("missing", "index", "public.item_name")}


def test_what_is_no_side_is_refused(cli, folder):
    folder.tables(1)
    code, line, _ = said(cli("diff", "nonsense"))
    assert (code, line) == (5, "migrate-safe: error: nonsense is no folder, no file, no backup and no URL of a database")
    code, line, _ = said(cli("diff", "migrations", "migrations"))
    assert (code, line) == (5, "migrate-safe: error: migrations and migrations are both folders")
    assert cli("diff").code == 5


def test_hostile_names_and_nothing_written(cli, database, other):
    database.query('CREATE TABLE "a\nb\x1b[31m""\u202e" (id int)')
    before = database.query("SELECT count(*) FROM pg_class")
    result = cli("diff", database.url, other.url).failed(1)
    assert "\x1b" not in result.out and "\u202e" not in result.out
    assert database.query("SELECT count(*) FROM pg_class") == before
