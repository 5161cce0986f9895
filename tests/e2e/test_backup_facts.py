"""Counts and digests: what they depend on, and what not (tests/unit/run/backup/facts_printer.c)."""
import os
import subprocess

import psycopg
import pytest

from harness.program import find_binary

pytestmark = pytest.mark.once

PRINTER = find_binary().parent / "tests/unit/run/backup/facts_printer"

EVERY_TYPE = """
CREATE EXTENSION IF NOT EXISTS plpgsql;
CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE TYPE pair AS (a int, b text); CREATE TYPE span AS RANGE (subtype = float8);
CREATE TABLE every (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, doubled int GENERATED ALWAYS AS (n * 2) STORED, n int,
    b bytea, i int[], t text[], r int4range, s span, p pair, m mood, d positive, j json, jb jsonb, x xml,
    v tsvector, q tsquery, bits bit varying, f float8, f4 float4, num numeric, day date, ts timestamptz,
    iv interval, cash money, u uuid, net inet, cls regclass, empty text, point point, c "char", ch char(5));
INSERT INTO every (n, b, i, t, r, s, p, m, d, j, jb, x, v, q, bits, f, f4, num, day, ts, iv, cash, u, net, cls, empty,
                   point, c, ch) VALUES
    (1, '\\x00ff', '{1,NULL,3}', '{a,"b,c",NULL,"NULL",""}', '[1,5)', '[1.5,2]', '(1,"x y")', 'ok', 7,
     '{"a" : 1, "a":2}', '{"a": 1}', '<a>b</a>', 'cat & dog', 'a & b', '1010', 'NaN', '-Infinity', 1.00, 'infinity',
     '2020-02-30'::text::date + NULL::int, '1 mon -2 days 03:04:05.6', 12.34, '00000000-0000-0000-0000-00000000000a',
     '10.0.0.1/8', 'pg_class', '', '(1,2)', 'c', 'ab'),
    (2, '', '{}', '{}', 'empty', NULL, '(,)', 'sad', 1, '[]', '[]', '', '', NULL, '', '0.1', '0.1', 'NaN', '-infinity',
     '1999-12-31 23:59:59.123456+05', '-1 year', -0.01, NULL, '::1', NULL, NULL, NULL, NULL, '');
""".replace("'2020-02-30'::text::date + NULL::int", "'2020-02-29 12:00:00-03'")


def run(database, *arguments, jobs=1, **options):
    url = options.pop("url", database.url)
    return subprocess.run([PRINTER, url, str(jobs), *arguments], text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=60, **options)


def facts(database, *arguments, **options):
    done = run(database, *arguments, **options)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def digests(database, *arguments, **options):
    """Of each table: (rows, digest)."""
    return {line.split()[1]: tuple(line.split()[2:4])
            for line in facts(database, *arguments, **options) if line.startswith("table ")}


def test_neither_the_order_nor_the_place_of_rows_counts(database):
    database.query("""
        CREATE TABLE a AS SELECT i AS id, 'x' || i AS name FROM generate_series(1, 1000) i;
        CREATE TABLE b AS SELECT * FROM a ORDER BY name DESC; DELETE FROM b WHERE id = 7;
        INSERT INTO b VALUES (7, 'x7')""")
    found = digests(database)
    assert found["public.a"] == found["public.b"]
    assert found["public.a"][0] == "1000"


@pytest.mark.parametrize("change", [
    "UPDATE a SET name = 'x8' WHERE id = 7", "DELETE FROM a WHERE id = 7", "INSERT INTO a VALUES (7, 'x7')",
    "UPDATE a SET name = NULL WHERE name = ''", "UPDATE a SET n = 1.00 WHERE n = 1.0",
    "UPDATE a SET id = 8, name = 'x7' WHERE id = 7; UPDATE a SET id = 7, name = 'x8' WHERE id = 8 AND name = 'x8'",
    "INSERT INTO a DEFAULT VALUES", "DELETE FROM a WHERE ctid IN (SELECT max(ctid) FROM a WHERE id = 50)"])
