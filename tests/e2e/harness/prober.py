"""Runs the constraint probes (tests/unit/run/constraint_prober.c) on a database, and what they said."""
import json
import subprocess

from .program import find_binary

BINARY = find_binary().parent / "tests/unit/run/constraint_prober"


class Probe:
    def __init__(self, said):
        self.kind, self.table, self.name, self.verdict, self.detail = (
            said[key] for key in ("kind", "table", "name", "verdict", "detail"))
        self.schema = self.table.split(".")[0].strip('"')
        self.short = f"{self.kind} {self.name}"


def probe(database, script):
    """Runs the script, and probes what it made."""
    run = subprocess.run([BINARY, database.url, script], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                         timeout=120)
    assert run.returncode == 0, run.stderr
    return [Probe(said) for said in json.loads(run.stdout)]
