"""Generated rows in every table that can have some (tests/unit/run/sample_rows_filler.c)."""
import subprocess

import psycopg
import pytest

from harness import whole_schema
from harness.program import find_binary

pytestmark = pytest.mark.once

FILLER = find_binary().parent / "tests/unit/run/sample_rows_filler"
# Each key is proven anew by the server, as when it was made.
KEYS = """
SELECT format('ALTER TABLE %s DROP CONSTRAINT %I, ADD CONSTRAINT %I %s', conrelid::regclass, conname, conname,
              pg_get_constraintdef(oid))
FROM pg_constraint WHERE contype = 'f' AND conparentid = 0 AND conislocal
"""
TYPES = """
bool bytea char name int2 int4 int8 float4 float8 numeric numeric(5,2) numeric(3) numeric(2,2) money text varchar varchar(1)
varchar(3) varchar(10) varchar(40) char(1) char(4) char(200) uuid date timestamp timestamp(0) timestamptz time time(3)
timetz interval interval(0) json jsonb jsonpath xml inet cidr macaddr macaddr8 bit bit(3) bit(70) varbit varbit(5) tsvector
tsquery point line lseg box path polygon circle oid xid xid8 cid tid pg_lsn txid_snapshot pg_snapshot refcursor int2vector
oidvector aclitem regclass regtype regproc regprocedure regoper regoperator regnamespace regrole regconfig regdictionary
regcollation int4range int8range numrange tsrange tstzrange daterange int[] text[] numeric(5,2)[] varchar(3)[] jsonb[]
citext hstore ltree ltree[] cube mood mood[] short short[] shorter span pair pair[] int4[][] rows_of
""".split() + ["\"char\"", "interval year to month", "timestamp(3) with time zone", "bit varying(100)"]
SINCE_14 = "int4multirange nummultirange datemultirange span_multi".split()
TYPES_SETUP = """
CREATE EXTENSION citext; CREATE EXTENSION hstore; CREATE EXTENSION ltree; CREATE EXTENSION cube;
CREATE TYPE mood AS ENUM ('sad', 'it''s ok', 'back\\slash');
CREATE DOMAIN short AS varchar(12) CHECK (VALUE ~ '^[A-Z]{2}-[0-9]{3}$');
CREATE DOMAIN shorter AS short NOT NULL CHECK (VALUE <> 'AA-000') CHECK (length(VALUE) < 10);
CREATE TYPE pair AS (a int, b text, c short);
CREATE TABLE rows_of (x int, gone int, y mood); ALTER TABLE rows_of DROP COLUMN gone;
"""


class Filled:
    """What the filler said."""

    def __init__(self, out):
        first, *self.without = out.splitlines()
        self.tables, self.rows = map(int, first.split())


def fill(database, *arguments):
    run = subprocess.run([FILLER, database.url, *map(str, arguments)], text=True, stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE, timeout=60)
    assert run.returncode == 0, run.stderr
    return Filled(run.stdout)


def count(database, table):
    return database.value(f"SELECT count(*) FROM {table}")


def filled(database, schema, *arguments):
    """The schema's tables all have rows, and all its keys hold."""
    database.query(schema)
    result = fill(database, *arguments)
    assert result.without == []
    prove_keys(database)
    return result


def prove_keys(database):
    for statement, in database.query(KEYS):
        database.query(statement)


@pytest.mark.parametrize("null", ["", " NOT NULL"], ids=["nullable", "not null"])
def test_every_type(database, null):
    types = TYPES + (SINCE_14 if database.server.major >= 14 else [])
    multi = ", multirange_type_name = span_multi" if database.server.major >= 14 else ""
    database.query(TYPES_SETUP + f"CREATE TYPE span AS RANGE (subtype = text{multi});")
    database.query(";".join(f"CREATE TABLE t{i} (a {name}{null})" for i, name in enumerate(types)))
    assert fill(database).without == []
    counts = database.query(" UNION ALL ".join(
        f"SELECT {i}, count(*) FROM t{i} WHERE a IS DISTINCT FROM NULL" for i in range(len(types))))
    assert [types[i] for i, number in counts if number < (8 if null else 5)] == []


