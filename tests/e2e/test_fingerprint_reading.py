"""`fingerprint`: what it prints, from where it reads, and what it says of what it cannot read."""
import re
import threading

import psycopg
import pytest

from harness.database import Database
from harness.program import ROOT, Program
from harness.waiting import until
from test_fingerprint import changed, dump_and_restore, objects

pytestmark = pytest.mark.once

DIGITS = re.compile(r"[0-9a-f]{64}\n")
SCHEMA = """
CREATE SCHEMA shop;
CREATE TABLE shop.a (id int PRIMARY KEY, kind varchar(5) CHECK (kind IN ('x', 'y')), n int CHECK (n BETWEEN 1 AND 9 AND id > 0));
CREATE INDEX a_kind ON shop.a (kind) WHERE kind IN ('x', 'y');
CREATE VIEW shop.v AS SELECT id FROM shop.a WHERE kind IN ('x', 'y') AND id BETWEEN 1 AND 5 AND n > 2;
"""
RAW = """
SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'shop'::regnamespace AND contype = 'c'
UNION ALL SELECT pg_get_indexdef('shop.a_kind'::regclass)
UNION ALL SELECT pg_get_viewdef('shop.v'::regclass) ORDER BY 1
"""


def digits(cli, **options):
    return cli("fingerprint", **options).ok().out[:64]


def test_the_digits_are_all_of_it(cli, database):
    result = cli("fingerprint").ok()
    assert DIGITS.fullmatch(result.out) and result.err == ""
    document = cli("fingerprint", "--json").ok().json()
    assert document["fingerprint"] + "\n" == result.out
    assert document["gaps"] == [] and "objects" not in document
    assert document["server_major"] == database.server.major


def test_explain_lists_what_is_hashed(cli, database):
    database.query(SCHEMA)
    first, *lines = cli("fingerprint", "--explain").ok().out.splitlines()
    document = cli("fingerprint", "--explain", "--json").ok().json()
    assert first == document["fingerprint"]
    assert lines == [f"{o['sha256']}  {o['kind']} {o['identity']}" for o in document["objects"]]
    assert document["object_count"] == len(lines)
    column, = [o for o in document["objects"] if o["identity"] == "shop.a.kind"]
    assert column["parent"] == "shop.a"
    assert column["text"] == "position: 2\ntype: character varying(5)\n"


def test_explain_is_lints_too(cli):
    assert "needs a value" in cli("lint", "--explain").failed(5).err
    assert cli("lint", "--explain", "nonsense").code == 5


def test_the_order_of_making_does_not_count(cli, new_database):
    one, other = new_database(), new_database()
    one.query("CREATE TABLE a (x int); CREATE TABLE b (y int); CREATE INDEX i ON a (x); GRANT SELECT ON a TO PUBLIC")
    other.query("CREATE TABLE gone (); CREATE TABLE b (y int); CREATE TABLE a (z int, x int); DROP TABLE gone; "
                "ALTER TABLE a DROP z; GRANT SELECT ON a TO PUBLIC; CREATE INDEX i ON a (x)")
    assert digits(cli, env={"DATABASE_URL": one.url}) == digits(cli, env={"DATABASE_URL": other.url})


def test_what_the_deparser_says_in_two_ways_is_equal(cli, new_database):
    """IN of a varchar and BETWEEN come back otherwise from a dump: the case that would damn every backup."""
    one, copy = new_database(), new_database()
    one.query(SCHEMA)
    dump_and_restore(one, copy)
    assert one.query(RAW) != copy.query(RAW)  # else this shows nothing
    assert digits(cli, env={"DATABASE_URL": one.url}) == digits(cli, env={"DATABASE_URL": copy.url})


def test_statistics_of_another_table_are_other_ones(cli, new_database):
    tables = "CREATE TABLE a (x int, y int); CREATE TABLE b (x int, y int); CREATE STATISTICS s ON x, y FROM {}"
    one, other = new_database(), new_database()
    one.query(tables.format("a"))
    other.query(tables.format("b"))
    assert digits(cli, env={"DATABASE_URL": one.url}) != digits(cli, env={"DATABASE_URL": other.url})


def test_another_database_of_the_server_does_not_count(cli, new_database):
    before = digits(cli)
    new_database().query(SCHEMA)
    assert digits(cli) == before


