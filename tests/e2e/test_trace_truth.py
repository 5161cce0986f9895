"""What the tracer measures of a statement is what PostgreSQL documents, as far as the lock plan knows it:
modes, rewrites and scans of all cases of server_truth/cases.py."""
import psycopg
import pytest

from harness import waiting
from harness.database import Database
from harness.tracer import Tracing
from server_truth import observed, schema
from server_truth.bench import KINDS, Bench

pytestmark = pytest.mark.once

UNDONE = ";\nSELECT 1 / 0"  # what the statement did is measured before, and rolled back
LOOKS = """
SELECT max(query_start) FROM pg_stat_activity
WHERE datname = current_database() AND application_name = 'migrate-safe trace' HAVING max(query_start) > %s
"""


@pytest.fixture(scope="module")
def bench(cluster):
    bench = Bench(Database(cluster, "trace_truth").create(), cluster.major)
    yield bench
    bench.close()


def seen(bench, statement):
    """{oid: Relation}, as server_truth/observed.py has it."""
    relations = observed.relations(bench.watcher)
    for traced in statement.relations.values():
        relation = relations.get(traced.oid)
        if relation:
            relation.mode = max([observed.MODES[mode] for mode in traced.locked], default=0)
            relation.is_rewritten, relation.is_scanned = traced.is_rewritten, traced.scans > 0
    return relations


def trace(bench, case, path):
    traced = Tracing(bench.database, case.sql + UNDONE, path, "no-probes").result()
    if traced[0].has_failed or traced.error != "division by zero":
        raise psycopg.Error(traced.error)
    return seen(bench, traced[0])


def trace_waiting(bench, case, path):
    """One that waits for a transaction, until it has been sampled meanwhile."""
    with bench.blocker.transaction(force_rollback=True):
        bench.blocker.execute(case.meanwhile)
        tracing = Tracing(bench.database, case.sql, path, "no-probes")
        waiting.until(lambda: bench.watcher.execute(
            "SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        ).fetchone()[0], "the wait")
        since = bench.watcher.execute("SELECT clock_timestamp()").fetchone()[0]
        for _ in range(2):
            since = waiting.until(lambda: bench.watcher.execute(LOOKS, [since]).fetchone(), "a look")[0]
    return seen(bench, tracing.result()[0])


@pytest.mark.slice
@pytest.mark.parametrize("kind", [name for name in KINDS if name != "CONCURRENT"])
def test_the_tracer_measures_what_is_documented(bench, kind, tmp_path):
    wrong = {}
    for case in KINDS[kind]:
        if case.fits(bench.major):
            found = bench.compare(case, lambda: trace(bench, case, tmp_path / "script.sql"))
            if found:
                wrong[f"{case.sql} -- {case.setup}"] = found
    assert not wrong


@pytest.mark.slow
def test_the_tracer_sees_what_waits(bench, tmp_path):
    wrong = {}
    bench.worker.execute(schema.BUSY)
    for case in KINDS["CONCURRENT"]:
        if case.fits(bench.major):
            found = bench.compare(case, lambda: trace_waiting(bench, case, tmp_path / "script.sql"))
            wrong |= {case.sql: found} if found else {}
            bench.worker.execute("DROP TABLE IF EXISTS busy, busy_parent, busy_part")
            bench.worker.execute(schema.BUSY)
    assert not wrong