def test_types_nobody_knows(database):
    database.query("""
        CREATE TYPE mine; CREATE FUNCTION mine_in(cstring) RETURNS mine LANGUAGE internal STRICT IMMUTABLE AS 'int4in';
        CREATE FUNCTION mine_out(mine) RETURNS cstring LANGUAGE internal STRICT IMMUTABLE AS 'int4out';
        CREATE TYPE mine (input = mine_in, output = mine_out, like = int4);
        CREATE TYPE no; CREATE FUNCTION no_in(cstring) RETURNS no LANGUAGE internal STRICT IMMUTABLE AS 'unknownin';
        CREATE FUNCTION no_out(no) RETURNS cstring LANGUAGE internal STRICT IMMUTABLE AS 'unknownout';
        CREATE TYPE no (input = no_in, output = no_out);
        CREATE TABLE has (a mine NOT NULL); CREATE TABLE may (a pg_ndistinct, b int NOT NULL);
        CREATE TABLE "Has Not" (a pg_ndistinct NOT NULL);""")
    assert fill(database).without == ['public."Has Not": no value is known for column a of type pg_ndistinct']
    assert count(database, "has WHERE a::text <> ''") == 8
    assert count(database, "may") == 8


CONSTRAINTS = {
    "list": "CREATE TABLE t (id serial PRIMARY KEY, a text NOT NULL CHECK (a IN ('x', 'it''s'))",
    "any": "CREATE TABLE t (a varchar(9) NOT NULL CHECK (a = ANY (ARRAY['new', 'old'])), b int UNIQUE",
    "numbers": "CREATE TABLE t (a int PRIMARY KEY CHECK (a > 1000 AND a <= 1100), b numeric(3, 2) NOT NULL CHECK (b < 0)",
    "between": "CREATE TABLE t (a smallint NOT NULL CHECK (a BETWEEN 32000 AND 32767)",
    "length": "CREATE TABLE t (a text UNIQUE NOT NULL CHECK (length(a) = 26), b char(3) NOT NULL CHECK (length(b) = 3)",
    "pattern": "CREATE TABLE t (a text NOT NULL CHECK (a ~ '^(inv|ord)_[A-Z]{2}[0-9]{4,6}(-x)?$')",
    "like": "CREATE TABLE t (a text NOT NULL CHECK (a LIKE 'http_://%.example/%')",
    "upper": "CREATE TABLE t (a text NOT NULL CHECK (a = upper(a) AND char_length(a) = 3)",
    "two columns": "CREATE TABLE t (a timestamptz NOT NULL, b timestamptz NOT NULL CHECK (b > a)",
    "either": "CREATE TABLE t (a int, b text, c date, CHECK (num_nonnulls(a, b, c) = 1)",
    "kinds": "CREATE TABLE t (k text NOT NULL, a int, b int, CHECK ((k = 'a' AND a IS NOT NULL AND b IS NULL) "
             "OR (k = 'b' AND a IS NULL AND b > 5))",
    "many": "CREATE TABLE t (k text NOT NULL CHECK (k IN ('a', 'b')), a text CHECK (a LIKE 'https://%'), b text NOT NULL "
            "CHECK (b ~ '^[a-z]{3}:[0-9]{2}$'), c text CHECK (length(c) = 64), d text NOT NULL CHECK (d LIKE '%@%'), "
            "e int NOT NULL CHECK (e % 7 = 3), f text NOT NULL CHECK (f = lower(f) AND length(f) < 9), "
            "CHECK (k <> 'a' OR a IS NOT NULL AND c IS NOT NULL)",
    "document": "CREATE TABLE t (a jsonb NOT NULL CHECK (jsonb_typeof(a) = 'array'), b jsonb NOT NULL CHECK (b ? 'name')",
    "array": "CREATE TABLE t (a text[] NOT NULL CHECK (a <@ ARRAY['r', 'w'] AND cardinality(a) > 0)",
    "bytes": "CREATE TABLE t (a bytea NOT NULL CHECK (octet_length(a) = 32)",
    "day": "CREATE TABLE t (a date NOT NULL CHECK (a < '1999-05-05' AND a > '1999-05-01')",
    "error": "CREATE TABLE t (a int NOT NULL, b int NOT NULL CHECK (a / (b - 3) > 0)",
    "generated": "CREATE TABLE t (a int NOT NULL, b int GENERATED ALWAYS AS (a * 2) STORED CHECK (b > 6)",
    "identity": "CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY CHECK (id > 0), a text UNIQUE NULL",
    "only identity": "CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY",
    "no column": "CREATE TABLE t (",
    "unique boolean": "CREATE TABLE t (a bool NOT NULL, b text NOT NULL CHECK (b IN ('x', 'y')), UNIQUE (a, b)",
    "exclusion": "CREATE TABLE t (a int4range NOT NULL, b tstzrange NOT NULL, EXCLUDE USING gist (a WITH &&, b WITH &&)",
    "deferred": "CREATE TABLE t (a int UNIQUE DEFERRABLE INITIALLY DEFERRED, b bool NOT NULL UNIQUE DEFERRABLE",
    "expression": "CREATE TABLE t (a text NOT NULL); CREATE UNIQUE INDEX ON t (lower(a)); CREATE TABLE u (a int",
    "reserved": 'CREATE TABLE t ("select" int NOT NULL CHECK ("select" <> 7), "a""b" text, "migrate-safe x" text',
    "default": "CREATE TABLE t (a text NOT NULL DEFAULT 'x' CHECK (md5(a) = md5('x')), b uuid DEFAULT gen_random_uuid()",
    "unlogged": "CREATE UNLOGGED TABLE t (a int",
}