def test_each_change_of_rows_is_seen(database, change):
    database.query("""
        CREATE TABLE a AS SELECT i AS id, 'x' || i AS name, 1.0::numeric AS n FROM generate_series(1, 50) i;
        INSERT INTO a VALUES (50, 'x50', 1.0), (NULL, NULL, NULL), (51, '', 0)""")
    before = digests(database)
    database.query(change)
    assert digests(database) != before


# Each column that EVERY_TYPE lets one write to, and another value for its first row.
OTHER_VALUES = {
    "n": "2", "b": r"'\x00fe'", "i": "'{1,2,3}'", "t": "'{a,\"b,c\",NULL,NULL,\"\"}'", "r": "'[1,6)'", "s": "'[1.5,2.5]'",
    "p": "'(1,\"x  y\")'", "m": "'sad'", "d": "8", "j": "'{\"a\": 1, \"a\":2}'", "jb": "'{\"a\": 1.0}'", "x": "'<a>c</a>'",
    "v": "'cat'", "q": "'a | b'", "bits": "'10100'", "f": "'-0'", "f4": "'0'", "num": "1.0", "day": "'-infinity'",
    "ts": "'2020-02-29 12:00:00-04'", "iv": "'28 days 03:04:05.6'", "cash": "12.35", "u": "NULL", "net": "'10.0.0.1/9'",
    "cls": "'pg_type'", "empty": "NULL", "point": "'(1,3)'", "c": "'d'", "ch": "'ab c'"}


def test_each_column_of_each_type_is_seen(database):
    database.query(EVERY_TYPE)
    seen = {digests(database)["public.every"]}
    for number, (column, value) in enumerate(OTHER_VALUES.items()):
        database.query(f"UPDATE every SET {column} = {value} WHERE id = 1")
        seen.add(digests(database)["public.every"])
        assert len(seen) == number + 2, column


def test_equal_values_in_other_columns_are_others(database):
    """Also where there are too many of them for one expression, and NULLs."""
    columns = [f"c{i:03}" for i in range(200)]
    for name, others in (("a", "1"), ("b", "2")):
        database.query(f"CREATE TABLE {name} ({', '.join(f'{column} int' for column in columns)});"
                       f"INSERT INTO {name} (c000, c199) VALUES (1, 2), (2, 1); UPDATE {name} SET c007 = {others}, c008 = 3 - {others}")
    found = digests(database)
    assert found["public.a"] != found["public.b"]
    database.query("UPDATE b SET c007 = 1, c008 = 2; UPDATE b SET c000 = 2, c199 = 1 WHERE c000 = 1")
    assert digests(database)["public.b"] != found["public.a"]
    database.query("UPDATE b SET c000 = NULL WHERE ctid = (SELECT min(ctid) FROM b); UPDATE b SET c000 = 1, c199 = 2 WHERE c000 IS NULL")
    assert digests(database)["public.b"] == found["public.a"]


def test_a_cast_of_the_users_does_not_count(database):
    """It may say of two values the same."""
    database.query("""
        CREATE TYPE colour AS ENUM ('red', 'blue');
        CREATE FUNCTION say(colour) RETURNS text IMMUTABLE LANGUAGE sql AS $$SELECT 'a colour'$$;
        CREATE CAST (colour AS text) WITH FUNCTION say(colour);
        CREATE DOMAIN paint AS colour; CREATE TABLE a (x colour, y paint); INSERT INTO a VALUES ('red', 'red')""")
    seen = {digests(database)["public.a"]}
    for change in ("x = 'blue'", "y = 'blue'"):
        database.query(f"UPDATE a SET {change}")
        seen.add(digests(database)["public.a"])
    assert len(seen) == 3