def test_the_settings_of_database_and_session_do_not_count(cli, database):
    database.query("CREATE TABLE t (at timestamptz DEFAULT '2024-01-01 12:00+00', by interval DEFAULT '1 day 2 hours', "
                   "data bytea DEFAULT '\\x01', real float8 DEFAULT 0.1, path text DEFAULT E'a\\\\b')")
    before = digits(cli)
    options = ("-c timezone=Asia/Tokyo -c datestyle=German -c intervalstyle=iso_8601 -c bytea_output=escape "
               "-c extra_float_digits=-10 -c quote_all_identifiers=on -c standard_conforming_strings=off "
               "-c search_path=public,pg_catalog")
    assert digits(cli, env={"PGOPTIONS": options}) == before


def test_our_own_schema_does_not_count(cli, folder, database):
    before = objects(cli)
    folder.tables(1)
    cli("up", "-s").ok()
    assert all(name.split(" ", 1)[1].startswith("public.t_") for name in changed(before, objects(cli)))
    cli("down", "-s").ok()
    assert objects(cli) == before
    # under the default name it is somebody else's then
    listed = cli("fingerprint", "--explain", "--schema", "other").ok().out
    assert "  schema migrate_safe\n" in listed and "  table migrate_safe.journal\n" in listed


def test_hostile_names(cli, new_database):
    name = 'q"\'.\n; DROP TABLE x; -- ü' + "x" * 20
    quoted = '"' + name.replace('"', '""') + '"'
    statements = f"""
        CREATE SCHEMA {quoted}; CREATE TABLE {quoted}.{quoted} ({quoted} varchar(5) DEFAULT E'a\\nowner: b' PRIMARY KEY
        CONSTRAINT {quoted} CHECK ({quoted} IN ('a', '(ARRAY[''x'']) AND (')));
        CREATE INDEX i ON {quoted}.{quoted} ({quoted}); CREATE TYPE {quoted}.e AS ENUM ('a, ''b', $$c
d$$); CREATE TABLE "select" ("order" {quoted}.e); COMMENT ON TABLE {quoted}.{quoted} IS 'a
owner: b'; CREATE FUNCTION {quoted}.{quoted}({quoted}.e) RETURNS int LANGUAGE sql AS 'SELECT 1 -- (ARRAY[1])::text[]'"""
    one, other = new_database(), new_database()
    one.query(statements)
    dump_and_restore(one, other)
    first = cli("fingerprint", "--explain", env={"DATABASE_URL": one.url}).ok().out
    assert first == cli("fingerprint", "--explain", env={"DATABASE_URL": other.url}).ok().out
    assert all(re.match("[0-9a-f]{64}(  |$)", line) for line in first.splitlines())


def test_a_role_that_may_not_see_all_is_told(cli, cluster, database):
    cluster.query("CREATE ROLE ms_weak LOGIN")
    try:
        database.query("CREATE SUBSCRIPTION s CONNECTION 'host=nowhere password=very-secret' PUBLICATION p "
                       "WITH (connect = false, slot_name = NONE); CREATE FOREIGN DATA WRAPPER w; "
                       "CREATE SERVER far FOREIGN DATA WRAPPER w; "
                       "CREATE USER MAPPING FOR PUBLIC SERVER far OPTIONS (password 'very-secret')")
        database.query(f"ALTER DATABASE {database.name} SET app.jwt_secret = 'very-secret'; "
                       "ALTER SERVER far OPTIONS (api_token 'very-secret')")
        whole = cli("fingerprint", "--explain", "--json").ok()
        assert whole.json()["gaps"] == []
        assert "very-secret" not in whole.out
        weak = cli("fingerprint", "--json", env={"DATABASE_URL": cluster.url(database.name, user="ms_weak")}).ok()
        assert {(gap["kind"], gap["count"]) for gap in weak.json()["gaps"]} == {("subscription", 1), ("user mapping", 1)}
        assert "not in the fingerprint: subscription (1)" in weak.err
        assert "not in the fingerprint: user mapping (1)" in weak.err
    finally:
        database.query(f"ALTER DATABASE {database.name} RESET ALL; DROP SUBSCRIPTION s; DROP SERVER far CASCADE; DROP FOREIGN DATA WRAPPER w")
        cluster.query("DROP ROLE ms_weak")


