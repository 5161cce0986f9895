"""How long readers and writers of a table wait while a column is added to it.

Another session keeps the table for some seconds, or an autovacuum is at it. Probes (pgbench, 200
reads and 200 writes a second, processes of their own) measure each of their statements from the
moment it was due, so that a wait counts for all who came during it.
"""
import contextlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

from server import Server

ROWS = 1_000_000
HOLD_S = 7
LEAD_S = 1.5  # the probes alone, before and after
RATE = 200
MUST_MS = 250
GIVES_UP_S = 20  # who retries for ever
RETRY_S = 1
AUTOVACUUM = {"autovacuum": "on", "autovacuum_naptime": "1s"}

PROBES = {
    "reads": r"""\set id random(1, :rows)
SELECT v FROM t WHERE id = :id;
""",
    "writes": r"""\set id random(1, :rows)
UPDATE t SET v = v + 1 WHERE id = :id;
""",
}


class Probes:
    """Both probes for as long as the with-statement lasts; then `latencies` in ms by name."""

    def __init__(self, server, database, home):
        self.server, self.database, self.home = server, database, home
        self.latencies = {}

    def __enter__(self):
        self.started = []
        for name, script in PROBES.items():
            folder = self.home / name
            folder.mkdir()
            (folder / "script").write_text(script)
            self.started.append(subprocess.Popen(
                [self.server.binaries / "pgbench", "-n", "-h", self.server.home, "-U", "postgres",
                 "-c", "4", "-R", str(RATE), "-T", "600", "-D", f"rows={ROWS}", "-f", "script", "-l",
                 self.database], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE))
        time.sleep(LEAD_S)
        return self

    def __exit__(self, *_):
        time.sleep(LEAD_S)
        for process in self.started:
            if process.poll() is not None:
                raise SystemExit(process.stderr.read().decode())
            process.terminate()
            process.wait()
            process.stderr.close()
        for name in PROBES:
            self.latencies[name] = sorted(
                int(line.split()[2]) / 1000 for path in (self.home / name).glob("pgbench_log.*")
                for line in path.read_text().splitlines() if len(line.split()) >= 6)


