"""`fingerprint` of 2,000 tables beside pg_dump --schema-only, and how it grows: both read the whole schema."""
import os
import pathlib
import shutil
import statistics
import tempfile

import measuring

ROOT = pathlib.Path(__file__).resolve().parent.parent
SIZES = (2000, 8000)
REPEATS = 7
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


class Fingerprinting:
    def __init__(self, bench):
        self.bench = bench
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="ms-bench-fingerprint-"))
        self.program = os.environ.get("MIGRATE_SAFE_BINARY", ROOT / "build/migrate-safe")

    def rows(self, tables):
        server = self.bench.server
        with server.database("fingerprint") as database:
            server.sql("CREATE SCHEMA s", database)
            server.sql(SCHEMA.format(tables=tables, views=tables // 10), database)
            server.sql("VACUUM ANALYZE", database)
            url = server.url(database)
            commands = {
                "pg_dump --schema-only": (server.binaries / "pg_dump", "-s", "-f", self.home / "dump.sql", "-d", url),
                "migrate-safe fingerprint": (self.program, "fingerprint"),
            }
            samples = {name: [] for name in commands}
            for _ in range(REPEATS):  # in turns, so that a busy moment is everybody's
                for name, command in commands.items():
                    samples[name].append(measuring.measure(command, self.home, measuring.environment(url)))
            baseline, *_ = samples.values()
            for name, taken in samples.items():
                walls = [sample.wall_s for sample in taken]
                ratio = statistics.median(ours.wall_s / theirs.wall_s for ours, theirs in zip(taken, baseline))
                yield (f"| {tables:,} tables | {name} | {statistics.median(walls):.3f} ({min(walls):.3f}–{max(walls):.3f}) "
                       f"| {ratio:.2f} | {max(sample.peak_mib for sample in taken):.1f} |")

    def table(self):
        lines = ["| whole schema | command | median s (min–max) | × pg_dump | peak RSS MiB |", "|---|---|---:|---:|---:|"]
        try:
            for tables in SIZES:
                lines += self.rows(tables)
        finally:
            shutil.rmtree(self.home)
        return "\n".join(lines)


def tables(bench):
    return [Fingerprinting(bench).table()]