def test_a_database_that_is_not_there(cli, cluster):
    result = cli("fingerprint", env={"DATABASE_URL": cluster.url("nowhere")}).failed(5)
    assert "nowhere" in result.err and result.out == ""


def test_while_the_schema_changes_it_is_one_or_the_other(cli, database):
    """Never a mixture: deparsed text follows the newest catalog, rows the snapshot."""
    names = "first", "second"
    database.query("CREATE TABLE t (first int CHECK (first > 0)); CREATE INDEX i ON t (first) WHERE first > 5; "
                   "CREATE VIEW v AS SELECT first AS x FROM t")
    rename = "ALTER TABLE t RENAME {} TO {}".format
    fingerprints = {digits(cli)}
    database.query(rename(*names))
    fingerprints.add(digits(cli))
    assert len(fingerprints) == 2
    stop = threading.Event()

    def change():
        with database.connect() as connection:
            now, then = reversed(names)
            while not stop.is_set():
                connection.execute(rename(now, then))
                now, then = then, now

    thread = threading.Thread(target=change)
    thread.start()
    try:
        results = [cli("fingerprint") for _ in range(5)]
    finally:
        stop.set()
        thread.join()
    for result in results:
        if result.code == 0:
            assert result.out[:64] in fingerprints
        else:
            assert "was changed each time that it was read" in result.failed(1).err


# What is deparsed with a name of it, and a change of that name.
RENAMED = {
    "trigger": ("CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; "
                "CREATE TRIGGER one BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()", "ALTER TRIGGER one ON t RENAME TO two"),
    "trigger's function": ("CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; "
                           "CREATE TRIGGER one BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()", "ALTER FUNCTION f() RENAME TO g"),
    "enum label": ("CREATE TYPE e AS ENUM ('one'); CREATE VIEW v AS SELECT 'one'::e AS x", "ALTER TYPE e RENAME VALUE 'one' TO 'two'"),
    "collation": ("CREATE COLLATION one (provider = libc, locale = 'C'); CREATE VIEW v AS SELECT 'a' < 'b' COLLATE one AS x",
                  "ALTER COLLATION one RENAME TO two"),
    "operator": ("CREATE OPERATOR +? (leftarg = int, rightarg = int, function = int4pl); CREATE VIEW v AS SELECT 1 +? 2 AS x",
                 "CREATE SCHEMA other; ALTER OPERATOR +? (int, int) SET SCHEMA other"),
    "text search configuration": ("CREATE TEXT SEARCH CONFIGURATION one (COPY = simple); CREATE VIEW v AS SELECT to_tsvector('one', 'a') AS x",
                                  "ALTER TEXT SEARCH CONFIGURATION one RENAME TO two"),
    "language": ("CREATE LANGUAGE one HANDLER plpgsql_call_handler; CREATE FUNCTION z() RETURNS int LANGUAGE one AS ''",
                 "ALTER LANGUAGE one RENAME TO two"),
    "statistics": ("CREATE STATISTICS one ON a, b FROM t", "ALTER STATISTICS one RENAME TO two"),
    "sequence": ("CREATE SEQUENCE one; CREATE VIEW v AS SELECT nextval('one') AS x", "ALTER SEQUENCE one RENAME TO two"),
    "type": ("CREATE TYPE one AS (a int); CREATE VIEW v AS SELECT NULL::one AS x", "ALTER TYPE one RENAME TO two"),
}


def change_half_way(cli, database, made, changed_to):
    """The read stands at a rule whose table is locked; what comes behind would be deparsed with the new names."""
    database.query("CREATE TABLE t (a int, b int); CREATE TABLE held (a int); CREATE TABLE ruled (a int); "
                   f"CREATE RULE r AS ON INSERT TO ruled DO ALSO SELECT a FROM held; {made}")
    before = digits(cli)
    with psycopg.connect(database.url) as holder:
        holder.execute("LOCK TABLE held IN ACCESS EXCLUSIVE MODE")
        is_writing = holder.execute("SELECT pg_current_xact_id_if_assigned() IS NOT NULL").fetchone()[0]
        running = cli.start("fingerprint")
        with database.connect() as look:
            until(lambda: look.execute("SELECT FROM pg_locks WHERE NOT granted AND relation = 'held'::regclass").fetchall())
            look.execute(changed_to)
    read, after = running.finish().ok().out[:64], digits(cli)
    assert before != after and read in (before, after)
    return is_writing


