"""What the lock plan says of a statement is what a server does: every lock of SHARE UPDATE EXCLUSIVE
and above on a relation that others can see, in its very mode; every rewrite and every scan."""
import psycopg
import pytest

from harness.database import Database
from server_truth import cases, foretold, observed, schema

# What servers do is seen once; the examples of rules run under sanitizers as unit tests.
pytestmark = pytest.mark.once

KINDS = {name: list(value) for name, value in vars(cases).items()
         if isinstance(value, list) and value and isinstance(value[0], cases.Case) and name != "CASES"}


class Bench:
    """One database that is made anew where a case changed it, with the lock plans of all cases."""

    def __init__(self, database, major):
        self.major = major
        self.database = database
        options = {"options": "-c client_min_messages=error", "prepare_threshold": None}
        self.worker = database.connect(**options)
        self.watcher = database.connect(prepare_threshold=None)
        self.blocker = database.connect(prepare_threshold=None)
        self.worker.execute("DROP ROLE IF EXISTS truth_role")
        self.worker.execute("CREATE ROLE truth_role")
        self.worker.execute(schema.SCHEMA)
        wanted = [case for kind in KINDS.values() for case in kind if case.fits(major)]
        questions = [{"setup": schema.SCHEMA + schema.BUSY + case.setup, "sql": case.sql, "pg": major}
                     for case in wanted]
        self.plans = dict(zip(wanted, foretold.ask(questions)))

    def renew(self):
        self.worker.execute("DROP SCHEMA public, other CASCADE; DROP PUBLICATION IF EXISTS news;"
                            "CREATE SCHEMA public")
        self.worker.execute(schema.SCHEMA)

    def close(self):
        for connection in (self.worker, self.watcher, self.blocker):
            connection.close()
        self.database.drop()
        self.database.server.query("DROP ROLE truth_role")

    def compare(self, case, observe):
        """Sentences about what differs."""
        plan = self.plans[case]
        try:
            if case.setup:
                self.worker.execute(case.setup)
            expected = foretold.expand(self.watcher, plan["effects"])
            return foretold.differences(observe(), expected, case, plan["is_incomplete"])
        except psycopg.Error as error:
            return [f"it fails: {error}"]
        finally:
            if case.changes_the_schema():
                self.renew()
            elif case.setup:
                self.worker.execute(schema.SCRATCH)


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
