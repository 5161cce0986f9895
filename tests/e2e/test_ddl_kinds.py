"""`diff --sql` of every kind that is no relation: made from nothing, and dropped again."""
import pytest

from harness import kinds_schema, whole_schema
from harness.database import Database
from harness.pool import NUMBERS
from harness.program import Program
from test_fingerprint import changed, objects

# The server is asked, what the program writes is proven by itself too.
pytestmark = pytest.mark.once


@pytest.fixture
def two(cluster):
    if cluster.major < 15:
        pytest.skip("the schema uses what came with 15")
    cluster.query(whole_schema.MAKE_ROLES)
    databases = [Database(cluster, f"e2e_{next(NUMBERS)}").create() for _ in range(2)]
    yield databases
    for database in databases:
        database.drop()
    for role in whole_schema.ROLES:
        cluster.query(f"DROP ROLE {role}")


def run(database, *texts):
    with database.connect(options="-c client_min_messages=error") as connection:
        for text in texts:
            connection.execute(text)


def make_alike(cli, then, now):
    result = cli("diff", then.url, now.url, "--sql")
    assert result.code == 1 and "-- proven on PostgreSQL" in result.out, result.err
    run(then, result.out)
    assert cli("diff", then.url, now.url).code == 0


def test_every_kind_that_is_no_relation_comes_and_goes(two, tmp_path):
    bare, full = two
    cli = Program(tmp_path, bare.url)
    run(bare, kinds_schema.NEEDED)
    before = objects(cli)
    run(full, kinds_schema.NEEDED, kinds_schema.KINDS, kinds_schema.OF_DATABASE.format(name=full.name))
    make_alike(cli, bare, full)
    assert len(changed(before, objects(cli))) > 150
    run(full, f"ALTER DATABASE {full.name} RESET ALL; ALTER ROLE ms_reader IN DATABASE {full.name} RESET ALL")
    full.drop()
    full.create()
    run(full, kinds_schema.NEEDED)
    make_alike(cli, bare, full)
    assert objects(cli) == before


def test_privileges_that_are_the_thing_itself(two, tmp_path):
    one, other = two
    cli = Program(tmp_path, one.url)
    make = "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO ms_reader; GRANT SELECT ON pg_catalog.pg_authid TO ms_reader"
    run(one, make)
    run(other, make, "ALTER DEFAULT PRIVILEGES GRANT INSERT ON TABLES TO ms_writer; GRANT UPDATE ON pg_catalog.pg_authid TO ms_writer")
    make_alike(cli, one, other)


# What may be said of one where PostgreSQL cannot do it, or nobody knows what it was.
REFUSED = [
    ("CREATE TYPE mood AS ENUM ('a', 'b')", "CREATE TYPE mood AS ENUM ('a')", "label 'b' is gone"),
    ("CREATE TYPE mood AS ENUM ('a', 'b')", "CREATE TYPE mood AS ENUM ('b', 'a')", "in another order"),
    ("", "CREATE TYPE l; CREATE FUNCTION li(cstring) RETURNS l LANGUAGE internal IMMUTABLE STRICT AS 'textin'; CREATE FUNCTION lo(l) RETURNS cstring "
     "LANGUAGE internal IMMUTABLE STRICT AS 'textout'; CREATE TYPE l (input = li, output = lo, like = text)", "wait for each other: function public.li(cstring)"),
    ("", "CREATE TYPE r; CREATE FUNCTION c(r) RETURNS r LANGUAGE internal IMMUTABLE STRICT AS 'int4range_canonical'; "
     "CREATE TYPE r AS RANGE (subtype = int, canonical = c)", "wait for each other: function public.c(public.r)"),
    ("CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w", "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w "
     "OPTIONS (api_token 'x')", "an option of it is a secret"),
    ("CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w", "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w; "
     "CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS (password 'x')", "its options are secrets"),
    ("", "CREATE SUBSCRIPTION sub CONNECTION 'host=nowhere' PUBLICATION p WITH (connect = false, slot_name = NONE)", "how it connects is a secret"),
    ("CREATE SUBSCRIPTION sub CONNECTION 'host=nowhere' PUBLICATION p WITH (connect = false, slot_name = NONE)", "", "dropped by hand"),
    ("CREATE TYPE r AS RANGE (subtype = float8); CREATE TABLE t (a r)", "CREATE TYPE r AS RANGE (subtype = float8, subtype_diff = float8mi); "
     "CREATE TABLE t (a r)", "which depends on it, would lose what it holds"),
]


@pytest.mark.parametrize("then, now, why", REFUSED, ids=[case[2] for case in REFUSED])
def test_what_is_refused_says_why(new_database, cli, then, now, why):
    one, other = new_database(), new_database()
    run(one, then)
    run(other, now)
    try:
        result = cli("diff", one.url, other.url, "--sql").failed(1)
        assert why in result.err and result.out == ""
    finally:
        for database in one, other:
            database.query("DROP SUBSCRIPTION IF EXISTS sub")


def test_another_owner_does_not_make_anew(two, tmp_path):
    one, other = two
    cli = Program(tmp_path, one.url)
    make = "CREATE TYPE r AS RANGE (subtype = float8); CREATE COLLATION c (locale = 'C'); CREATE TABLE t (a r, b text COLLATE c); INSERT INTO t VALUES ('[1,2]', 'x')"
    run(one, make)
    run(other, make, "ALTER TYPE r OWNER TO ms_owner; ALTER COLLATION c OWNER TO ms_owner")
    assert "DROP" not in cli("diff", one.url, other.url, "--sql").out
    make_alike(cli, one, other)
    assert one.query("SELECT count(*) FROM t") == [(1,)]
