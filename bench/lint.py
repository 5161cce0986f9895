"""Reading migrations: `lint` beside squawk, by reporter and by size; and what each finds of the corpus."""
import json
import os
import pathlib
import re
import statistics
import sys
import tempfile

import contestants
import lint_corpus
import measuring

SIZES = (0.25, 0.5, 1, 2, 5.24)  # MB
TTY_MOST = 1  # MB: squawk's default reporter takes four times as long for twice as much
FILES, FILE_BYTES = 2000, 800
SMALL_BYTES = 700
REPEATS = 20  # of what takes milliseconds, in each round
STRAIGHT = 1.5  # what growth() may be
OLD = "app.old_{m}"  # a table that no file makes: it has long been there

# {n}: of this cycle alone; {m}: one of a hundred.
SHAPES = tuple(shape.replace("OLD", OLD) for shape in (
    "CREATE TABLE app.t_{n} (id bigint PRIMARY KEY, name text NOT NULL, at timestamptz DEFAULT now());",
    "CREATE INDEX t_{n}_name ON app.t_{n} (name);",
    "ALTER TABLE OLD ADD COLUMN c_{n} int NOT NULL DEFAULT 0;",
    "ALTER TABLE OLD ADD COLUMN u_{n} uuid DEFAULT gen_random_uuid();",
    "CREATE INDEX old_{m}_c_{n} ON OLD (c_{n});",
    "INSERT INTO app.t_{n} (id, name) VALUES (1, 'it''s {n}'), (2, 'two');",
    "COMMENT ON TABLE app.t_{n} IS 'number {n}; DROP TABLE';",
    "ALTER TABLE OLD ADD CONSTRAINT k_{n} CHECK (c_{n} >= 0);",
    "ALTER TABLE OLD ADD CONSTRAINT v_{n} CHECK (c_{n} < 9) NOT VALID;",
    "ALTER TABLE OLD VALIDATE CONSTRAINT v_{n};",
    "ALTER TABLE app.t_{n} ADD CONSTRAINT t_{n}_fk FOREIGN KEY (id) REFERENCES OLD (id);",
    "ALTER TABLE OLD ALTER COLUMN c_{n} TYPE bigint;",
    "ALTER TABLE OLD ALTER COLUMN u_{n} SET NOT NULL;",
    "CREATE VIEW app.v_{n} AS SELECT id, name FROM app.t_{n} WHERE id > {n};",
    "CREATE FUNCTION app.f_{n}(a int) RETURNS int LANGUAGE sql AS $$ SELECT a + {n}; $$;",
    "CREATE FUNCTION app.g_{n}() RETURNS trigger LANGUAGE plpgsql AS $f$\nBEGIN\n  NEW.at := now();\n"
    "  RETURN NEW;\nEND\n$f$;",
    "CREATE TRIGGER g_{n} BEFORE UPDATE ON app.t_{n} FOR EACH ROW EXECUTE FUNCTION app.g_{n}();",
    "DO $d$\nBEGIN\n  IF EXISTS (SELECT 1 FROM pg_class WHERE relname = 'x_{n}') THEN\n"
    "    RAISE NOTICE 'there; it is';\n  END IF;\nEND\n$d$;",
    "ALTER TABLE app.t_{n} ENABLE ROW LEVEL SECURITY;",
    "CREATE POLICY p_{n} ON app.t_{n} USING (name = current_user);",
    "CREATE TABLE app.p_{n} (id bigint, at date NOT NULL) PARTITION BY RANGE (at);",
    "CREATE TABLE app.p_{n}_1 PARTITION OF app.p_{n} FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');",
    "CREATE TYPE app.e_{n} AS ENUM ('a', 'b');",
    "ALTER TYPE app.e_{n} ADD VALUE 'c' AFTER 'b';",
    "GRANT SELECT ON app.t_{n} TO PUBLIC;",
    "UPDATE OLD SET c_{n} = 1 WHERE id = {n};",
    "DELETE FROM OLD WHERE id = {n};",
    "CREATE SEQUENCE app.s_{n} START 1000;",
    "ALTER TABLE OLD RENAME COLUMN u_{n} TO w_{n};",
    "ALTER TABLE OLD DROP COLUMN w_{n};",
    "SET LOCAL lock_timeout = '2s';",
))

OURS = {"text": [], "json": ["--json"], **{name: ["--format", name]
                                           for name in ("sarif", "github", "gitlab", "junit")}}
THEIRS = ("json", "gcc", "gitlab", "tty")


