"""Fingerprint, diff and its SQL, of random schemas: MIGRATE_SAFE_EXAMPLES=1000 looks at so many, others each time."""
import contextlib
import os
import re
import subprocess

import pytest
from hypothesis import HealthCheck, given, note, settings, strategies

from harness import whole_schema
from harness.random_design import Design, quoted
from harness.random_schema import Side
from harness.server import find_tool

pytestmark = pytest.mark.once

CAMPAIGN = "MIGRATE_SAFE_EXAMPLES"
NUMBERS = [pytest.param(12, id="a few"), pytest.param(int(os.environ.get(CAMPAIGN, 150)), id="many", marks=pytest.mark.slow)]
OPPOSITE = {"added": "missing", "missing": "added", "changed": "changed"}
numbers = pytest.mark.parametrize("number", NUMBERS)


def for_schemas(number, check):
    """check(random) so many times; random numbers that hypothesis can make simpler."""
    how = settings(max_examples=number, derandomize=CAMPAIGN not in os.environ, deadline=None, database=None, print_blob=True,
                   suppress_health_check=list(HealthCheck))
    how(given(strategies.randoms(use_true_random=False))(check))()


@pytest.fixture
def make(cluster, pool):
    """make(script): a database with it, for a with-statement."""
    cluster.query(whole_schema.MAKE_ROLES)

    @contextlib.contextmanager
    def made(script):
        note(script)
        database = pool.take()
        try:
            database.query(script)
            yield database
        finally:
            pool.give_back(database)
    yield made
    for role in whole_schema.ROLES:
        cluster.query(f"DROP ROLE {role}")


def fingerprint(cli, database):
    return cli("fingerprint", env={"DATABASE_URL": database.url}).ok().out.strip()


def design(random, cluster):
    return Design(random, random.randint(1, 5), cluster.major)


def differences(cli, then, now):
    document = cli("diff", then.url, now.url, "--json").json()
    assert document["is_equal"] == (document["differences"] == []) == (document["then"]["fingerprint"] == document["now"]["fingerprint"])
    return document["differences"]


@numbers
def test_the_order_of_making_does_not_count(cli, cluster, make, number):
    def check(random):
        side = Side(design(random, cluster), random)
        with make(side.script(random)) as one, make(side.script(random)) as other:
            assert differences(cli, one, other) == []
            assert fingerprint(cli, one) == fingerprint(cli, other)
    for_schemas(number, check)


@numbers
def test_diff_is_the_fingerprints_word_and_its_own_mirror(cli, cluster, make, number):
    def check(random):
        plan = design(random, cluster)
        then = Side(plan, random)
        now = Side(plan, random, then)
        with make(then.script()) as one, make(now.script()) as other:
            forth, back = differences(cli, one, other), differences(cli, other, one)
            assert (forth == []) == (fingerprint(cli, one) == fingerprint(cli, other))
            mirrored = [{**found, "change": OPPOSITE[found["change"]], "then": found["now"], "now": found["then"]} for found in back]
            assert forth == mirrored
    for_schemas(number, check)


# Each is proven on a server of its own, which takes seconds.
sql_numbers = pytest.mark.parametrize("number", [pytest.param(4, id="a few"), pytest.param(int(os.environ.get(CAMPAIGN, 100)), id="many",
                                                                                           marks=pytest.mark.slow)])
# What only the rows forbid.
BY_ROWS = ("could not create unique index", "would be violated by some row")


class Tally:
    """How many were made: a property of refusals alone would say nothing."""

    def __init__(self):
        self.made, self.refused = 0, []

    def check(self):
        assert self.made > len(self.refused), self.refused


def sql_between(cli, tally, then, now):
    """None where it is refused: then there is nothing on stdout."""
    result = cli("diff", then.url, now.url, "--sql", timeout=120)
    assert result.code in (0, 1), result
    if "no SQL" in result.err:
        assert result.out == "", result
        reason = result.err.partition("no SQL: ")[2].splitlines()[0]
        assert reason
        tally.refused.append(reason)
        return None
    tally.made += 1
    note(result.out)
    return result.out


def run(database, script):
    """As a person would: psql, which stops at the first error."""
    psql = [find_tool("psql", database.server.major) or "psql", "-qXv", "ON_ERROR_STOP=1", "-d", database.url]
    return subprocess.run(psql, input=script, text=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


@sql_numbers
def test_the_sql_makes_b_of_a_or_is_refused(cli, cluster, make, number):
    tally = Tally()

    def check(random):
        plan = design(random, cluster)
        then = Side(plan, random)
        now = Side(plan, random, then)
        with make(then.script()) as one, make(now.script()) as other:
            script = sql_between(cli, tally, one, other)
            if script is not None:
                done = run(one, script)
                assert done.returncode == 0, done.stderr
                assert fingerprint(cli, one) == fingerprint(cli, other), cli("diff", one.url, other.url).out
    for_schemas(number, check)
    tally.check()


def digest(database, relation, columns):
    """The rows of these columns, whatever stands in others and in children."""
    values = ", ".join(f"trim_scale({quoted(column.name)}::numeric)::text" if column.family in ("number", "int", "id")
                       else f"{quoted(column.name)}::text" for column in columns)
    only = "" if relation.kind == "partitioned" else "ONLY "
    return database.query(f"SELECT ROW({values})::text FROM {only}{relation.name} ORDER BY 1")


def survivors(then, now):
    """(relation, columns) that both sides have, with rows that nothing takes away."""
    dropped = {slot for slot in then.chosen if slot not in now.chosen}
    for relation in then.design.relations:
        if relation.key in then.columns and relation.key in now.columns:
            parts = {slot for slot in dropped if slot.startswith("table ") and f"PARTITION OF {relation.name} " in then.chosen[slot].text}
            kept = {column.key for column, _ in now.columns[relation.key]}
            columns = [column for column, _ in then.columns[relation.key] if column.key in kept and column.family != "generated"]
            if columns and not parts:
                yield relation, columns


@sql_numbers
def test_rows_that_were_not_said_to_be_lost_are_there(cli, cluster, make, number):
    tally = Tally()

    def check(random):
        plan = design(random, cluster)
        then = Side(plan, random)
        now = Side(plan, random, then)
        with make(then.script()) as one, make(now.script()) as other:
            one.query(then.rows())
            kept = list(survivors(then, now))
            before = [digest(one, *what) for what in kept]
            script = sql_between(cli, tally, one, other)
            if script is None:
                return
            done = run(one, script)
            if done.returncode != 0:
                assert any(word in done.stderr for word in BY_ROWS), done.stderr
                return
            assert fingerprint(cli, one) == fingerprint(cli, other)
            said = " ".join(re.findall(r"^-- loses.*", script, re.MULTILINE))
            for what, rows in zip(kept, before):
                assert digest(one, *what) == rows or what[0].name.replace("\n", " ") in said, (what, said)
    for_schemas(number, check)
    tally.check()
