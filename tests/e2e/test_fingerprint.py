"""`fingerprint`: what changes it and what must not; each change is named."""
import re
import subprocess

import psycopg
import pytest

from harness import kinds_alone, whole_schema
from harness.database import Database
from harness.pool import NUMBERS
from harness.program import Program
from harness.server import find_tool

SIGNS = {"added": "+", "missing": "-", "changed": "~"}


def objects(cli, **options):
    """{"kind identity": sha256}"""
    document = cli("fingerprint", "--explain", "--json", **options).ok().json()
    found = {f"{item['kind']} {item['identity']}": item["sha256"] for item in document["objects"]}
    assert len(found) == len(document["objects"])  # no two are called the same
    return found


def changed(before, after):
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


def run(database, text):
    """Statement by statement where one cannot be in a transaction with others."""
    with database.connect() as connection:
        if text.startswith(("VACUUM", "CLUSTER", "REINDEX", "DROP SUBSCRIPTION")):
            for statement in text.split(";"):
                connection.execute(statement)
        else:
            connection.execute(text)


LOOKED_AT_TOGETHER = 8


def whose(case):
    """The table or other object of a schema that is changed, or a part of it is."""
    found = re.search(r"\w+\.\w+", case[3])
    return found[0] if found else case[3].partition(":")[0]


def together(cases):
    """The cases in groups that are looked at once, each of another object."""
    groups = []
    for case in cases:
        fitting = [group for group in groups if len(group) < LOOKED_AT_TOGETHER and whose(case) not in map(whose, group)]
        if not fitting:
            fitting = [[]]
            groups += fitting
        fitting[0].append(case)
    return groups


class Whole:
    def __init__(self, database, cli, connection):
        self.database = database
        self.cli = cli
        self.connection = connection
        self.remember()

    def check_taken_back(self, names):
        if self.cli("fingerprint").ok().out.strip() != self.fingerprint:
            left = self.differences()
            self.remember()  # the next cases begin with what there is
            raise AssertionError(f"left behind by one of {names}: {left}")

    def unseen(self, cases):
        """Which of these changes, made one behind the other and taken back, are not named; all, where they do not go together."""
        made = []
        try:
            for case in cases:
                self.connection.execute(case[1])
                made.append(case)
            differences = self.differences()
        except psycopg.Error:
            if len(cases) == 1:
                raise
            return cases
        finally:
            for _, _, back, _ in reversed(made):
                self.connection.execute(back)
        self.check_taken_back([case[0] for case in made])
        return [case for case in cases if case[3] not in differences]

    def remember(self):
        document = self.cli("fingerprint", "--explain", "--json").ok()
        (self.cli.cwd / "base.json").write_text(document.out)
        self.fingerprint = document.json()["fingerprint"]

    def differences(self):
        """As whole_schema.CHANGES words them."""
        document = self.cli("diff", "base.json", "--json").json()
        return {in_words(found) for found in document["differences"]}


def attributes(text):
    """name: value, as the text of an object has them; a value's further lines are indented."""
    return dict(re.findall(r"^(\S[^:\n]*): (.*(?:\n .*)*)", text, re.MULTILINE))


def in_words(found):
    then, now = (attributes(found[side] or "") for side in ("then", "now"))
    words = f"{SIGNS[found['change']]} {found['kind']} {found['identity']}"
    if found["change"] == "changed":
        words += ": " + ", ".join(sorted(name for name in then.keys() | now.keys() if then.get(name) != now.get(name)))
    return words


@pytest.fixture(scope="module")
def whole(cluster, tmp_path_factory):
    """For all changes: each is taken back."""
    database = Database(cluster, f"e2e_{next(NUMBERS)}").create()
    cluster.query(whole_schema.MAKE_ROLES)
    with cluster.connect() as connection:
        connection.execute("SET allow_in_place_tablespaces = on")
        connection.execute("CREATE TABLESPACE ms_place LOCATION ''")
    cli = Program(tmp_path_factory.mktemp("whole"), database.url)
    with database.connect(options="-c allow_system_table_mods=on -c client_min_messages=error") as connection:
        connection.execute(whole_schema.base(cluster.major))
        whole = Whole(database, cli, connection)
        yield whole
    cli.close()
    database.query("ALTER SUBSCRIPTION incoming DISABLE; DROP SUBSCRIPTION IF EXISTS incoming")
    database.drop()
    cluster.query("DROP TABLESPACE ms_place")
    for role in whole_schema.ROLES:
        cluster.query(f"DROP ROLE {role}")


