"""`generate-rollback` for every single change to an object of every kind: proven, or why not."""
import pytest

from harness import whole_schema
from harness.folder import Folder
from harness.program import Program
from test_diff_sql_kinds import CASES, NEW_COLUMN, without

pytestmark = pytest.mark.once

PUT_TOGETHER = "SQL that is put together when it runs"
# What is not proven, and the words that say why.
EXPECTED = {
    "generated column becomes a plain one": ("refused", "what it holds would be gone"),
    "column order": ("refused", NEW_COLUMN),
    "order of inherited columns": ("refused", "whether it is its table's own"),
    "inheritance": ("refused", "whether it is its table's own"),
    "invalid index": ("refused", "UPDATE pg_index"),
    "database grant": ("not proven", PUT_TOGETHER),
    "comment on the database": ("not proven", PUT_TOGETHER),
    "database setting": ("not proven", PUT_TOGETHER),
    "setting of a role in the database": ("not proven", PUT_TOGETHER),
    "table dropped": ("not proven", "the up destroys rows of table app.marks"),
    "partition dropped": ("not proven", "the up destroys rows of table app.events_rest"),
    "column dropped": ("refused", NEW_COLUMN),
    "column type modifier changed": ("refused", "its type changes while its table becomes one of a type"),
    "column's array": ("refused", "nothing casts integer[] to integer"),
    "identity dropped": ("not proven", "the up destroys the position of sequence app.customers_id_seq"),
    "one internal trigger on replicas": ("not proven", PUT_TOGETHER),
    "enum value added": ("refused", "PostgreSQL removes none"),
    "enum value between": ("refused", "PostgreSQL removes none"),
    "enum values in another order": ("refused", "which PostgreSQL cannot change"),
    "attribute dropped": ("not proven", "the up destroys values of attribute app.pair.b"),
    "attributes in another order": ("refused", NEW_COLUMN),
    "base type": ("refused", "3 steps wait for each other"),
    "owner of a publication": ("not proven", PUT_TOGETHER),
    "foreign table's server": ("refused", "its server cannot be changed"),
    "database setting with spaces": ("not proven", PUT_TOGETHER),
    "database limit": ("not proven", PUT_TOGETHER),
}


# A change from each family of kinds, for every run.
ONE_OF_EACH = ("column type", "table dropped", "column order", "check changed", "foreign key's columns", "index expression", "view column renamed",
               "materialised view's query", "sequence owned", "function's argument name", "trigger condition", "rule added", "enum value added",
               "domain check changed", "policy roles", "column grant", "publication of another table", "comment on a constraint")
PARTS = 12  # which each takes a server, and minutes


def number(place):
    return f"{2 * place + 2:05d}"


def cases_of(part):
    if part == "one_of_each":
        found = [case for case in CASES if case[0] in ONE_OF_EACH]
        assert len(found) == len(ONE_OF_EACH)
        return found
    return CASES[int(part.removeprefix("part_"))::PARTS]


@pytest.mark.slow
@pytest.mark.slice
@pytest.mark.parametrize("part", ["one_of_each", *(f"part_{place:02d}" for place in range(PARTS))])
def test_each_change_has_its_down_or_a_reason(tmp_path, cluster, part):
    """A change, the way back that is written with it, the next change: one server for all of them."""
    cases = [case for case in cases_of(part) if whole_schema.since(case[0]) <= cluster.major]
    folder = Folder(tmp_path / "migrations")
    folder.write("00000_roles.up.sql", whole_schema.MAKE_ROLES)
    folder.write("00001_base.up.sql",
                 without(whole_schema.base(cluster.major), "CREATE SUBSCRIPTION", "CREATE USER MAPPING", "SELECT lo_create") + ";\n")
    for place, (_, change, back, _) in enumerate(cases):
        folder.write(f"{number(place)}_change.up.sql", change + ";\n")
        folder.write(f"{2 * place + 3:05d}_back.up.sql", back + ";\n")
    program = Program(tmp_path)
    wanted = [number(place) for place in range(len(cases))]
    run = program("generate-rollback", *wanted, "--dry-run", "--json", timeout=900)
    program.close()
    expected = {name: said for name, said in EXPECTED.items() if name in [case[0] for case in cases]}
    document = (run.failed(1) if expected else run.ok()).json()
    found = {}
    for (name, *_), migration in zip(cases, document["migrations"], strict=True):
        if migration["state"] != "proven":
            found[name] = (migration["state"], (migration["refusals"] or [migration["not_proven"]])[0])
    assert {name: state for name, (state, _) in found.items()} == {name: state for name, (state, _) in expected.items()}, found
    for name, (_, words) in expected.items():
        assert words in found[name][1], name
