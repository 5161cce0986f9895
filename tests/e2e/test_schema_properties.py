"""Fingerprint and diff of random schemas: MIGRATE_SAFE_EXAMPLES=1000 looks at so many, others each time."""
import contextlib
import os

import pytest
from hypothesis import HealthCheck, given, note, settings, strategies

from harness import whole_schema
from harness.random_design import Design
from harness.random_schema import Side

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
