"""What tracing adds to a script of 1,000 statements: beside the same script in one psql session. Where the machine is
shared a wall clock says little: the CPU seconds of client and server do."""
import dataclasses
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


@dataclasses.dataclass(frozen=True)
class Run:
    wall_s: float
    cpu_s: float  # of the client and of the server's backends


class Tracings:
    def __init__(self, server, home):
        self.server = server
        self.home = home
        build = pathlib.Path(os.environ.get("MIGRATE_SAFE_BINARY", ROOT / "build/migrate-safe")).parent
        self.tracer = build / "tests/unit/run/tracer"

    def once(self, *command):
        """On a database of its own."""
        with self.server.database("tracing") as database:
            self.server.sql(SETUP, database)
            url = self.server.url(database)
            before_s = self.server.backends_cpu_s()
            sample = measuring.measure([str(word).replace("URL", url) for word in command], self.home,
                                       measuring.environment(url))
            backends_s = self.server.backends_cpu_s() - before_s
        self.check(command)
        return Run(sample.wall_s, sample.cpu_s + backends_s)

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
        commands = {
            "psql": ("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", *flags, "-f", path, "-d", "URL"),
            "traced": (self.tracer, "URL", path),
            "traced without probes": (self.tracer, "URL", path, "no-probes"),
        }
        runs = {way: [] for way in commands}
        for number in range(rounds):
            for way, command in commands.items():
                runs[way].append(self.once(*command))
            said = ", ".join(f"{way} {taken[-1].wall_s:.3f} s (CPU {taken[-1].cpu_s:.2f})" for way, taken in runs.items())
            print(f"round {number + 1}: {name}: {said}", file=sys.stderr, flush=True)
        return [f"| {name} | {way} | {cells(runs['psql'], taken)} |" for way, taken in runs.items()]


def beyond_ms(ours, theirs):
    """A statement's milliseconds that are not the allowed share of the plain run's."""
    return (ours - MUST_RATIO * theirs) * 1000 / STATEMENTS


def cells(plain, taken):
    """Wall and CPU: median and fastest, and what the medians and the fastest are beyond the plain run's."""
    columns = []
    for clock in ("wall_s", "cpu_s"):
        ours, theirs = ([getattr(run, clock) for run in runs] for runs in (taken, plain))
        columns.append(f"{statistics.median(ours):.2f} ({min(ours):.2f})")
        columns.append("" if taken is plain else
                       f"{statistics.median(map(beyond_ms, ours, theirs)):.2f} ({beyond_ms(min(ours), min(theirs)):.2f})")
    return " | ".join(columns)


def tables(server, rounds):
    home = pathlib.Path(tempfile.mkdtemp(prefix="ms-bench-work-"))
    measuring.prepare()
    try:
        tracings = Tracings(server, home)
        lines = tracings.compare("one transaction", "", ("-1",), rounds)
        lines += tracings.compare("a transaction each", "-- migrate-safe: no-transaction\n", (), rounds)
    finally:
        shutil.rmtree(home)
    beyond = f"beyond {MUST_RATIO} × psql, ms a statement"
    return ["\n".join([
        f"| {STATEMENTS:,} statements, median (fastest) | | wall s | {beyond} | CPU s | {beyond} |",
        "|---|---|---:|---:|---:|---:|", *lines, "", f"Must hold: at most {MUST_MS} ms a statement of wall time."])]
