"""What the lock plan says of a statement is what a server does: every lock of SHARE UPDATE EXCLUSIVE
and above on a relation that others can see, in its very mode; every rewrite and every scan."""
import pytest

from harness.database import Database
from server_truth import foretold, observed, schema
from server_truth.bench import KINDS, Bench

# What servers do is seen once; the examples of rules run under sanitizers as unit tests.
pytestmark = pytest.mark.once

@pytest.fixture(scope="module")
def bench(cluster):
    bench = Bench(Database(cluster, "truth").create(), cluster.major)
    yield bench
    bench.close()


@pytest.mark.parametrize("kind", [name for name in KINDS if name != "CONCURRENT"])
def test_locks_rewrites_and_scans_are_foretold(bench, kind):
    wrong = {}
    for case in KINDS[kind]:
        if case.fits(bench.major):
            found = bench.compare(case, lambda: observed.observe(bench.worker, bench.watcher, case.sql))
            if found:
                wrong[f"{case.sql} -- {case.setup}"] = found
    assert not wrong


def test_concurrent_statements_hold_what_is_foretold(bench):
    wrong = {}
    bench.worker.execute(schema.BUSY)
    for case in KINDS["CONCURRENT"]:
        if case.fits(bench.major):
            assert bench.plans[case]["is_concurrent"], case
            found = bench.compare(case, lambda: observed.observe_waiting(
                bench.worker, bench.watcher, bench.blocker, case))
            wrong |= {case.sql: found} if found else {}
            bench.worker.execute("DROP TABLE IF EXISTS busy, busy_parent, busy_part")
            bench.worker.execute(schema.BUSY)
    assert not wrong


def test_there_are_many_cases_of_all_kinds():
    assert sum(len(kind) for kind in KINDS.values()) > 350 and min(map(len, KINDS.values())) > 1


VOLATILE = """
SELECT proname, bool_or(provolatile = 'v') FROM pg_proc
WHERE pronamespace = 'pg_catalog'::regnamespace GROUP BY proname
"""


def test_functions_are_as_volatile_as_the_server_says(bench):
    """Each by itself as a default: the plan foretells a rewrite for those that are volatile."""
    names = [row for row in bench.worker.execute(VOLATILE).fetchall()]
    plans = foretold.ask([{"setup": "", "sql": f'ALTER TABLE t ADD COLUMN x int DEFAULT "{name}"()',
                           "pg": bench.major} for name, _ in names])
    stable = {name for (name, _), plan in zip(names, plans) if not plan["effects"][0]["is_rewritten"]}
    wrong = sorted(stable & {name for name, is_volatile in names if is_volatile})
    # until 13, timezone(zone, timetz) was
    assert set(wrong) <= {"timezone"} and len(stable) > 300