def test_pairs_of_rows_do_not_cancel_out(database):
    """An exclusive or would."""
    database.query("""CREATE TABLE a (x int); INSERT INTO a VALUES (1), (1), (2);
                      CREATE TABLE b (x int); INSERT INTO b VALUES (3), (3), (2)""")
    found = digests(database)
    assert found["public.a"] != found["public.b"]


@pytest.mark.parametrize("setting", [
    "datestyle = 'german'", "intervalstyle = 'iso_8601'", "timezone = 'Asia/Tokyo'", "extra_float_digits = -5",
    "bytea_output = 'escape'", "search_path = 'pg_catalog'", "quote_all_identifiers = on",
    "xmloption = document", "default_transaction_read_only = on"])
def test_settings_do_not_count(database, setting):
    database.query(EVERY_TYPE)
    plain = facts(database)
    database.query(f"ALTER DATABASE {database.name} SET {setting}")
    assert facts(database) == plain
    assert plain[0].startswith("table public.every 2 ")


def test_dropped_columns_and_their_order_do_not_count(database):
    database.query("""
        CREATE TABLE a (x int, gone int, y text); INSERT INTO a VALUES (1, 2, 'c'); ALTER TABLE a DROP gone;
        CREATE TABLE b (y text, x int); INSERT INTO b VALUES ('c', 1)""")
    found = digests(database)
    assert found["public.a"] == found["public.b"]


def test_rows_are_those_of_the_table_itself(database):
    database.query("""
        CREATE TABLE parent (a int); CREATE TABLE child (b int) INHERITS (parent);
        INSERT INTO parent VALUES (1); INSERT INTO child VALUES (2, 3), (4, 5);
        CREATE TABLE whole (a int) PARTITION BY LIST (a);
        CREATE TABLE whole_1 PARTITION OF whole FOR VALUES IN (1); INSERT INTO whole VALUES (1);
        CREATE UNLOGGED TABLE quick (a int); CREATE TABLE nothing (); INSERT INTO nothing DEFAULT VALUES;
        CREATE MATERIALIZED VIEW seen AS SELECT * FROM child;
        CREATE MATERIALIZED VIEW unseen AS SELECT * FROM child WITH NO DATA""")
    assert {name: rows for name, (rows, _) in digests(database).items()} == {
        "public.parent": "1", "public.child": "2", "public.whole_1": "1", "public.quick": "0",
        "public.nothing": "1", "public.seen": "2"}
    assert [line.split()[1] for line in facts(database) if line.endswith(" refreshed")] == ["public.seen"]
    assert set(digests(database, "public.whole", "public.parent")) == {
        "public.whole_1", "public.parent", "public.child"}


def test_sequences_and_large_objects(database):
    database.query("""
        CREATE SEQUENCE up; CREATE SEQUENCE down INCREMENT -1; SELECT nextval('down');
        CREATE SEQUENCE "a set, ""new"" one"; SELECT setval('"a set, ""new"" one"', 5, false);
        SELECT lo_from_bytea(4711, repeat('x', 3000000)::bytea); SELECT lo_create(4712)""")
    found = facts(database)
    assert found[:-1] == ['sequence public.a set, "new" one 5 new', "sequence public.down -1 called descending",
                          "sequence public.up 1 new"]
    assert found[-1].startswith("objects 2 ")
    database.query("SELECT lo_put(4711, 2999999, 'y')")
    assert facts(database)[-1] != found[-1]


def test_a_hole_in_a_large_object_is_zeros(new_database):
    """So does pg_dump read it; a restored one has no hole."""
    sparse, dense = new_database(), new_database()
    sparse.query("SELECT lo_create(1); SELECT lo_put(1, 2500000, 'end')")
    dense.query("SELECT lo_from_bytea(1, decode(repeat('00', 2500000), 'hex') || 'end'::bytea)")
    assert facts(sparse) == facts(dense)