@pytest.mark.once
@pytest.mark.parametrize("cases", together(whole_schema.CHANGES), ids=lambda cases: f"{cases[0][0]} and {len(cases) - 1} more")
def test_a_change_is_seen_named_and_taken_back(whole, cases):
    """Named by `diff`: the object, its kind, and what of it; and by nothing else than what it is. What is not seen among
    others, which may hide it, is looked at alone."""
    here = [case for case in cases if whole.database.server.major >= whole_schema.since(case[0])]
    assert [case[0] for case in whole.unseen(here) if whole.unseen([case])] == []


@pytest.mark.parametrize("name, change", whole_schema.NO_CHANGES, ids=[case[0] for case in whole_schema.NO_CHANGES])
def test_what_is_no_change_of_the_schema(whole, name, change):
    run(whole.database, change)
    difference = whole.differences()
    whole.remember()
    assert difference == set()


@pytest.mark.once
def test_an_object_is_seen_where_it_is_the_only_one_of_its_kind(cli, database):
    """A kind of which the database can have none is not asked for (snapshot/rights.sql)."""
    unseen = {}
    before = objects(cli)
    for kinds, make, drop in kinds_alone.ALONE:
        database.query(make)
        new = objects(cli).keys() - before.keys()
        database.query(drop)
        missing = [kind for kind in kinds.split(", ") if not any(name.startswith(kind + " ") for name in new)]
        if missing:
            unseen[make] = missing
    assert unseen == {}


# What pg_dump does not carry; the same list is src/catalog/snapshot_kind.c, which a backup's proof goes by.
UNCARRIED = ("database", "database setting", "extension version", "inherited column order", "internal trigger", "invalid index", "subscription state", "tablespace")


def dump_and_restore(source, target, *options):
    if find_tool("pg_dump", source.server.major) is None:
        pytest.skip(f"no pg_dump for PostgreSQL {source.server.major} is installed")
    dump = subprocess.run([find_tool("pg_dump", source.server.major), "-d", source.url, *options], check=True,
                          stdout=subprocess.PIPE)
    subprocess.run([find_tool("psql", source.server.major), "-qXv", "ON_ERROR_STOP=1", "-d", target.url],
                   input=dump.stdout, check=True, stdout=subprocess.DEVNULL)


def test_a_restored_dump_is_equal(whole, new_database, tmp_path):
    """The proof of a backup stands on this."""
    copy = Database(whole.database.server, f"e2e_{next(NUMBERS)}").create()
    cli = Program(tmp_path, copy.url)
    try:
        dump_and_restore(whole.database, copy)
        difference = changed(objects(whole.cli), objects(cli))
        assert {name for name in difference if not name.startswith(UNCARRIED)} == set()
        assert difference == set()  # here there is nothing of that kind
    finally:
        copy.query("DROP SUBSCRIPTION IF EXISTS incoming")
        copy.drop()


def test_what_no_dump_carries_is_of_kinds_of_its_own(new_database, cluster, tmp_path):
    """So that a backup of such a database can be proven, in all that a backup has."""
    source, copy = new_database(), new_database()
    with cluster.connect() as connection:
        connection.execute("SET allow_in_place_tablespaces = on")
        connection.execute("CREATE TABLESPACE ms_elsewhere LOCATION ''")
    try:
        source.query("CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (a int REFERENCES a) TABLESPACE ms_elsewhere; "
                     "CREATE EXTENSION pg_trgm VERSION '1.5'; CREATE TABLE p (x int, y int); CREATE TABLE c (y int, x int); ALTER TABLE c INHERIT p; "
                     "CREATE INDEX i ON a (id); ALTER TABLE b DISABLE TRIGGER ALL; "
                     "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'i'::regclass")
        source.query(f"ALTER DATABASE {source.name} SET work_mem = '9MB'")
        source.query(f"COMMENT ON DATABASE {source.name} IS 'x'")
        dump_and_restore(source, copy, "--no-tablespaces")
        difference = changed(objects(Program(tmp_path, source.url)), objects(Program(tmp_path, copy.url)))
        assert {name for name in difference if not name.startswith(UNCARRIED)} == set()
        assert {kind for kind in UNCARRIED if any(name.startswith(kind + " ") for name in difference)} == \
            set(UNCARRIED) - {"subscription state"} - ({"extension version"} if cluster.major < 14 else set())  # 13 has no newer one
    finally:
        source.query("DROP TABLE b; ALTER DATABASE {0} RESET ALL; COMMENT ON DATABASE {0} IS NULL".format(source.name))
        copy.query("DROP TABLE IF EXISTS b")  # without pg_dump there is none
        cluster.query("DROP TABLESPACE ms_elsewhere")