@pytest.mark.parametrize("name", RENAMED)
def test_what_is_changed_half_way_is_read_again(cli, database, name):
    assert change_half_way(cli, database, *RENAMED[name])


def test_also_when_nobody_wrote_at_the_begin(programs, tmp_path):
    """Then the write-ahead log alone says whether there was a change."""
    server = programs.new_server(wal_level="minimal", max_wal_senders="0").start()
    database = Database(server, "quiet").create()
    assert not change_half_way(Program(tmp_path, database.url), database, *RENAMED["type"])
    server.remove()


def test_temporary_tables_of_others_do_not_disturb(cli, database):
    before = digits(cli)
    with database.connect() as connection:
        connection.execute("CREATE TEMP TABLE t (a int PRIMARY KEY, b text); CREATE TEMP VIEW v AS SELECT a FROM t")
        assert digits(cli) == before


def test_interrupted(cli, database):
    """Ctrl-C while it waits for a lock."""
    database.query("CREATE TABLE t (a int); CREATE VIEW v AS SELECT a FROM t")
    with psycopg.connect(database.url) as holder:
        holder.execute("LOCK TABLE v IN ACCESS EXCLUSIVE MODE")
        running = cli.start("fingerprint")
        with database.connect() as look:
            until(lambda: look.execute("SELECT FROM pg_locks WHERE NOT granted AND relation = 'v'::regclass").fetchall())
        assert running.interrupt().finish().failed(130).out == ""


def test_every_expression_is_equal_after_a_dump(cli, new_database):
    one, copy = new_database(), new_database()
    if one.server.major < 15:
        pytest.skip("the file uses what came with 15")
    with one.connect() as connection:
        connection.execute((ROOT / "tests/fixtures/snapshot/expressions.sql").read_text())
    dump_and_restore(one, copy)
    first = objects(cli, env={"DATABASE_URL": one.url})
    assert changed(first, objects(cli, env={"DATABASE_URL": copy.url})) == set()
    assert len(first) > 250


def test_a_lock_that_is_kept(cli, database):
    database.query("CREATE TABLE t (a int); CREATE VIEW v AS SELECT a FROM t")
    with psycopg.connect(database.url) as holder:
        holder.execute("LOCK TABLE v IN ACCESS EXCLUSIVE MODE")
        result = cli("fingerprint", env={"PGOPTIONS": "-c lock_timeout=20ms"}).failed(1)
        assert "another session keeps what is to be read locked" in result.err and "pg_stat_activity" in result.err


def test_a_connection_that_is_lost(cli, database):
    database.query("CREATE TABLE t (a int); CREATE VIEW v AS SELECT a FROM t")
    with psycopg.connect(database.url) as holder, database.connect() as look:
        holder.execute("LOCK TABLE v IN ACCESS EXCLUSIVE MODE")
        running = cli.start("fingerprint")
        ended = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE NOT granted AND relation = 'v'::regclass"
        until(lambda: look.execute(ended).fetchall())
        assert running.finish().failed(5).out == ""


def test_what_depends_on_what_is_in_the_file(cli, database):
    database.query("CREATE TABLE a (id serial PRIMARY KEY, n int DEFAULT 5); CREATE VIEW v AS SELECT n FROM a; COMMENT ON COLUMN a.n IS 'x'")
    document = cli("fingerprint", "--explain", "--json").ok().json()
    assert document["has_dependencies"] and len(document["database"].split()) == 3
    listed = document["objects"]
    name = lambda item: f"{item['kind']} {item['identity']}"
    edges = {(name(item), name(listed[int(word[:-1])]), word[-1]) for item in listed for word in item.get("depends_on", "").split()}
    assert {("column public.a.id", "sequence public.a_id_seq", "d"), ("sequence public.a_id_seq", "column public.a.id", "a"),
            ("view public.v", "column public.a.n", "n"), ("comment table column public.a.n", "column public.a.n", "a"),
            ("index public.a_pkey", "constraint a_pkey on public.a", "i"), ("column public.v.n", "view public.v", "a")} <= edges