def test_several_sessions_find_what_one_finds(database):
    database.query("""
        CREATE TABLE large AS SELECT i, repeat(md5(i::text), 30) AS t FROM generate_series(1, 90000) i;
        DELETE FROM large WHERE i % 7 = 0; CREATE TABLE "sm""all" AS SELECT 1 AS "a ""t.*"" b";
        CREATE MATERIALIZED VIEW mv AS SELECT count(*) FROM large""")
    database.query("SELECT lo_create(1)")
    assert database.value("SELECT pg_relation_size('large')") > 80 << 20  # large enough to be cut
    assert facts(database, jobs=4) == facts(database)


def test_a_snapshot_is_what_all_sessions_see(database):
    database.query("CREATE TABLE t AS SELECT generate_series(1, 10) AS i")
    before = digests(database)
    with subprocess.Popen([PRINTER, database.url, "-3"], text=True, stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == "ready\n"
        database.query("INSERT INTO t VALUES (11)")
        out, _ = process.communicate("\n", timeout=60)
    assert out.splitlines()[0].split()[2:4] == list(before["public.t"])
    assert digests(database) != before


def test_who_waits_for_the_table_does_not_hold_the_sessions_up(database):
    """A waiting ALTER TABLE stands in front of all but the session that has the lock already."""
    for name, rows in (("first", 180000), ("second", 150000)):  # the first is for the session with the locks
        database.query(f"CREATE TABLE {name} AS SELECT generate_series(1, {rows}) AS i")
    environment = dict(os.environ, FACTS_FIRST="LOCK TABLE first, second IN ACCESS SHARE MODE")
    with subprocess.Popen([PRINTER, database.url, "-3"], text=True, stdin=subprocess.PIPE, env=environment,
                          stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == "ready\n"
        with database.connect() as waiter:
            pid = waiter.info.backend_pid
            waiter.pgconn.send_query(b"ALTER TABLE second ADD b int")
            while not database.value("SELECT cardinality(pg_blocking_pids(%s)) > 0", [pid]):
                pass
            out, _ = process.communicate("\n", timeout=60)
            while result := waiter.pgconn.get_result():
                assert not result.error_message
    assert process.returncode == 0 and "table public.second 150000 " in out


def test_hidden_rows_are_an_error(database):
    role = f"reader_{database.name}"
    database.query(f"""
        CREATE TABLE t (a int); ALTER TABLE t ENABLE ROW LEVEL SECURITY;
        CREATE ROLE {role} LOGIN; GRANT SELECT ON t TO {role}""")
    try:
        done = run(database, url=database.server.url(database.name, user=role))
        assert done.returncode == 5
        assert "row-level security" in done.stderr and "BYPASSRLS" in done.stderr
        database.query(f"ALTER TABLE t DISABLE ROW LEVEL SECURITY; REVOKE SELECT ON t FROM {role}")
        done = run(database, url=database.server.url(database.name, user=role))
        assert done.returncode == 5
        assert "permission denied for table t" in done.stderr and "GRANT" in done.stderr
    finally:
        database.query(f"DROP OWNED BY {role}; DROP ROLE {role}")


def test_objects_that_may_not_be_read_are_counted(database):
    role = f"reader_{database.name}"
    database.query(f"SELECT lo_create(1); CREATE ROLE {role} LOGIN")
    try:
        done = run(database, url=database.server.url(database.name, user=role))
        assert done.stdout.splitlines() == ["objects 1 unreadable"]
    finally:
        database.query(f"DROP ROLE {role}")


def test_settings_are_put_back_and_failures_end(database):
    """A lost server is an error, not a wait."""
    options = "-c statement_timeout=200"  # long for a look at the catalog, short for so many rows
    environment = dict(os.environ, PGOPTIONS=options)
    database.query("CREATE TABLE t AS SELECT generate_series(1, 1000000) AS i")
    assert digests(database, env=environment)["public.t"][0] == "1000000"
    with pytest.raises(psycopg.errors.QueryCanceled), psycopg.connect(
            database.url, options=options) as connection:
        connection.execute("SELECT sum(hashtextextended(t::text, 0)) FROM t, generate_series(1, 50)")