@contextlib.contextmanager
def holder(server, database):
    """A session that has read the table and is idle in its transaction; `release` ends it."""
    psql = subprocess.Popen(["psql", "-X", "-q", "-h", server.home, "-U", "postgres", "-d", database],
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    psql.stdin.write("BEGIN;\nSELECT v FROM t LIMIT 1;\n\\echo held\n")
    psql.stdin.flush()
    while "held" not in psql.stdout.readline():
        pass
    try:
        yield psql
    finally:
        psql.kill()
        psql.wait()


def psql_alter(server, database, sql):
    return subprocess.Popen(["psql", "-X", "-q", "-h", server.home, "-U", "postgres", "-d", database,
                             "-v", "ON_ERROR_STOP=1", "-c", sql], stderr=subprocess.PIPE)


ALTER = "ALTER TABLE t ADD COLUMN c int"


class Plain:
    title = "psql"

    def __init__(self, server, database, home, program):
        self.process = psql_alter(server, database, ALTER)

    def is_done(self):
        return self.process.poll() is not None


class Retried:
    title = "psql, lock_timeout 500 ms, again after 1 s"

    def __init__(self, server, database, home, program):
        self.arguments = (server, database, f"SET lock_timeout = '500ms'; {ALTER}")
        self.again = None
        self.process = psql_alter(*self.arguments)

    def is_done(self):
        code = self.process.poll()
        if code is None:
            return False
        if code and self.again is None:
            self.again = time.monotonic() + RETRY_S
        if code and time.monotonic() >= self.again:
            self.again = None
            self.process = psql_alter(*self.arguments)
        return code == 0


class Ours:
    title = "migrate-safe up"

    def __init__(self, server, database, home, program):
        folder = home / "migrations"
        folder.mkdir()
        (folder / "1_c.up.sql").write_text(ALTER + ";\n")
        environment = {**os.environ, "DATABASE_URL": server.url(database)}
        subprocess.run([program, "baseline", "0"], cwd=home, env=environment, check=True,
                       stdout=subprocess.DEVNULL)
        self.process = subprocess.Popen([program, "up", "--skip-backup"], cwd=home, env=environment,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def is_done(self):
        return self.process.poll() is not None


class Nothing:
    title = "no change"

    def __init__(self, server, database, home, program):
        self.end = time.monotonic() + HOLD_S

    def is_done(self):
        return time.monotonic() >= self.end


CONTESTANTS = (Nothing, Plain, Retried, Ours)


def wait_for(contestant, release=None):
    """Seconds until it is done; None when it was not in time. `release` ends what is in its way."""
    start = time.monotonic()
    limit = GIVES_UP_S
    while not contestant.is_done():
        elapsed = time.monotonic() - start
        if release and elapsed >= HOLD_S:
            release()
            release = None
        if elapsed >= limit:
            contestant.process.kill()
            contestant.process.wait()
            return None
        time.sleep(0.005)
    return time.monotonic() - start


def is_vacuumed(server, database):
    return server.sql("SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
                      " WHERE a.backend_type = 'autovacuum worker' AND l.relation = 't'::regclass"
                      " AND l.mode = 'ShareUpdateExclusiveLock' AND l.granted", database) != "0"


def fill(server, database):
    server.sql(f"CREATE TABLE t (id int PRIMARY KEY, v int NOT NULL);"
               f"INSERT INTO t SELECT g, 0 FROM generate_series(1, {ROWS}) g", database)
    server.sql("VACUUM ANALYZE t", database)


def start_autovacuum(server, database):
    server.sql("ALTER TABLE t SET (autovacuum_vacuum_cost_delay = 100, autovacuum_vacuum_cost_limit = 1,"
               " autovacuum_vacuum_threshold = 1, autovacuum_vacuum_scale_factor = 0);"
               "UPDATE t SET v = 1 WHERE id % 20 = 0", database)
    deadline = time.monotonic() + 60
    while not is_vacuumed(server, database):
        if time.monotonic() > deadline:
            raise SystemExit("no autovacuum came")
        time.sleep(0.05)


def once(contestant, program, blocked_by_vacuum):
    """(seconds until done, latencies by probe), on a server of its own"""
    home = pathlib.Path(tempfile.mkdtemp(prefix="ms-bench-wait-"))
    try:
        with Server(**(AUTOVACUUM if blocked_by_vacuum else {})) as server, \
                server.database("waiting") as database:
            fill(server, database)
            probes = Probes(server, database, home)
            if blocked_by_vacuum:
                start_autovacuum(server, database)
                with probes:
                    done = wait_for(contestant(server, database, home, program))
            else:
                with holder(server, database) as session, probes:
                    done = wait_for(contestant(server, database, home, program), session.kill)
            return done, probes.latencies
    finally:
        shutil.rmtree(home)


def at(latencies, share):
    return latencies[min(len(latencies) - 1, int(len(latencies) * share))] if latencies else 0


def row(title, done, latencies):
    cells = [title, "–" if title == Nothing.title else
             f"{done:.1f}" if done is not None else f"not in {GIVES_UP_S}"]
    for name in PROBES:
        cells += [f"{at(latencies[name], share):.1f}" for share in (0.5, 0.99)]
        cells.append(f"{latencies[name][-1]:.0f}")
    return "| " + " | ".join(cells) + " |"


def table(title, program, blocked_by_vacuum):
    head = " | ".join(f"{name} p50 ms | p99 | max" for name in PROBES)
    lines = [f"| {title} | done after s | {head} |", "|---|---:|" + "---:|" * 3 * len(PROBES)]
    worst = 0
    for contestant in CONTESTANTS:
        done, latencies = once(contestant, program, blocked_by_vacuum)
        lines.append(row(contestant.title, done, latencies))
        print(lines[-1], file=sys.stderr, flush=True)
        if contestant is Ours:
            worst = max(latencies[name][-1] for name in PROBES)
            if done is None:
                worst = float("inf")
    verdict = "holds" if worst <= MUST_MS else "DOES NOT HOLD"
    return "\n".join(lines) + f"\n\nOurs at most {MUST_MS} ms: {verdict} ({worst:.0f} ms)."


def tables(program):
    return [table(f"ADD COLUMN, held for {HOLD_S} s by an idle reader", program, False),
            table("ADD COLUMN, an autovacuum at the table", program, True)]
