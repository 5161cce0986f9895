"""`rehearse --from backup`: from backup to verdict, beside pg_restore and psql, which do the same work by hand and look at nothing."""
import os
import pathlib
import shutil
import statistics
import sys
import tempfile

import backup
import measuring
from server import Server

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = os.environ.get("MIGRATE_SAFE_BINARY", ROOT / "build/migrate-safe")
MUST = 1.2
# What rewrites nothing, what builds an index, and what changes rows.
MIGRATIONS = {
    "001_state": ("ALTER TABLE orders ADD state text NOT NULL DEFAULT 'new';", "ALTER TABLE orders DROP state;"),
    "002_titles": ("CREATE INDEX notes_by_body ON notes (md5(body));", "DROP INDEX notes_by_body;"),
    "003_positive": ("ALTER TABLE readings ADD CONSTRAINT is_positive CHECK (value >= 0);",
                     "ALTER TABLE readings DROP CONSTRAINT is_positive;"),
}


class Rehearsals:
    def __init__(self, server, plain, home, database):
        self.home = home
        # What somebody restores it on for a test: as it is installed, or tuned as ours is.
        self.servers = {"a server with its defaults": plain, "one that is tuned for it, without fsync": server}
        self.environment = measuring.environment(server.url(database))
        self.dump = None

    def run(self, *words, codes=(0,)):
        return measuring.measure([str(PROGRAM), *words], self.home, self.environment, codes)

    def prepare(self):
        folder = self.home / "migrations"
        folder.mkdir()
        for name, (up, down) in MIGRATIONS.items():
            (folder / f"{name}.up.sql").write_text(up + "\n")
            (folder / f"{name}.down.sql").write_text(down + "\n")
        self.run("baseline", "0")
        self.run("backup", "create")
        self.dump = next((self.home / "backups").glob("**/toc.dat")).parent

    def by_hand(self, server):
        """Restored, then up, down and up again; seconds."""
        scripts = [*(("up", name) for name in MIGRATIONS), *(("down", name) for name in reversed(MIGRATIONS)),
                   *(("up", name) for name in MIGRATIONS)]
        with server.database("by_hand") as database:
            url = server.url(database)
            words = [f"pg_restore -j {backup.JOBS} -d '{url}' {self.dump}"]
            words += [f"psql -X -q -v ON_ERROR_STOP=1 --single-transaction -f migrations/{name}.{way}.sql -d '{url}'"
                      for way, name in scripts]
            return measuring.measure(["sh", "-e", "-c", "\n".join(words)], self.home, self.environment).wall_s

    def compare(self, rounds):
        ours, peak = [], 0
        hand = {name: [] for name in self.servers}
        for number in range(rounds):
            for name, server in self.servers.items():
                hand[name].append(self.by_hand(server))
            sample = self.run("rehearse", "--from", "backup", "--blocked-limit", "1h", "--migration-limit", "1h")
            ours.append(sample.wall_s)
            peak = max(peak, sample.peak_mib)
            print(f"round {number + 1}: by hand {', '.join(f'{walls[-1]:.1f} s' for walls in hand.values())}; rehearse {ours[-1]:.1f} s",
                  file=sys.stderr, flush=True)
        return [f"| {name} | {statistics.median(walls):.1f} | {statistics.median(ours):.1f} "
                f"| {statistics.median(mine / theirs for mine, theirs in zip(ours, walls)):.2f} (wanted {MUST}) | {peak:.0f} |"
                for name, walls in hand.items()]


def tables(server, rounds, megabytes):
    home = pathlib.Path(tempfile.mkdtemp(prefix="ms-bench-work-"))
    try:
        with Server(**backup.DEFAULTS) as plain, server.database("rehearsed") as database:
            backup.fill(server, database, megabytes)
            rehearsals = Rehearsals(server, plain, home, database)
            rehearsals.prepare()
            lines = rehearsals.compare(rounds)
    finally:
        shutil.rmtree(home)
    return [f"From a backup of {megabytes} MB to the verdict on {len(MIGRATIONS)} migrations; by hand: pg_restore -j {backup.JOBS}, "
            "up, down, up again with psql, nothing looked at, on a server that is there already.", "",
            "| by hand on | by hand s | rehearse s | ratio | peak RSS MiB |", "|---|---:|---:|---:|---:|", *lines, ""]
