"""`diff --sql` for an object of every kind: made from nothing, dropped to nothing, and each single change both ways."""
import pytest

from harness import whole_schema
from harness.database import Database
from harness.pool import NUMBERS
from harness.program import Program
from test_fingerprint import changed, objects

pytestmark = pytest.mark.once

# What has no SQL, and the words that say why.
NEW_COLUMN = "a new column is always the last one"
REFUSED = {
    "generated column becomes a plain one, back": "only dropping it and making it again",
    "column order": NEW_COLUMN,
    "column order, back": NEW_COLUMN,
    "order of inherited columns": NEW_COLUMN,
    "order of inherited columns, back": NEW_COLUMN,
    "invalid index": "is what is left of a failure",
    "column dropped, back": NEW_COLUMN,
    "column type modifier changed, back": "its type changes while its table becomes one of a type",
    "column's array": "nothing casts integer to integer[]",
    "column's array, back": "nothing casts integer[] to integer",
    "attribute renamed": NEW_COLUMN,
    "attribute renamed, back": NEW_COLUMN,
    "attributes in another order": NEW_COLUMN,
    "attributes in another order, back": NEW_COLUMN,
    "foreign table's server": "its server cannot be changed",
    "foreign table's server, back": "its server cannot be changed",
    "enum value added, back": "PostgreSQL removes none",
    "enum value between, back": "PostgreSQL removes none",
    "enum values in another order": "which PostgreSQL cannot change",
    "enum values in another order, back": "which PostgreSQL cannot change",
    "enum value removed": "PostgreSQL removes none",
    "enum label renamed": "enum app.status",
    "enum label renamed, back": "enum app.status",
    "base type": "3 steps wait for each other",
    "base type, back": "3 steps wait for each other",
    "inheritance, back": "whether it is its table's own",
}


def without(text, *starts):
    """Without the statements that begin so: what they make has secrets, or a slot of the server's."""
    return ";".join(part for part in text.split(";") if not part.lstrip().startswith(starts))


def base(cluster):
    return without(whole_schema.base(cluster.major), "CREATE SUBSCRIPTION", "CREATE USER MAPPING", "SELECT lo_create")


def execute(database, text):
    with database.connect(options="-c allow_system_table_mods=on -c client_min_messages=error") as connection:
        connection.execute(text)


@pytest.fixture(scope="module")
def make(cluster, tmp_path_factory):
    """make(text): a database with that, and what asks for its objects."""
    cluster.query(whole_schema.MAKE_ROLES)
    made = []

    def one(text):
        database = Database(cluster, f"e2e_{next(NUMBERS)}").create()
        made.append(database)
        execute(database, text)
        return database

    yield one
    for database in made:
        database.drop()
    for role in whole_schema.ROLES:
        cluster.query(f"DROP ROLE {role}")


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    program = Program(tmp_path_factory.mktemp("kinds"))
    yield program
    program.close()


def objects_of(program, database):
    return objects(program, env={"DATABASE_URL": database.url})


def bring(program, first, second, **env):
    """Why there is no SQL; None: it was run, and made the first like the second."""
    result = program("diff", first.url, second.url, "--sql", env=env)
    if result.out == "":
        return result.err
    execute(first, result.out)
    assert changed(objects_of(program, first), objects_of(program, second)) == set(), result.out
    return None


def test_everything_from_nothing_and_back(cluster, make, program):
    whole, first = make(base(cluster)), make("")
    result = program("diff", first.url, whole.url, "--sql").failed(1)
    assert "\n-- proven on PostgreSQL" in result.out, result.err
    assert bring(program, first, whole) is None
    assert bring(program, first, make("")) is None


@pytest.fixture(scope="module")
def pair(cluster, make):
    return [make(base(cluster)), make(base(cluster))]


# Of what the schema and the server here are without; a version that no script leads back to; a provider that no server has.
CASES = [case for case in whole_schema.CHANGES if case[0] not in ("extension version", "security label") and not any(
    word in case[1].upper() + case[2].upper()
    for word in ("SUBSCRIPTION", "USER MAPPING", "LARGE OBJECT", "TABLESPACE"))]


@pytest.mark.slow
@pytest.mark.parametrize("name, change, back, named", CASES, ids=[case[0] for case in CASES])
def test_a_single_change_and_its_way_back(cluster, make, program, pair, name, change, back, named):
    if cluster.major < whole_schema.since(name):
        pytest.skip(f"came with {whole_schema.since(name)}")
    first, second = pair
    nowhere = {"MIGRATE_SAFE_PG_BIN": "/nowhere"}  # proven here, by running it
    pair[:] = [None, None]  # unless all goes well
    if first is None:
        first, second = make(base(cluster)), make(base(cluster))
    execute(second, change)
    why = bring(program, first, second, **nowhere)
    assert (REFUSED.get(name) or "made like the other") in (why or "made like the other")
    if why:
        execute(first, change)
    execute(second, back)
    why = bring(program, first, second, **nowhere)
    assert (REFUSED.get(f"{name}, back") or "made like the other") in (why or "made like the other")
    if not why:
        pair[:] = [first, second]


RENAMES = [case for case in CASES if "RENAME" in case[1] or "SET SCHEMA" in case[1]]


@pytest.fixture(scope="module")
def single(cluster, make):
    return [make(base(cluster))]


@pytest.mark.slow
@pytest.mark.parametrize("name, change, back, named", RENAMES, ids=[case[0] for case in RENAMES])
def test_in_one_database_a_rename_is_one(cluster, make, program, single, tmp_path, name, change, back, named):
    if cluster.major < whole_schema.since(name):
        pytest.skip(f"came with {whole_schema.since(name)}")
    database, single[0] = single[0] or make(base(cluster)), None  # unless all goes well
    env = {"DATABASE_URL": database.url, "MIGRATE_SAFE_PG_BIN": "/nowhere"}

    def look(file):
        (tmp_path / file).write_text(program("fingerprint", "--explain", "--json", env=env).ok().out)
        return objects_of(program, database), tmp_path / file

    was, before = look("before.json")
    execute(database, change)
    will, after = look("after.json")
    for wanted, sides in ((was, (after, before)), (will, (before, after))):
        result = program("diff", *sides, "--sql", env=env).failed(1)
        assert result.out and "DROP" not in result.out, result.err
        execute(database, result.out)
        assert changed(objects_of(program, database), wanted) == set(), result.out
    execute(database, back)
    single[0] = database
