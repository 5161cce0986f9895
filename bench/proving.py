"""`validate --downs` and `generate-rollback`: what a proof takes on a schema of 200 tables, and runs of 300 migrations
that make them, beside psql that does up, down and up again by hand."""
import os
import pathlib
import shutil
import statistics
import sys
import tempfile

import measuring

ROOT = pathlib.Path(__file__).resolve().parent.parent
TABLES = 200
MIGRATIONS = 300
MORE = 10  # proofs, whose time is shared out
MUST_S = 2  # a proof
PROGRAM = os.environ.get("MIGRATE_SAFE_BINARY", ROOT / "build/migrate-safe")


def base():
    return "".join(f"CREATE TABLE t{n} (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a int NOT NULL, b text DEFAULT 'x', "
                   f"c numeric(10, 2) CHECK (c > 0), d timestamptz, p bigint{f' REFERENCES t{n - 1}' if n else ''}); "
                   f"CREATE INDEX ON t{n} (a);\n" for n in range(TABLES))


def write(folder):
    folder.mkdir()
    (folder / "001_base.up.sql").write_text(base())
    (folder / "001_base.down.sql").write_text("".join(f"DROP TABLE t{n};\n" for n in reversed(range(TABLES))))
    for number in range(2, MIGRATIONS + 1):
        table = f"t{number % TABLES}"
        (folder / f"{number:03d}_x.up.sql").write_text(f"ALTER TABLE {table} ADD e{number} int; CREATE INDEX ON {table} (d);\n")
        index = f"{table}_d_idx{'1' if number > TABLES + 1 else ''}"
        (folder / f"{number:03d}_x.down.sql").write_text(f"ALTER TABLE {table} DROP e{number}; DROP INDEX {index};\n")


def grow(folder, migrations=MIGRATIONS):
    """Two of three make a table that points to the one before; the third changes it."""
    folder.mkdir()
    for number in range(1, migrations + 1):
        table, before = f"g{number}", f"g{number - 1 if number % 3 != 1 else number - 2}"
        if number % 3:
            up = (f"CREATE TABLE {table} (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a int NOT NULL, b text DEFAULT 'x', "
                  f"p bigint{f' REFERENCES {before}' if number > 1 else ''});\nCREATE INDEX ON {table} (a);\n")
            down = f"DROP TABLE {table};\n"
        else:
            up = f"ALTER TABLE {before} ADD e{number} int;\nCREATE INDEX {before}_e ON {before} (e{number});\n"
            down = f"ALTER TABLE {before} DROP e{number};\n"
        (folder / f"{number:03d}_x.up.sql").write_text(up)
        (folder / f"{number:03d}_x.down.sql").write_text(down)


def run(home, *words, folder="migrations", codes=(0,)):
    command = [str(PROGRAM), *words[:1], "--dir", folder, *words[1:]]
    return measuring.measure(command, home, measuring.environment(""), codes)


def once(home, versions):
    """Seconds of a run that proves these."""
    return run(home, "validate", "--downs", *versions).wall_s


def by_hand(home, folder, url):
    """psql for each script, on a database without rows: nothing is copied, filled or compared."""
    command = (f'for up in {folder}/*.up.sql; do for file in "$up" "${{up%.up.sql}}.down.sql" "$up"; do '
               'psql -X -q -v ON_ERROR_STOP=1 --single-transaction -d "$DATABASE_URL" -f "$file" || exit 1; done; done')
    return measuring.measure(["sh", "-c", command], home, measuring.environment(url))


def growing(server, migrations=MIGRATIONS):
    home = pathlib.Path(tempfile.mkdtemp(prefix="ms-bench-work-"))
    try:
        grow(home / "migrations", migrations)
        grow(home / "ups", migrations)
        for down in (home / "ups").glob("*.down.sql"):
            down.unlink()
        with server.database("bench") as database:
            hand = by_hand(home, "migrations", server.url(database))
        lines = [f"| {migrations} migrations, {migrations * 2 // 3} tables in the end | s | × psql | peak RSS MiB |",
                 "|---|---:|---:|---:|"]
        runs = [("psql, up, down and up of each by hand", hand),
                ("`validate --downs`", run(home, "validate", "--downs")),
                ("`generate-rollback --dry-run`", run(home, "generate-rollback", "--dry-run", folder="ups"))]
    finally:
        shutil.rmtree(home, ignore_errors=True)
    return "\n".join(lines + [f"| {name} | {sample.wall_s:.1f} | {sample.wall_s / hand.wall_s:.1f} | {sample.peak_mib:.1f} |"
                              for name, sample in runs])


def tables(rounds, server):
    home = pathlib.Path(tempfile.mkdtemp(prefix="ms-bench-work-"))
    try:
        write(home / "migrations")
        shares = []
        for number in range(rounds):
            one = once(home, ["002"])
            many = once(home, [f"{version:03d}" for version in range(2, 3 + MORE)])
            shares.append((many - one) / MORE)
            print(f"round {number + 1}: one {one:.3f} s, {MORE} more {many - one:.3f} s", file=sys.stderr, flush=True)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    share = statistics.median(shares)
    return ["\n".join([
        f"| `validate --downs`, {TABLES} tables | s |", "|---|---:|", f"| a proof | {share:.3f} |",
        "", f"Must hold: a proof in at most {MUST_S} s beside the migration's own time."]),
            growing(server)]
