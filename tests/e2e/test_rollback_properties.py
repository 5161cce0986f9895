"""Downs of random changes to random schemas with rows: MIGRATE_SAFE_EXAMPLES=200 tries so many, others each time.

What the program calls proven is judged without it: psql runs the up and the down on a database with rows of the test's own.
"""
import collections
import contextlib
import os
import re
import subprocess

import pytest
from hypothesis import HealthCheck, Phase, given, settings, strategies

from harness import random_change, whole_schema
from harness.folder import Folder
from harness.pool import EMPTY
from harness.program import Program
from harness.random_design import Design
from harness.random_schema import Side
from harness.server import find_tool

pytestmark = pytest.mark.once

CAMPAIGN = "MIGRATE_SAFE_EXAMPLES"
TOGETHER = 3  # in one folder, for which one throwaway server is enough
ALL_BUT_OURS = EMPTY.replace("FROM pg_namespace WHERE", "FROM pg_namespace WHERE nspname <> 'migrate_safe' AND")
TABLES = """
SELECT c.oid::regclass::text, array_agg(quote_ident(a.attname) ORDER BY a.attnum) FILTER (WHERE a.attgenerated = '')
FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.oid >= 16384 AND c.relkind = 'r' GROUP BY c.oid ORDER BY 1
"""
SEQUENCES = "SELECT oid::regclass::text FROM pg_class WHERE oid >= 16384 AND relkind = 'S' ORDER BY 1"
HEADS = re.compile(r"\n--\n-- Name: .*\n--\n")
# What is not proven for these reasons may lose anything.
ANYTHING = ("what that writes is not known", "USING gives other values", "put together when it runs", "nobody can read")


class Example:
    """A random schema, rows in it, a change that the server takes."""

    def __init__(self, random, cluster, pool):
        self.pool = pool
        design = Design(random, random.randint(1, 3), cluster.major)
        then = Side(design, random)
        now = Side(design, random, then)
        self.base, self.rows = then.script(), then.rows()
        new = [statement.text for statement in now.statements() if statement.text not in self.base]
        with self.database() as database, database.connect() as connection, connection.transaction(force_rollback=True):
            change = random_change.Change(random, connection, new)
            change.add(random.randint(1, 4))
        self.up = ";\n".join(change.texts)

    @contextlib.contextmanager
    def database(self):
        """One with the schema and the rows."""
        database = self.pool.take()
        try:
            with database.connect() as connection:
                connection.execute(self.base)
                connection.execute(self.rows)
                random_change.give_rare_values(connection)
            yield database
        finally:
            self.pool.give_back(database)

    def __str__(self):
        return f"-- base\n{self.base};\n-- rows\n{self.rows};\n-- up\n{self.up};\n"


class State:
    """What a database has to lose."""

    def __init__(self, cli, database):
        self.fingerprint = cli("fingerprint", env={"DATABASE_URL": database.url}).ok().out
        self.dump = blocks(database)
        with database.connect() as connection:
            self.tables = {name: self.table(connection, name, columns or []) for name, columns in connection.execute(TABLES).fetchall()}
            self.sequences = {name: connection.execute(f"SELECT last_value, is_called FROM {name}").fetchone()
                              for name, in connection.execute(SEQUENCES).fetchall()}

    @staticmethod
    def table(connection, name, columns):
        values = ", ".join(f"{column}::text" for column in columns)
        return columns, connection.execute(f"SELECT {values} FROM ONLY {name}").fetchall()


def blocks(database):
    """pg_dump's statements, whatever their order; None where no pg_dump fits."""
    if find_tool("pg_dump", database.server.major) is None:
        return None
    return sorted("\n".join(sorted(part.splitlines())) if "ACL" in part else part for part in HEADS.split(database.dump()))


def without(table, names):
    """The rows of a table without these columns, in no order."""
    columns, rows = table
    kept = [at for at, column in enumerate(columns) if column not in names]
    return collections.Counter(tuple(row[at] for at in kept) for row in rows)


def check_rows(before, after, said):
    """`said`: what may be lost."""
    for name, table in before.tables.items():
        columns = {column for column in table[0] if any(f"{name}.{column}" in words for words in said)}
        is_said = any(f"{name} " in f"{words} " or f"table {name}," in words for words in said)
        assert is_said or without(after.tables[name], columns) == without(table, columns), (name, said)
    for name, (last, is_called) in before.sequences.items():
        now, is_called_now = after.sequences[name]
        is_back = now < last or (now == last and is_called and not is_called_now)
        assert not is_back or any(name in words for words in said), (name, last, now, said)


def run(database, script, *options):
    psql = [find_tool("psql", database.server.major) or "psql", "-qXv", "ON_ERROR_STOP=1", *options, "-d", database.url]
    return subprocess.run(psql, input=script, text=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def check_down(cli, example, found):
    """By psql, on rows that the program has never seen."""
    said = [] if found["state"] == "proven" else [*found["loses"], found["not_proven"]]
    with example.database() as database:
        before = State(cli, database)
        up = run(database, example.up, "--single-transaction")
        assert up.returncode == 0, up.stderr
        down = run(database, found["text"])
        if down.returncode != 0:
            assert said, down.stderr
            return
        after = State(cli, database)
    assert after.fingerprint == before.fingerprint
    assert after.dump == before.dump
    if not any(words in text for words in ANYTHING for text in said):
        check_rows(before, after, said)


def check_together(directory, cluster, pool, random, states):
    folder = Folder(directory / "migrations")
    folder.write("000_roles.up.sql", whole_schema.MAKE_ROLES)
    examples = [Example(random, cluster, pool) for _ in range(TOGETHER)]
    for place, example in enumerate(examples):
        folder.write(f"{place}1_base.up.sql", example.base.encode())
        folder.write(f"{place}2_change.up.sql", example.up.encode())
        folder.write(f"{place}3_empty.up.sql", ALL_BUT_OURS)
    program = Program(directory)
    result = program("generate-rollback", *(f"{place}2" for place in range(TOGETHER)), "--dry-run", "--json", timeout=600)
    assert result.code in (0, 1), result
    faults = []
    for example, found in zip(examples, result.json()["migrations"], strict=True):
        states[found["state"]] += 1
        try:
            if found["state"] == "refused":
                assert found["refusals"] and not found["text"]
            else:
                check_down(program, example, found)
        except AssertionError as fault:
            faults.append(f"{example}-- {found['state']}\n{found['text']}\n{fault}")
    program.close()
    assert not faults, "\n\n".join(faults)


@pytest.fixture
def role_names(cluster):
    cluster.query(whole_schema.MAKE_ROLES)
    yield
    for role in whole_schema.ROLES:
        cluster.query(f"DROP ROLE {role}")


@pytest.mark.parametrize("number", [pytest.param(TOGETHER, id="a few"),
                                    pytest.param(int(os.environ.get(CAMPAIGN, 60)), id="many", marks=pytest.mark.slow)])
def test_a_proven_down_brings_all_of_it_back(tmp_path_factory, record_property, cluster, pool, role_names, number):
    states = collections.Counter()

    def check(random):
        check_together(tmp_path_factory.mktemp("random"), cluster, pool, random, states)
    # To make an example simpler takes a server each time: what failed is shown as it is.
    how = settings(max_examples=-(-number // TOGETHER), derandomize=CAMPAIGN not in os.environ, deadline=None, database=None, print_blob=True,
                   suppress_health_check=list(HealthCheck), phases=(Phase.generate,))
    how(given(strategies.randoms(use_true_random=True))(check))()
    print(dict(states))
    record_property("states", dict(states))
    assert states["proven"] > 0
