"""What PostgreSQL's grammar costs: the parser alone, without a server."""
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

import measuring

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = ROOT / "build/bench/parse_bench"
SIZE = 5 * 1024 * 1024


def many_statements():
    kinds = ("CREATE TABLE t{0} (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, v text);\n",
             "ALTER TABLE t{0} ADD COLUMN c{0} int NOT NULL DEFAULT 0;\n",
             "CREATE INDEX CONCURRENTLY i{0} ON t{0} (v);\n",
             "INSERT INTO t{0} (v) VALUES ('row {0}'), ('it''s');\n",
             "COMMENT ON TABLE t{0} IS 'some text';\n")
    parts, size = [], 0
    while size < SIZE:
        parts.append(kinds[len(parts) % len(kinds)].format(len(parts)))
        size += len(parts[-1])
    return "".join(parts)


def one_insert():
    rows = ",\n".join(f"({number}, 'name {number}', now())" for number in range(SIZE // 31))
    return f"INSERT INTO t (a, b, c) VALUES\n{rows};\n"


def tables(rounds):
    subprocess.run([ROOT / "tools/build", "build"], check=True, stdout=sys.stderr)
    subprocess.run(["ninja", "-C", ROOT / "build", "bench/parse_bench"], check=True,
                   stdout=sys.stderr)
    lines = ["| parser | wall ms (min) | CPU ms (min) | peak RSS MiB |", "|---|---:|---:|---:|"]
    with tempfile.TemporaryDirectory(prefix="ms-bench-") as folder:
        home = pathlib.Path(folder)
        for name, text in (("start, and `SELECT 1`", None),
                           ("5 MiB, statement by statement", many_statements()),
                           ("one INSERT of 5 MiB", one_insert())):
            command = [PROGRAM]
            if text:
                (home / "script.sql").write_text(text)
                command.append(home / "script.sql")
            samples = [measuring.measure(command, home, os.environ) for _ in range(rounds)]
            wall, cpu = ([getattr(sample, field) * 1000 for sample in samples]
                         for field in ("wall_s", "cpu_s"))
            peak = statistics.median(sample.peak_mib for sample in samples)
            lines.append(f"| {name} | {statistics.median(wall):.1f} ({min(wall):.1f}) "
                         f"| {statistics.median(cpu):.1f} ({min(cpu):.1f}) | {peak:.1f} |")
    return ["\n".join(lines)]