@pytest.fixture(scope="module")
def cases(pool):
    """All cases in one database, each in its schema, filled at once."""
    database = pool.take()
    sql = {f"constraint {name}": text + ")" for name, text in CONSTRAINTS.items()}
    sql |= {f"key {name}": text for name, text in KEYS_OF.items()}
    sql |= {f"partition {name}": partitions(name, database.server.major) for name in PARTITIONS}
    for name, text in sql.items():
        database.query(f'CREATE SCHEMA "{name}"; SET search_path = "{name}"; {text}')
    yield database, fill(database).without
    pool.give_back(database)


def without(cases, schema):
    return [line for line in cases[1] if line.startswith(f'"{schema}".')]


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_constraint(cases, name):
    assert without(cases, f"constraint {name}") == []
    assert count(cases[0], f'"constraint {name}".t') >= FEW.get(name, 5)

FEW = {"deferred": 2, "error": 1, "unique boolean": 4}
KEYS_OF = {
    "to one": "CREATE TABLE b (id serial PRIMARY KEY); CREATE TABLE a (b int NOT NULL REFERENCES b)",
    "as primary key": "CREATE TABLE b (id uuid PRIMARY KEY); CREATE TABLE a (b uuid PRIMARY KEY REFERENCES b)",
    "pairs": "CREATE TABLE b (id serial PRIMARY KEY); CREATE TABLE c (id bigserial PRIMARY KEY);"
             "CREATE TABLE a (b int REFERENCES b, c bigint REFERENCES c, PRIMARY KEY (b, c))",
    "composite": "CREATE TABLE b (x int, y text, PRIMARY KEY (x, y)); CREATE TABLE a (id int, p text, q int NOT NULL,"
                 "FOREIGN KEY (q, p) REFERENCES b)",
    "match full": "CREATE TABLE b (x int, y text, PRIMARY KEY (x, y)); CREATE TABLE a (q int, p text,"
                  "FOREIGN KEY (q, p) REFERENCES b MATCH FULL)",
    "tenant": "CREATE TABLE o (id serial PRIMARY KEY);"
              "CREATE TABLE b (id serial, o int REFERENCES o, PRIMARY KEY (o, id));"
              "CREATE TABLE c (id serial, o int REFERENCES o, PRIMARY KEY (o, id));"
              "CREATE TABLE a (o int NOT NULL REFERENCES o, b int NOT NULL, c int NOT NULL,"
              "FOREIGN KEY (o, b) REFERENCES b, FOREIGN KEY (o, c) REFERENCES c)",
    "itself": "CREATE TABLE a (id serial PRIMARY KEY, a int REFERENCES a)",
    "itself always": "CREATE TABLE a (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a int NOT NULL REFERENCES a)",
    "circle": "CREATE TABLE a (id int PRIMARY KEY, b int); CREATE TABLE b (id int PRIMARY KEY, a int NOT NULL REFERENCES a);"
              "ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b",
    "circle always": "CREATE TABLE a (id int PRIMARY KEY, b uuid NOT NULL); CREATE TABLE b (id uuid PRIMARY KEY, a int NOT NULL "
                     "REFERENCES a); ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b",
    "exactly one": "CREATE TABLE b (id serial PRIMARY KEY); CREATE TABLE c (id serial PRIMARY KEY);"
                   "CREATE TABLE a (x int REFERENCES b, y int REFERENCES c, z int REFERENCES c, CHECK (num_nonnulls(x, y, z) = 1))",
    "partitioned": "CREATE TABLE b (id int, k text, PRIMARY KEY (id, k)) PARTITION BY LIST (k);"
                   "CREATE TABLE b1 PARTITION OF b FOR VALUES IN ('x', 'y'); CREATE TABLE b2 PARTITION OF b DEFAULT;"
                   "CREATE TABLE a (b int NOT NULL, k text NOT NULL, FOREIGN KEY (b, k) REFERENCES b)",
    "inherited": "CREATE TABLE b (id int PRIMARY KEY); CREATE TABLE bb () INHERITS (b);"
                 "CREATE TABLE a (b int NOT NULL REFERENCES b)",
}


