"""`validate --downs`: what the proof of one down takes on a schema of 200 tables, and a run of 300 migrations."""
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


def once(home, versions):
    """Seconds of a run that proves these."""
    command = [PROGRAM, "validate", "--downs", "--dir", "migrations", *versions]
    return measuring.measure([str(word) for word in command], home, measuring.environment(""), (0,)).wall_s


def tables(rounds):
    home = pathlib.Path(tempfile.mkdtemp(prefix="ms-bench-work-"))
    try:
        write(home / "migrations")
        shares = []
        for number in range(rounds):
            one = once(home, ["002"])
            many = once(home, [f"{version:03d}" for version in range(2, 3 + MORE)])
            shares.append((many - one) / MORE)
            print(f"round {number + 1}: one {one:.3f} s, {MORE} more {many - one:.3f} s", file=sys.stderr, flush=True)
        whole = once(home, [])
    finally:
        shutil.rmtree(home, ignore_errors=True)
    share = statistics.median(shares)
    return ["\n".join([
        f"| `validate --downs`, {TABLES} tables | s |", "|---|---:|", f"| a proof | {share:.3f} |",
        f"| {MIGRATIONS} migrations, one server | {whole:.1f} |",
        "", f"Must hold: a proof in at most {MUST_S} s beside the migration's own time."])]
