"""What `plan` of a long folder takes: 5,000 migrations, none of them applied and all of them."""
import os
import pathlib
import shutil
import statistics
import tempfile

import contestants
import measuring

ROOT = pathlib.Path(__file__).resolve().parent.parent
COUNT = 5000
REPEATS = 15

UP = """-- Adds a setting for customers.

INSERT INTO settings (name, value)
VALUES ('setting_%d', 'its value, which is as long as such a value is wont to be')
ON CONFLICT (name) DO UPDATE SET value = excluded.value;
"""
DOWN = "DELETE FROM settings WHERE name = 'setting_%d';\n"
TABLE = "CREATE TABLE settings (name text PRIMARY KEY, value text)"


def paired(folder, base, up, down):
    (folder / f"{base}.up.sql").write_text(up)
    (folder / f"{base}.down.sql").write_text(down)


def plain(folder, base, up, down):
    (folder / f"{base}.sql").write_text(up)


def marked(folder, base, up, down):
    (folder / f"{base}.sql").write_text(f"-- migrate:up\n{up}\n-- migrate:down\n{down}")


FOLDERS = {"pairs, 10,000 files": paired, "plain, 5,000 files": plain, "dbmate, 5,000 files": marked}


class Planning:
    def __init__(self, bench):
        self.bench = bench
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="ms-bench-plan-"))
        self.program = os.environ.get("MIGRATE_SAFE_BINARY", ROOT / "build/migrate-safe")

    def write(self, write):
        folder = pathlib.Path(tempfile.mkdtemp(dir=self.home)) / "migrations"
        folder.mkdir()
        for number in range(1, COUNT + 1):
            write(folder, f"202401{number:08d}_setting_{number}", UP % number, DOWN % number)
        return folder

    def environment(self, database):
        return measuring.environment(self.bench.server.url(database))

    def run(self, database, *command):
        return measuring.measure(command, self.home, self.environment(database))

    def commands(self, folder, database):
        """name -> its command"""
        found = {"migrate-safe plan": (self.program, "plan", "--dir", folder, "--skip-backup")}
        if "dbmate" in self.bench.options.tools and not any(folder.glob("*.up.sql")):
            program = contestants.MODULES / "@dbmate/linux-x64/bin/dbmate"
            found["dbmate status"] = (program, "--no-dump-schema", "--migrations-dir", folder, "status")
        found["psql, history rows"] = ("psql", "-X", "-q", "-A", "-t", "-d",
                                       self.bench.server.url(database), "-c",
                                       "SELECT version, at FROM history")
        return found

    def rows(self, name, write):
        folder = self.write(write)
        with self.bench.server.database("plan") as database:
            sql = self.bench.server.sql
            sql(TABLE, database)
            sql("CREATE TABLE history (version text PRIMARY KEY, at timestamptz DEFAULT now())", database)
            commands = self.commands(folder, database)
            yield from self.series(f"{name}, none applied", database, commands)
            self.run(database, self.program, "baseline", "0", "--dir", folder)
            self.run(database, self.program, "up", "--dir", folder, "--skip-backup")
            sql("INSERT INTO history SELECT version, applied_at FROM migrate_safe.schema_migrations"
                " WHERE kind = 'versioned'; CREATE TABLE schema_migrations AS SELECT version FROM history",
                database)
            if sql("SELECT count(*) FROM history", database) != str(COUNT):
                raise measuring.RunFailed("not all were applied")
            yield from self.series(f"{name}, all applied", database, commands)

    def series(self, name, database, commands):
        samples = {tool: [] for tool in commands}
        for _ in range(REPEATS):  # in turns, so that a busy moment is everybody's
            for tool, command in commands.items():
                samples[tool].append(self.run(database, *command))
        for tool, taken in samples.items():
            walls = [sample.wall_s * 1000 for sample in taken]
            cpu = statistics.median(sample.cpu_s for sample in taken) * 1000
            yield (f"| {name} | {tool} | {statistics.median(walls):.0f} ({min(walls):.0f}–{max(walls):.0f}) "
                   f"| {cpu:.0f} | {max(sample.peak_mib for sample in taken):.1f} |")

    def table(self):
        lines = ["| 5,000 migrations | command | median ms (min–max) | client CPU ms | peak RSS MiB |",
                 "|---|---|---:|---:|---:|"]
        try:
            for name, write in FOLDERS.items():
                lines += self.rows(name, write)
        finally:
            shutil.rmtree(self.home)
        return "\n".join(lines)


def tables(bench):
    return [Planning(bench).table()]
