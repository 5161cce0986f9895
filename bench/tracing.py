"""What tracing adds to a script of 1,000 statements: beside the same script in one psql session."""
import json
import os
import pathlib
import shutil
import statistics
import sys
import tempfile

import measuring

ROOT = pathlib.Path(__file__).resolve().parent.parent
STATEMENTS = 1000
TABLES = 50
MUST_RATIO = 1.05
MUST_MS = 3  # a statement

SETUP = "; ".join(
    f"CREATE TABLE t{n} (id int PRIMARY KEY, a int NOT NULL, b text); "
    f"INSERT INTO t{n} SELECT i, i, repeat('x', 40) FROM generate_series(1, 2000) i" for n in range(TABLES))
# In turn, each on the next table.
KINDS = (
    "ALTER TABLE {t} ADD COLUMN c{n} int;",
    "CREATE INDEX ON {t} (a, id);",
    "UPDATE {t} SET a = a + 1 WHERE id <= 100;",
    "ALTER TABLE {t} ALTER COLUMN b SET DEFAULT 'x';",
    "INSERT INTO {t} (id, a) VALUES (10000 + {n}, 1);",
    "CREATE TABLE made_{n} (id int PRIMARY KEY, t int);",
    "COMMENT ON TABLE {t} IS 'number {n}';",
    "ALTER TABLE {t} ADD CHECK (a > -{n});",
)


def script(head):
    return head + "\n".join(KINDS[n % len(KINDS)].format(t=f"t{n // 3 % TABLES}", n=n)
                            for n in range(STATEMENTS)) + "\n"


class Tracings:
    def __init__(self, server, home):
        self.server = server
        self.home = home
        build = pathlib.Path(os.environ.get("MIGRATE_SAFE_BINARY", ROOT / "build/migrate-safe")).parent
        self.tracer = build / "tests/unit/run/tracer"

    def once(self, *command):
        """Seconds, on a database of its own."""
        with self.server.database("tracing") as database:
            self.server.sql(SETUP, database)
            url = self.server.url(database)
            sample = measuring.measure([str(word).replace("URL", url) for word in command], self.home,
                                       measuring.environment(url))
        self.check(command)
        return sample.wall_s

    def check(self, command):
        """A tracer that stops half way would be fast."""
        if command[0] == self.tracer:
            trace = json.loads((self.home / "said").read_text())
            done = sum(statement["ordinal"] > 0 for statement in trace["statements"])
            if trace["error"] or done != STATEMENTS:
                raise measuring.RunFailed(f"{done} statements were traced: {trace['error']}")

    def compare(self, name, head, flags, rounds):
        path = self.home / "script.sql"
        path.write_text(script(head))
        plain, probed, bare = [], [], []
        for number in range(rounds):
            plain.append(self.once("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", *flags, "-f", path, "-d", "URL"))
            probed.append(self.once(self.tracer, "URL", path))
            bare.append(self.once(self.tracer, "URL", path, "no-probes"))
            print(f"round {number + 1}: {name}: psql {plain[-1]:.3f} s, traced {probed[-1]:.3f} s, "
                  f"without probes {bare[-1]:.3f} s", file=sys.stderr, flush=True)
        return [f"| {name} | {statistics.median(plain):.3f} | {cells(plain, probed)} | {cells(plain, bare)} |"]


def cells(plain, traced):
    """Seconds, and the milliseconds a statement that are not the allowed share of the plain run's."""
    extra = statistics.median((ours - MUST_RATIO * theirs) * 1000 / STATEMENTS for ours, theirs in zip(traced, plain))
    return f"{statistics.median(traced):.3f} | {extra:.2f}"


def tables(server, rounds):
    home = pathlib.Path(tempfile.mkdtemp(prefix="ms-bench-work-"))
    measuring.prepare()
    try:
        tracings = Tracings(server, home)
        lines = tracings.compare("one transaction", "", ("-1",), rounds)
        lines += tracings.compare("a transaction each", "-- migrate-safe: no-transaction\n", (), rounds)
    finally:
        shutil.rmtree(home)
    return ["\n".join([
        f"| {STATEMENTS:,} statements | psql s | traced s | beyond {MUST_RATIO} × psql, ms a statement | "
        "without probes s | beyond, ms a statement |", "|---|---:|---:|---:|---:|---:|", *lines,
        "", f"Must hold: at most {MUST_MS} ms a statement."])]
