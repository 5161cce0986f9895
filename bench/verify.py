"""`verify`: one foreign key beside its bare anti-join, and 2,000 of them by one session and by two."""
import json
import os
import pathlib
import shutil
import statistics
import sys
import tempfile

import measuring

ROOT = pathlib.Path(__file__).resolve().parent.parent
ROWS = 3_000_000
KEYS = 2000
KEY_ROWS = 3000
PARENTS = 50
MUST_RATIO = 1.2
MUST_GAIN = 1.6
BARE = ("SELECT count(*) FROM child AS t LEFT JOIN parent AS o ON o.id = t.parent_id "
        "WHERE t.parent_id IS NOT NULL AND o.id IS NULL")
ONE = f"""
CREATE TABLE parent (id int PRIMARY KEY, filler text);
INSERT INTO parent SELECT i, repeat('x', 60) FROM generate_series(1, {ROWS // 10}) i;
CREATE TABLE child (id int PRIMARY KEY, parent_id int, filler text);
INSERT INTO child SELECT i, 1 + i % {ROWS // 10}, repeat('x', 60) FROM generate_series(1, {ROWS}) i;
ALTER TABLE child ADD FOREIGN KEY (parent_id) REFERENCES parent;
VACUUM ANALYZE
"""
MANY = (f"DO $$ BEGIN FOR n IN 1..{PARENTS} LOOP EXECUTE format('CREATE TABLE p%s AS SELECT i AS id FROM "
        f"generate_series(1, {KEY_ROWS}) i', n); EXECUTE format('ALTER TABLE p%s ADD PRIMARY KEY (id)', n); END LOOP; END $$",
        *(f"DO $$ BEGIN FOR n IN {first + 1}..{first + 200} LOOP EXECUTE format('CREATE TABLE c%s AS SELECT i AS id, i AS p "
          f"FROM generate_series(1, {KEY_ROWS}) i', n); EXECUTE format('ALTER TABLE c%s ADD FOREIGN KEY (p) REFERENCES p%s (id) "
          f"NOT VALID', n, 1 + n % {PARENTS}); END LOOP; END $$" for first in range(0, KEYS, 200)),
        "VACUUM ANALYZE")


class Verifications:
    def __init__(self, server, home, database):
        self.home = home
        self.url = server.url(database)
        self.binary = os.environ.get("MIGRATE_SAFE_BINARY", ROOT / "build/migrate-safe")

    def bare(self):
        return self.run("psql", "-X", "-q", "-At", "-c", BARE, "-d", self.url)

    def verify(self, keys, *options):
        seconds = self.run(self.binary, "verify", "--only", "references.orphans", "--sample-above", "0", "--json", *options)
        check, = json.loads((self.home / "said").read_text())["checks"]
        if check["verdict"] != "pass" or not check["value"].startswith(f"{keys} foreign key"):
            raise measuring.RunFailed(check)
        return seconds

    def run(self, *command):
        return measuring.measure(list(map(str, command)), self.home, measuring.environment(self.url)).wall_s


def one(server, home, rounds):
    with server.database("verify") as database:
        for statement in ONE.split(";"):
            server.sql(statement, database)
        runs = Verifications(server, home, database)
        runs.bare()  # what is read is in memory from now on
        pairs = [(runs.bare(), runs.verify(1)) for _ in range(rounds)]
    print(f"one key: {pairs}", file=sys.stderr, flush=True)
    return pairs


def many(server, home, rounds):
    with server.database("verify") as database:
        for statement in MANY:
            server.sql(statement, database)
        runs = Verifications(server, home, database)
        runs.verify(KEYS)
        pairs = [(runs.verify(KEYS, "--jobs", "1"), runs.verify(KEYS, "--jobs", "2")) for _ in range(rounds)]
    print(f"many keys: {pairs}", file=sys.stderr, flush=True)
    return pairs


def line(name, pairs, ratio):
    first, second = (statistics.median(values) for values in zip(*pairs))
    return f"| {name} | {first:.3f} | {second:.3f} | {statistics.median(ratio(*pair) for pair in pairs):.2f} |"


def tables(server, rounds):
    home = pathlib.Path(tempfile.mkdtemp(prefix="ms-bench-work-"))
    measuring.prepare()
    try:
        single = one(server, home, rounds)
        several = many(server, home, rounds)
    finally:
        shutil.rmtree(home)
    return ["\n".join([
        f"| one foreign key, {ROWS:,} rows | bare anti-join s | verify s | ratio |", "|---|---:|---:|---:|",
        line("psql, then verify", single, lambda bare, ours: ours / bare), "",
        f"| {KEYS:,} foreign keys, {KEY_ROWS:,} rows each | one session s | two sessions s | gain |", "|---|---:|---:|---:|",
        line("verify --jobs 1, then 2", several, lambda alone, both: alone / both), "",
        f"Must hold: at most {MUST_RATIO} × the anti-join; at least {MUST_GAIN} × as fast by two sessions."])]
