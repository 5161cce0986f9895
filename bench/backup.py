"""Backups: made with the digests of their rows, and proven, beside pg_dump, pg_restore and the digests alone."""
import json
import os
import pathlib
import shutil
import statistics
import sys
import tempfile

import measuring
from server import Server

ROOT = pathlib.Path(__file__).resolve().parent.parent
DIGEST = ROOT / "src/pg/sql/backup/digest.sql"
PLACE = "public.schema_versions"  # what stands in it for a table
JOBS = 2
# Four tables, as many bytes each: numbers, texts, documents, bytes.
TABLES = {
    "readings": "id bigint PRIMARY KEY, sensor int, value double precision, at timestamptz",
    "notes": "id bigint PRIMARY KEY, title text, body text",
    "orders": "id bigint PRIMARY KEY, document jsonb, tags text[]",
    "pictures": "id bigint PRIMARY KEY, name text, bytes bytea",
}
ROWS = {
    "readings": (60, "i % 997, random() * 1000, timestamptz '2024-01-01' + i * interval '1 s'"),
    "notes": (320, "md5(i::text), repeat(md5((i * 7)::text) || ' ', 8)"),
    "orders": (230, "jsonb_build_object('number', i, 'customer', md5(i::text), 'total', i % 100000 / 100.0, 'paid', i % 3 = 0),"
                    " ARRAY[md5((i % 1000)::text), 'tag ' || i % 17]"),
    "pictures": (580, "'picture ' || i, decode(repeat(md5((i * 13)::text), 16), 'hex')"),
}
# As a team's own server has it: what is restored there for a test is not thrown away at a crash.
DEFAULTS = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "autovacuum": "on",
            "max_wal_size": "1GB", "shared_buffers": "128MB"}

SIDES = {  # ours: what stands on the other side, and the ratio that is wanted
    "backup create": (("pg_dump", "digests"), 1.1),
    "backup verify --level 3": (("pg_restore", "digests of the copy"), 0.9),
}


def fill(server, database, megabytes):
    for name, columns in TABLES.items():
        size, values = ROWS[name]
        server.sql(f"CREATE TABLE {name} ({columns});"
                   f"INSERT INTO {name} SELECT i, {values} FROM generate_series(1, {megabytes * 250000 // size}) AS i;"
                   f"CREATE INDEX ON {name} ({columns.split(', ')[1].split()[0]})",
                   database)
        server.sql(f"VACUUM ANALYZE {name}", database)


class Backups:
    def __init__(self, server, restored, home, database):
        self.server = server
        self.restored = restored
        self.home = home
        self.database = database
        self.program = os.environ.get("MIGRATE_SAFE_BINARY", ROOT / "build/migrate-safe")
        self.environment = measuring.environment(server.url(database))
        self.compression = None

    def measure(self, *command):
        return measuring.measure([str(word) for word in command], self.home, self.environment)

    def digests(self, server, database):
        query = DIGEST.read_text()
        words = [word for name in TABLES for word in ("-c", query.replace(PLACE, f"public.{name}"))]
        return self.measure("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", server.url(database), *words)

    def create(self):
        sample = self.measure(self.program, "backup", "create", "--jobs", JOBS)
        manifest, = (self.home / "backups/migrations").glob("*.json")
        self.compression = json.loads(manifest.read_text())["compression"]
        return sample

    def dump(self):
        target = self.home / "bare"
        shutil.rmtree(target, ignore_errors=True)
        level = {"none": "0"}.get(self.compression, self.compression.replace("gzip:", ""))
        return self.measure("pg_dump", "-Fd", "-j", JOBS, "-Z", level, "-f", target,
                            self.server.url(self.database))

    def verify(self):
        return self.measure(self.program, "backup", "verify", "--level", "3", "--jobs", JOBS, "latest")

    def restore(self):
        with self.restored.database("restored") as database:
            done = self.measure("pg_restore", "--exit-on-error", "-j", JOBS, "-d", self.restored.url(database),
                                self.home / "bare")
            counted = self.digests(self.restored, database)
        self.restored.sql(f'DROP DATABASE "{database}"')
        return done, counted

    def once(self):
        """name -> sample; ours first, because it says with which compression"""
        shutil.rmtree(self.home / "backups", ignore_errors=True)
        found = {"backup create": self.create()}
        found["pg_dump"] = self.dump()
        found["digests"] = self.digests(self.server, self.database)
        found["backup verify --level 3"] = self.verify()
        found["pg_restore"], found["digests of the copy"] = self.restore()
        return found


def seconds(samples):
    walls = [sample.wall_s for sample in samples]
    return f"{statistics.median(walls):.2f} ({min(walls):.2f}–{max(walls):.2f})"


def lines(rounds, megabytes, backups, size_mb):
    by_name = {name: [found[name] for found in rounds] for name in rounds[0]}
    said = [f"| {megabytes} MB of rows, {size_mb} MB database, compression {backups.compression}, {JOBS} jobs "
            "| median s (min–max) | CPU s | largest process MiB | ratio | wanted |", "|---|---|---:|---:|---:|---:|"]
    for ours, (theirs, wanted) in SIDES.items():
        ratio = statistics.median(found[ours].wall_s / sum(found[name].wall_s for name in theirs)
                                  for found in rounds)
        for name in (ours, *theirs):
            samples = by_name[name]
            cells = [name, seconds(samples), f"{statistics.median(s.cpu_s for s in samples):.2f}",
                     f"{max(s.peak_mib for s in samples):.1f}"]
            cells += [f"{ratio:.2f}", f"≤ {wanted}"] if name == ours else ["", ""]
            said.append("| " + " | ".join(cells) + " |")
    return "\n".join(said)


def tables(server, count, megabytes):
    home = pathlib.Path(tempfile.mkdtemp(prefix="ms-bench-backup-"))
    try:
        with Server(**DEFAULTS) as restored, server.database("backup") as database:
            fill(server, database, megabytes)
            size_mb = int(server.sql(f"SELECT pg_database_size('{database}') / 1000000"))
            backups = Backups(server, restored, home, database)
            rounds = []
            for number in range(count):
                rounds.append(backups.once())
                print(f"round {number + 1}: " + ", ".join(f"{name} {sample.wall_s:.2f} s"
                                                          for name, sample in rounds[-1].items()),
                      file=sys.stderr, flush=True)
            return [lines(rounds, megabytes, backups, size_mb),
                    "Digests: the text of each whole row by psql, one table after the other, parallel workers as the server likes. "
                    "The copy of pg_restore is on a server with default settings, ours on one without fsync."]
    finally:
        shutil.rmtree(home)
