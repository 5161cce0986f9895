#!/usr/bin/env python3
"""Speed and memory beside other runners, in the same run: a Markdown report.

Every round runs every runner, in an order that turns by one each round, each on a fresh database of
one throwaway server. A ratio is the median over the rounds of (runner / psql1 in the same round);
psql1 is one psql session that runs the same files, each with its history row and COMMIT.

    bench/run.py --rounds 5
    bench/run.py --only small --tools psql1,migrate-safe,dbmate
"""
import argparse
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

import backup
import contestants
import fingerprinting
import lint
import measuring
import parsing
import planning
import preflight
import proving
import rehearsing
import tracing
import verify
import waiting
import workloads
from server import Server

ROOT = pathlib.Path(__file__).resolve().parent.parent
BASELINE = contestants.BASELINE
# Who takes part where: only psql and we speak COPY FROM stdin.
STREAMING = ("psql1", "migrate-safe")
REPEATS = 5  # of what takes milliseconds, in each round
SLOW = "sqitch"  # half a minute for 1,000 files: one round is enough


class Bench:
    def __init__(self, options, server):
        self.options = options
        self.server = server

    def rounds(self, tools):
        """(round, tool) in the order of running"""
        for number in range(self.options.rounds):
            shift = number % len(tools)
            for tool in tools[shift:] + tools[:shift]:
                if tool == SLOW and number > 0:
                    continue
                yield number, tool

    def once(self, tool, migrations, then=()):
        """The samples of applying `migrations` and of each further command, by name."""
        home = pathlib.Path(tempfile.mkdtemp(prefix="ms-bench-work-"))
        folder = home / "migrations"
        folder.mkdir()
        try:
            with self.server.database("bench") as database:
                url = self.server.url(database)
                commands = contestants.ALL[tool](folder, migrations, url)
                environment = measuring.environment(url)
                samples = {"apply": [measuring.measure(commands["apply"], home, environment)]}
                self.check(database, len(migrations))
                for name in then:
                    command = commands["apply" if name == "again" else name]
                    if tool == BASELINE:  # psql has nothing like it: reading the history is the floor
                        command = commands["status"]
                    samples[name] = [measuring.measure(command, home, environment)
                                     for _ in range(REPEATS)]
            return samples
        finally:
            shutil.rmtree(home)

    def check(self, database, expected):
        """A runner that leaves out work would be fast."""
        count = int(self.server.sql(
            "SELECT count(*) FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace"
            " WHERE relkind = 'r' AND nspname = 'public' AND relname ~ '^(t[0-9]+|big)$'",
            database))
        if count != expected:
            raise measuring.RunFailed(f"{count} tables instead of {expected}")

    def series(self, tools, migrations, then=()):
        """name of command -> tool -> [sample of each round]"""
        found = {}
        dropped = set()
        for number, tool in self.rounds(list(tools)):
            if tool in dropped:
                continue
            try:
                samples = self.once(tool, migrations, then)
            except measuring.RunFailed as failure:
                print(f"{tool}: {failure}", file=sys.stderr)
                dropped.add(tool)
                continue
            print(f"round {number + 1}: {tool}: "
                  + ", ".join(f"{name} {runs[0].wall_s:.3f} s" for name, runs in samples.items()),
                  file=sys.stderr, flush=True)
            for name, runs in samples.items():
                found.setdefault(name, {}).setdefault(tool, []).extend(runs)
        return found


def ratio(samples, baseline):
    pairs = list(zip(samples, baseline))
    return statistics.median(ours.wall_s / theirs.wall_s for ours, theirs in pairs) if pairs else 0


def table(title, by_tool, size_mib=None):
    baseline = by_tool.get(BASELINE, [])
    sized = " | × size" if size_mib else ""
    lines = [f"| {title} | median s (min–max) | × psql1 | client CPU s | peak RSS MiB{sized} |",
             "|---|---|---:|---:|---:|" + ("---:|" if size_mib else "")]
    for tool in contestants.ALL:
        samples = by_tool.get(tool)
        if not samples:
            continue
        walls = [sample.wall_s for sample in samples]
        peak = max(sample.peak_mib for sample in samples)
        cells = [tool, f"{statistics.median(walls):.3f} ({min(walls):.3f}–{max(walls):.3f})",
                 f"{ratio(samples, baseline):.2f}",
                 f"{statistics.median(sample.cpu_s for sample in samples):.3f}", f"{peak:.1f}"]
        if size_mib:
            cells.append(f"{peak / size_mib:.2f}")
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def small(bench, tools):
    count = bench.options.migrations
    found = bench.series(tools, workloads.small(count), ("again", "status"))
    return [table(f"apply {count:,} from empty", found.get("apply", {})),
            table(f"{count:,} applied, nothing pending: `up`", found.get("again", {})),
            table(f"{count:,} applied, nothing pending: `status`", found.get("status", {}))]


