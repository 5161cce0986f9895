"""Runs the tracer (tests/unit/run/tracer.c) on a database, and what it measured."""
import json
import subprocess
import types

from .program import find_binary

BINARY = find_binary().parent / "tests/unit/run/tracer"


class Statement(types.SimpleNamespace):
    """A traced statement; `relations` by name without the schema public."""

    def __getitem__(self, name):
        return self.relations[name]

    @property
    def took_us(self):
        return self.to_us - self.from_us

    def locked(self):
        """{name: [modes]} of what is no index and no toast table."""
        return {name: [mode.removesuffix("Lock") for mode in relation.locked]
                for name, relation in self.relations.items() if relation.locked and not relation.owner}

    def blocked_ms(self, name):
        return (self[name].reads_blocked_us / 1000, self[name].writes_blocked_us / 1000)


def by_name(relations):
    return {relation["name"].removeprefix("public."): types.SimpleNamespace(**relation) for relation in relations}


class Trace:
    def __init__(self, said):
        said = json.loads(said)
        self.statements = [Statement(**statement | {"relations": by_name(statement["relations"])})
                           for statement in said["statements"]]
        self.total = by_name(said["total"])
        self.transactions, self.unprobed, self.told = said["transactions"], said["unprobed"], said["told"]
        self.load = said["load"]
        self.error, self.error_class, self.error_line = said["error"], said["error_class"], said["error_line"]

    def __getitem__(self, index):
        return self.statements[index]

    def places(self):
        return [statement.place for statement in self.statements]


class Tracing:
    """A tracer that runs; `result()` waits for it."""

    def __init__(self, database, script, path, *arguments):
        path.write_text(script)
        self.process = subprocess.Popen([BINARY, database.url, path, *arguments], text=True,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def result(self):
        out, err = self.process.communicate(timeout=120)
        assert self.process.returncode == 0, (self.process.returncode, err, self.process.args)
        return Trace(out)
