"""Every query that the program carries: the server takes it, and it says whose names it means."""
import re

import psycopg
import pytest

from harness.folder import Folder
from harness.program import ROOT, Program

FILES = sorted((ROOT / "src/pg/sql").glob("*/*.sql"))
IDS = [f"{path.parent.name}/{path.stem}" for path in FILES]
STEP = re.compile(r"step_\d+$")
# Words before a parenthesis that are syntax and no functions.
SYNTAX = set("""
    all and any array as by case check coalesce conflict else exists extract filter from greatest identity
    join key lateral least limit materialized not null nullif on or order over partition primary returning
    row select set then union unique using values when where with within
""".split())
LITERAL = re.compile(r"'(?:[^']|'')*'")
COMMENT = re.compile(r"--[^\n]*")
QUALIFIED = re.compile(r"OPERATOR\(pg_catalog\.[^)]*\)|(::\s*)?\bpg_catalog\.[\w\"]+|\bmigrate_safe\.\w+")
COLUMNS = re.compile(r"INSERT INTO ¶ \(|\bAS \w+\s*\(|\w+\s*\([\w\s,]*\)\s+AS (MATERIALIZED )?\(")
ASSIGNMENTS = re.compile(r"\bSET\b(.*?)(?=\bWHERE\b|\bFROM\b|\bRETURNING\b|;)", re.DOTALL)
CALL = re.compile(r"(?<![\w.\"])([a-z_][a-z_0-9]*)\s*\(", re.IGNORECASE)
OPERATOR = re.compile(r"[-+*/<>=~!@#%^&|`?]+")
CAST = re.compile(r"::\s*[\w\"]+")
TABLE = re.compile(r"CREATE TABLE .*?\n\);\n", re.DOTALL)
# These run only while search_path is empty (run/snapshot.c, run/integrity/): pg_catalog alone has operators then.
WITHOUT_SEARCH_PATH = ["snapshot", "integrity"]
# Of the snapshot's three run before or after.
WITH_SEARCH_PATH = ["rights", "settings", "stamp"]

# The server and the text are asked, not the program.
pytestmark = pytest.mark.once

# What `public.schema_versions` stands for in src/pg/sql/table.
TEAMS_TABLE = """
CREATE TABLE public.schema_versions (
    schema_version_version varchar(20), schema_version_description text, schema_version_up_sql text,
    schema_version_is_current boolean, schema_version_applied_at timestamp,
    schema_version_applied_by varchar(100))
"""


def code_of(path):
    """The text without comments and literals."""
    return LITERAL.sub("''", COMMENT.sub("", path.read_text()))


@pytest.fixture(scope="module", params=["new", "analyzed"])
def store(request, pool, tmp_path_factory):
    """For all queries: nothing is committed there any more. Plans differ when the server has looked at its catalogs."""
    directory = tmp_path_factory.mktemp("queries")
    Folder(directory / "migrations").tables(1)
    database = pool.take()
    Program(directory, database.url)("baseline", "0").ok()
    database.query(TEAMS_TABLE)
    if request.param == "analyzed":
        database.query("ANALYZE")
    yield database
    pool.give_back(database)


def is_for(path, major):
    """NAME_13.sql stands in for NAME.sql on servers up to 13."""
    older = [int(sibling.stem.rpartition("_")[2]) for sibling in path.parent.glob("*_[0-9][0-9].sql")
             if sibling.stem.rpartition("_")[0] == path.stem]
    own = re.fullmatch(r"(.*)_(\d\d)", path.stem)
    if own and path.with_stem(own.group(1)).exists():
        return major <= int(own.group(2))
    return not older or major > max(older)