def statements(bench, tools):
    size = bench.options.megabytes
    found = bench.series([tool for tool in tools if tool != SLOW], workloads.many_statements(size))
    return [table(f"one file of {size} MiB, INSERT statements", found.get("apply", {}), size)]


def copy(bench, tools):
    size = bench.options.megabytes
    found = bench.series([tool for tool in tools if tool in STREAMING], workloads.copy_data(size))
    return [table(f"one file of {size} MiB, COPY data", found.get("apply", {}), size)]


def single(bench, tools):
    size = bench.options.megabytes // 2
    found = bench.series([tool for tool in tools if tool != SLOW], workloads.single_statement(size))
    return [table(f"one statement of {size} MiB", found.get("apply", {}), size)]


def waits(bench, tools):
    """What the application waits while a column is added to a table in use: servers of its own."""
    return waiting.tables(os.environ.get("MIGRATE_SAFE_BINARY", ROOT / "build/migrate-safe"))


def plans(bench, tools):
    """`plan` of 5,000 migrations."""
    return planning.tables(bench)


def parse(bench, tools):
    """PostgreSQL's grammar alone."""
    return parsing.tables(bench.options.rounds)


def fingerprints(bench, tools):
    """The whole schema read, beside pg_dump --schema-only; two compared, beside pg-delta and migra."""
    return fingerprinting.tables(bench)


def linters(bench, tools):
    """`lint` beside squawk: speed, memory, and what is found."""
    return lint.tables(bench.options.rounds)


def backups(bench, tools):
    """`backup create` and `backup verify` beside pg_dump, pg_restore and the digests alone."""
    return backup.tables(bench.server, min(bench.options.rounds, 3), bench.options.backup_megabytes)


def traces(bench, tools):
    """A script measured statement by statement, beside the same in one psql session."""
    return tracing.tables(bench.server, bench.options.rounds)


def proofs(bench, tools):
    """Downs tried on copies with rows."""
    return proving.tables(bench.options.rounds, bench.server)


def preflights(bench, tools):
    """A look before a change: of many tables, and what it adds to a small one."""
    return preflight.tables(bench.server, bench.options.rounds)


def rehearsals(bench, tools):
    """From a backup to the verdict on its migrations."""
    return rehearsing.tables(bench.server, min(bench.options.rounds, 3), bench.options.backup_megabytes)


def verifications(bench, tools):
    """Data integrity: beside the bare query, and by two sessions."""
    return verify.tables(bench.server, bench.options.rounds)


SECTIONS = {"small": small, "statements": statements, "copy": copy, "single": single,
            "waiting": waits, "plan-5000": plans, "parse": parse, "lint": linters, "backup": backups,
            "fingerprint": fingerprints, "trace": traces, "proofs": proofs, "rehearse": rehearsals,
            "verify": verifications, "preflight": preflights}


def words(allowed):
    def parse(text):
        chosen = text.split(",")
        for word in chosen:
            if word not in allowed:
                raise argparse.ArgumentTypeError(f"{word}: one of {', '.join(allowed)}")
        return chosen
    return parse


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", type=words(SECTIONS), default=list(SECTIONS),
                        help=", ".join(SECTIONS))
    parser.add_argument("--tools", type=words(contestants.ALL), default=list(contestants.ALL),
                        help=", ".join(contestants.ALL))
    parser.add_argument("--migrations", type=int, default=1000)
    parser.add_argument("--megabytes", type=int, default=200, help="size of the large files")
    parser.add_argument("--backup-megabytes", type=int, default=1000, help="rows of the database that is backed up")
    return parser.parse_args()


def heading(options, server):
    named = contestants.versions()
    tools = ", ".join(f"{tool} {named.get(tool, '')}".strip() for tool in options.tools)
    return (f"PostgreSQL {server.version()} on a unix socket, fsync off, {os.cpu_count()} cores, "
            f"{options.rounds} rounds ({SLOW}: one), interleaved. {tools}.")


def main():
    options = parse_options()
    subprocess.run([ROOT / "tools/setup", "build", "bench"], check=True)
    measuring.prepare()
    contestants.install()
    if "migrate-safe" in options.tools and "MIGRATE_SAFE_BINARY" not in os.environ:
        subprocess.run([ROOT / "tools/build", "build"], check=True, stdout=sys.stderr)
    with Server() as server:
        bench = Bench(options, server)
        parts = [heading(options, server)]
        for section in options.only:
            parts += SECTIONS[section](bench, options.tools)
    report = "\n\n".join(parts) + "\n"
    print(report)
    (ROOT / "bench/last.md").write_text(report)


if __name__ == "__main__":
    main()
