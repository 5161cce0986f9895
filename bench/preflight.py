"""What a look before a change takes on 2,000 tables, and what it adds to `up` on a small database."""
import os
import pathlib
import shutil
import statistics
import sys
import tempfile

import measuring

ROOT = pathlib.Path(__file__).resolve().parent.parent
TABLES = 2000
MUST_S = 1.5
MUST_MORE_MS = 15
REPEATS = 5

# As the fingerprint's: identity keys, checks, three more indexes and a foreign key each.
SETUP = """
DO $$
BEGIN
    FOR n IN 1..%d LOOP
        EXECUTE format('CREATE TABLE t%%s (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a int NOT NULL CHECK (a > 0),'
            ' b text, c timestamptz, d numeric, parent bigint REFERENCES t%%s (id))', n, greatest(n - 1, 1));
        EXECUTE format('CREATE INDEX ON t%%s (a); CREATE INDEX ON t%%s (parent); CREATE INDEX ON t%%s (lower(b)) WHERE c IS NULL',
            n, n, n);
        IF n %% 50 = 0 THEN COMMIT; END IF;
    END LOOP;
END $$
"""
CHANGE = "ALTER TABLE t1 ADD COLUMN more int;\nCREATE INDEX CONCURRENTLY ON t2 (d);\n"


def run(home, url, *arguments):
    program = os.environ.get("MIGRATE_SAFE_BINARY", ROOT / "build/migrate-safe")
    return measuring.measure([program, *arguments], home, measuring.environment(url)).wall_s


def many_tables(server, home, rounds):
    (home / "migrations").mkdir()
    (home / "migrations/001_more.up.sql").write_text(CHANGE)
    with server.database("preflight") as database:
        server.sql("CREATE TABLE t0 (id bigint PRIMARY KEY)", database)
        server.sql(SETUP % TABLES, database)
        url = server.url(database)
        run(home, url, "baseline", "0")
        return [run(home, url, "preflight") for _ in range(rounds * REPEATS)]


def small(server, home, rounds):
    """Milliseconds of `up` of one ALTER TABLE, with the look and without it, in turn."""
    with_it, without = [], []
    folder = home / "migrations"
    folder.mkdir()
    (folder / "001_t.up.sql").write_text("CREATE TABLE t (id int);\n")
    with server.database("preflight") as database:
        url = server.url(database)
        run(home, url, "up")
        for number in range(rounds * REPEATS * 2):
            (folder / f"{number + 100}_c.up.sql").write_text(f"ALTER TABLE t ADD COLUMN c{number} int;\n")
            is_on = number % 2 == 0
            (home / "migrate-safe.yaml").write_text(f"defaults:\n  preflight: {'on' if is_on else 'off'}\n")
            (with_it if is_on else without).append(run(home, url, "up", "--skip-backup") * 1000)
    return with_it, without


def tables(server, rounds):
    measuring.prepare()
    homes = [pathlib.Path(tempfile.mkdtemp(prefix="ms-bench-work-")) for _ in range(2)]
    try:
        large = many_tables(server, homes[0], rounds)
        print(f"preflight of {TABLES} tables: {statistics.median(large):.3f} s", file=sys.stderr, flush=True)
        with_it, without = small(server, homes[1], rounds)
    finally:
        for home in homes:
            shutil.rmtree(home)
    more = statistics.median(with_it) - statistics.median(without)
    return ["\n".join([
        f"| `preflight`, {TABLES:,} tables | median s (min–max) |", "|---|---:|",
        f"| one ALTER TABLE, one CREATE INDEX CONCURRENTLY pending | {statistics.median(large):.3f} "
        f"({min(large):.3f}–{max(large):.3f}) |",
        "", f"Must hold: at most {MUST_S} s: {'holds' if statistics.median(large) <= MUST_S else 'DOES NOT HOLD'}.", "",
        "| `up` of one ALTER TABLE, small database | median ms (min–max) |", "|---|---:|",
        f"| preflight: off | {statistics.median(without):.1f} ({min(without):.1f}–{max(without):.1f}) |",
        f"| preflight: on | {statistics.median(with_it):.1f} ({min(with_it):.1f}–{max(with_it):.1f}) |",
        "", f"Must hold: at most {MUST_MORE_MS} ms more: {'holds' if more <= MUST_MORE_MS else 'DOES NOT HOLD'} "
        f"({more:.1f} ms)."])]