@pytest.mark.parametrize("name", KEYS_OF)
def test_key(cases, name):
    assert without(cases, f"key {name}") == []
    assert count(cases[0], f'"key {name}".a') == 8


def test_keys_hold(cases):
    prove_keys(cases[0])


PARTITIONS = {
    "range": ("at timestamptz NOT NULL", "RANGE (at)", ["FROM ('2020-02-01') TO ('2020-03-01')", "FROM (MINVALUE) TO ('2019-01-01')"]),
    "numbers": ("a int NOT NULL, b int NOT NULL", "RANGE (a, b)", ["FROM (5000, 1) TO (5000, 100)", "FROM (6000, 0) TO (7000, 0)"]),
    "list": ("a text", "LIST (a)", ["IN ('x', 'y')", "IN ('z', NULL)"]),
    "hash": ("a bigint", "HASH (a)", ["WITH (modulus 3, remainder 0)", "WITH (modulus 3, remainder 2)"]),
    "expression": ("a text NOT NULL", "LIST (lower(a))", ["IN ('abc')"]),
    "identity": ("id int GENERATED ALWAYS AS IDENTITY, a int NOT NULL", "RANGE (a)", ["FROM (7) TO (1000)"]),
}


def partitions(name, major):
    columns, by, bounds = PARTITIONS[name]
    if name == "identity" and major < 17:
        columns = columns.replace("GENERATED ALWAYS AS IDENTITY", "NOT NULL")
    return f"CREATE TABLE t ({columns}) PARTITION BY {by};" + "".join(
        f"CREATE TABLE t{i} PARTITION OF t FOR VALUES {bound};" for i, bound in enumerate(bounds))