def estimate(connection):
    """The planner's cost of the statement q, and that from which a server translates a plan to machine code."""
    count, limit = connection.execute("SELECT cardinality(parameter_types), boot_val::float FROM pg_prepared_statements, "
                                      "pg_settings WHERE pg_settings.name = 'jit_above_cost'").fetchone()
    nulls = f"({', '.join(['NULL'] * count)})" if count else ""
    connection.execute("SET plan_cache_mode = force_generic_plan")
    [plan], = connection.execute(f"EXPLAIN (FORMAT json) EXECUTE q{nulls}").fetchone()
    return plan["Plan"]["Total Cost"], limit


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_the_server_takes_it(store, path):
    """And does not translate it, which takes seconds where the query takes milliseconds."""
    if not is_for(path, store.server.major):
        pytest.skip("another file is for this server")
    with store.connect() as connection:
        if STEP.match(path.stem):
            connection.execute("BEGIN; DROP SCHEMA migrate_safe CASCADE; CREATE SCHEMA migrate_safe")
            for step in sorted(path.parent.glob("step_*.sql")):  # each stands on those before it
                connection.execute(step.read_text())
                if step == path:
                    break
            connection.execute("ROLLBACK")
        else:
            connection.execute("PREPARE q AS " + COMMENT.sub("", path.read_text()))
            cost, limit = estimate(connection)
            assert cost < limit / 2


def test_a_server_refuses_what_is_wrong(store):
    """The test above can fail."""
    with store.connect() as connection, pytest.raises(psycopg.errors.UndefinedColumn):
        connection.execute("PREPARE q AS SELECT nonsense FROM migrate_safe.journal")


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_parameters_are_used_without_gaps(path):
    numbers = {int(number) for number in re.findall(r"\$(\d+)", code_of(path))}
    assert numbers == set(range(1, len(numbers) + 1))


def unqualified(text):
    """Functions, operators and casts that a search_path could turn to something else."""
    text = COLUMNS.sub("", QUALIFIED.sub("¶", text))
    text = ASSIGNMENTS.sub(lambda match: re.sub(r"(^|,)\s*\w+ =(?= )", r"\1", match.group(1)), text)
    found = [f"{name.lower()}()" for name in CALL.findall(text) if name.lower() not in SYNTAX]
    # a lone * is SELECT * or count(*); a product would be an OPERATOR(pg_catalog.*)
    found += [operator for operator in OPERATOR.findall(text) if operator != "*"]
    return found + CAST.findall(text)


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_names_are_qualified(path):
    """A hostile search_path must not decide what our statements do."""
    # The types of a table's columns are words of the grammar (int, bigint) or looked up in
    # pg_catalog first: a search_path that does not name it has it in front.
    found = unqualified(TABLE.sub("", code_of(path)))
    if path.parent.name in WITHOUT_SEARCH_PATH and path.stem not in WITH_SEARCH_PATH:
        found = [name for name in found if not OPERATOR.fullmatch(name) and name != "in()"]
    assert found == []


@pytest.mark.parametrize("text, found", [
    ("SELECT now()", ["now()"]), ("SELECT pg_catalog.now()", []), ("SELECT a = b", ["="]),
    ("SELECT a OPERATOR(pg_catalog.=) b", []), ("SELECT $1::text", ["::text"]),
    ("SELECT $1::pg_catalog.text", []), ("INSERT INTO migrate_safe.t (a) VALUES (1)", []),
    ("SELECT COALESCE(a, b) || c", ["||"]), ("SELECT a IN (1, 2)", ["in()"]),
    ("UPDATE migrate_safe.t SET a = 1, b = c < d WHERE e = f", ["<", "="]),
    ("SELECT x FROM (VALUES (1)) AS t(a)", []), ("WITH a (b, c) AS (SELECT d(1)) SELECT", ["d()"])])
def test_what_is_not_qualified_is_found(text, found):
    assert list(unqualified(text)) == found


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_our_tables_are_named_with_our_schema(path):
    """query_text() replaces `migrate_safe.`; a table without it would follow the search_path."""
    tables = "schema_migrations|journal|store_steps|schema_versions|schema_snapshots"
    for word in ("FROM", "JOIN", "INTO", "UPDATE", "TABLE"):
        assert not re.search(rf"\b{word} ({tables})\b", code_of(path))


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_it_is_embedded_and_explained(path):
    assert f"'sql/{path.parent.name}/{path.name}'" in (ROOT / "src/pg/meson.build").read_text()
    text = path.read_text()
    assert text.startswith("-- ") and text.endswith(";\n")