def statements():
    number = 0
    while True:
        yield SHAPES[number % len(SHAPES)].format(n=number // len(SHAPES),
                                                  m=number // len(SHAPES) % 100) + "\n"
        number += 1


def texts(count, size):
    """`count` texts of at least `size` bytes, whole statements, one after the other."""
    source = statements()
    for _ in range(count):
        parts, length = [], 0
        while length < size:
            parts.append(next(source))
            length += len(parts[-1])
        yield "".join(parts)


def write(folder, count, size):
    folder.mkdir()
    for number, text in enumerate(texts(count, size), 1):
        (folder / f"{number:04d}_made.sql").write_text(text)
    return folder


def commands():
    """(tool, reporter) -> function of a folder that gives the command"""
    found = {}
    if lint_corpus.knows_lint():
        for name, words in OURS.items():
            found["migrate-safe", name] = lambda folder, words=words: [
                lint_corpus.program(), "lint", "--pg", "18", *words, folder]
    for name in THEIRS:
        found["squawk", name] = lambda folder, name=name: [
            lint_corpus.SQUAWK_PROGRAM, "--reporter", name, "--pg-version", "18",
            "--assume-in-transaction", *sorted(folder.glob("*.sql"))]
    return found


class Lint:
    def __init__(self, home, rounds):
        self.home = home
        self.rounds = rounds
        self.commands = commands()
        self.environment = {name: value for name, value in os.environ.items()
                            if not name.startswith(("PG", "DATABASE_URL", "CI", "GITHUB_"))}
        self.environment["NO_COLOR"] = "1"

    def once(self, key, folder):
        """Each run finds something, or it would be fast for nothing."""
        sample = measuring.measure(self.commands[key](folder), self.home, self.environment, codes=(0, 1))
        said = self.home / "said"
        if key[1] == "json":
            text = said.read_text()  # what went to stderr is in it, too
            document = json.JSONDecoder().raw_decode(text, re.search(r"^[\[{]", text, re.M).start())[0]
            if not (document if isinstance(document, list) else document["findings"]):
                raise measuring.RunFailed("nothing was found")
        return sample, said.stat().st_size / 1e6

    def series(self, folder, keys, repeats=1):
        """key -> its samples, and the size of what it said; in turns, who fails is left out"""
        samples, sizes, left_out = {}, {}, set()
        for number in range(self.rounds):
            shift = number % len(keys)
            for key in [*keys[shift:], *keys[:shift]]:
                if key in left_out or (key[1] == "tty" and number > 0):  # half a minute: one round
                    continue
                try:
                    for _ in range(repeats):
                        sample, sizes[key] = self.once(key, folder)
                        samples.setdefault(key, []).append(sample)
                except (measuring.RunFailed, AttributeError, ValueError) as failure:
                    print(f"{' '.join(key)}: {failure}", file=sys.stderr)
                    left_out.add(key)
                    samples.pop(key, None)
        return samples, sizes


def median_ms(samples):
    return statistics.median(sample.wall_s for sample in samples) * 1000


def corpora(lint):
    """The three shapes of work, both as JSON."""
    folders = [(f"{SMALL_BYTES} bytes", write(lint.home / "small", 1, SMALL_BYTES), REPEATS),
               (f"{FILES:,} files, {FILES * FILE_BYTES / 1e6:.1f} MB",
                write(lint.home / "many", FILES, FILE_BYTES), 1),
               (f"one file of {SIZES[-1]} MB", write(lint.home / "big", 1, int(SIZES[-1] * 1e6)), 1)]
    lines = ["| JSON of | tool | median ms (min) | CPU ms | peak RSS MiB | output MB | × squawk |",
             "|---|---|---:|---:|---:|---:|---:|"]
    keys = [key for key in lint.commands if key[1] == "json"]
    for title, folder, repeats in folders:
        samples, sizes = lint.series(folder, keys, repeats)
        base = samples.get(("squawk", "json"))
        for key, runs in sorted(samples.items()):
            ratio = statistics.median(ours.wall_s / theirs.wall_s
                                      for ours, theirs in zip(runs, base)) if base else 0
            lines.append(f"| {title} | {key[0]} | {median_ms(runs):.1f}"
                         f" ({min(run.wall_s for run in runs) * 1000:.1f})"
                         f" | {statistics.median(run.cpu_s for run in runs) * 1000:.1f}"
                         f" | {max(run.peak_mib for run in runs):.1f} | {sizes[key]:.2f} | {ratio:.2f} |")
    return "\n".join(lines)


def growth(by_size):
    """A MB of the largest ÷ a MB of 1 MB (of the smallest where 1 MB is the largest)."""
    largest = max(by_size)
    base = 1 if largest > 1 and 1 in by_size else min(by_size)
    return by_size[largest] / largest / (by_size[base] / base)


def reporters(lint):
    """One file of each size by each reporter, and whether time grows as size does."""
    found = {}  # key -> size -> (median ms, CPU s, peak MiB)
    for size in SIZES:
        folder = write(lint.home / f"sized_{size}", 1, int(size * 1e6))
        keys = [key for key in lint.commands if key[1] != "tty" or size <= TTY_MOST]
        for key, runs in lint.series(folder, keys)[0].items():
            found.setdefault(key, {})[size] = (
                median_ms(runs), min(run.cpu_s for run in runs), max(run.peak_mib for run in runs))
    lines = ["| one file, ms | " + " | ".join(f"{size} MB" for size in SIZES)
             + " | peak RSS MiB | growth |", "|---|" + "---:|" * (len(SIZES) + 2)]
    bent = []
    for (tool, reporter), by_size in sorted(found.items()):
        grown = growth({size: cpu_s for size, (_, cpu_s, _) in by_size.items()})
        if tool == "migrate-safe" and grown > STRAIGHT:
            bent.append(reporter)
        cells = [f"{by_size[size][0]:.0f}" if size in by_size else "–" for size in SIZES]
        peak = max(peak for _, _, peak in by_size.values())
        lines.append(f"| {tool} {reporter} | " + " | ".join(cells) + f" | {peak:.1f} | {grown:.2f} |")
    said = (f"squawk {contestants.versions()['squawk']}, its native program; tty: one round. Growth:"
            " CPU time for a MB of the largest file ÷ that of the 1 MB file (of the smallest where 1 MB is the"
            " largest), fastest runs; 1 is a straight line.")
    if any(tool == "migrate-safe" for tool, _ in found):
        said += f" Ours at most {STRAIGHT}: " + (f"missed by {', '.join(bent)}." if bent else "holds.")
    return ["\n".join(lines), said]


def tables(rounds):
    with tempfile.TemporaryDirectory(prefix="ms-bench-") as home:
        lint = Lint(pathlib.Path(home), rounds)
        return [corpora(lint), *reporters(lint), lint_corpus.table(lint_corpus.scores())]