@pytest.mark.parametrize("name", PARTITIONS)
def test_partition(cases, name):
    assert without(cases, f"partition {name}") == []
    for i in range(len(PARTITIONS[name][2])):
        assert count(cases[0], f'"partition {name}".t{i}') >= 4


def test_next_values_do_not_collide(database):
    filled(database, "CREATE TABLE t (id serial PRIMARY KEY, a int); CREATE TABLE u (id int GENERATED ALWAYS AS IDENTITY "
                     "PRIMARY KEY, a int CHECK (a > 3));")
    database.query("INSERT INTO t (a) SELECT i FROM generate_series(10, 600) i; INSERT INTO u (a) SELECT i "
                   "FROM generate_series(10, 600) i")


def test_users_triggers_do_not_fire_and_settings_stay(database):
    database.query("""
        CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$;
        CREATE TABLE t (a int); CREATE TRIGGER no BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION no();
        CREATE TABLE r (a int); CREATE RULE no AS ON INSERT TO r DO INSTEAD NOTHING;
        CREATE TABLE s (a int); ALTER TABLE s ENABLE ROW LEVEL SECURITY; ALTER TABLE s FORCE ROW LEVEL SECURITY;""")
    assert fill(database).tables == 3
    with pytest.raises(psycopg.errors.RaiseException):
        database.query("INSERT INTO t VALUES (1)")


def test_what_gets_none_is_told(database):
    database.query("""
        CREATE TABLE no (a int NOT NULL CHECK (a <> a)); CREATE TABLE refers (a int NOT NULL, no int NOT NULL);
        ALTER TABLE no ADD UNIQUE (a); ALTER TABLE refers ADD FOREIGN KEY (no) REFERENCES no (a);
        CREATE FUNCTION fails(int) RETURNS bool LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RAISE 'never'; END $$;
        CREATE TABLE failing (a int NOT NULL CHECK (fails(a)));
        CREATE TABLE empty (a int) PARTITION BY LIST (a); CREATE TABLE yes (a int);""")
    result = fill(database)
    assert result.tables == 1
    assert sorted(result.without) == [
        "public.empty: it has no partition", "public.failing: never",
        "public.no: no row that was tried passes its checks",
        'public.refers: its rows refer to public.no, which has none']


def test_rows_that_are_there_stay(database):
    database.query("CREATE TABLE t (id serial PRIMARY KEY, a text UNIQUE); CREATE TABLE u (t int NOT NULL REFERENCES t);"
                   "INSERT INTO t (a) VALUES ('mine'), ('text 4')")
    assert fill(database, 5).rows == 3 + 5
    assert fill(database, 5).rows == 0
    assert fill(database, 5, 0, "adds").rows == 10
    assert count(database, "t") == 10
    assert count(database, "t WHERE a IN ('mine', 'text 4')") == 2


def test_the_seed_decides(new_database):
    tables = []
    for seed in (7, 7, 8):
        database = new_database()
        filled(database, "CREATE TABLE t (id serial, a text, b jsonb, c numeric CHECK (c > 0))", 8, seed)
        tables.append(database.query("SELECT * FROM t"))
    assert tables[0] == tables[1] != tables[2]


def test_many_rows(database):
    result = filled(database, "CREATE TABLE a (id serial PRIMARY KEY, x text UNIQUE NOT NULL, a int REFERENCES a);"
                              "CREATE TABLE b (a int REFERENCES a, n int CHECK (n > 0), PRIMARY KEY (a, n))", 5000)
    assert result.rows > 9900


def test_whole_schema(database, roles):
    for name in whole_schema.ROLES:
        roles(name, "")
    database.query(whole_schema.base(database.server.major))
    try:
        assert fill(database).without == []
        prove_keys(database)
    finally:
        database.query("ALTER SUBSCRIPTION incoming DISABLE; DROP SUBSCRIPTION incoming")
