"""What the lock plan says (build/tests/truth/lock_plan), and how it differs from what was observed."""
import json
import os
import pathlib
import subprocess

from .observed import MODES

ROOT = pathlib.Path(__file__).resolve().parents[3]
STRONG = MODES["ShareUpdateExclusiveLock"]
NAMES = {mode: name for name, mode in MODES.items()} | {0: "none"}

REACH = """
WITH RECURSIVE tree (oid) AS (
    SELECT to_regclass(%s)::oid
    UNION
    SELECT i.inhrelid FROM tree t JOIN pg_inherits i ON i.inhparent = t.oid
)
SELECT oid FROM tree WHERE oid IS NOT NULL
"""


def ask(questions):
    """A list of {"setup", "sql", "pg"}; the lock plan of each."""
    binary = pathlib.Path(os.environ.get("MIGRATE_SAFE_BINARY", ROOT / "build/migrate-safe")).parent
    said = subprocess.run([binary / "tests/truth/lock_plan"], input=json.dumps(questions), text=True,
                          stdout=subprocess.PIPE, check=True).stdout
    return json.loads(said)


def expand(connection, effects):
    """{oid: effect}: with the children of those that reach them, which the plan does not name."""
    foretold = {}
    for effect in effects:
        oids = [row[0] for row in connection.execute(REACH, [effect["relation"]]).fetchall()]
        for oid in oids if effect["reach"] else oids[:1]:
            known = foretold.get(oid)
            if not known or known["mode"] < effect["mode"]:
                foretold[oid] = {**effect, "is_scanned": effect["is_scanned"] or
                                 bool(known and known["is_scanned"])}
    return foretold


def differences(observed, foretold, case, is_incomplete):
    """Sentences; none when the plan told the truth."""
    found = []
    for relation in observed.values():
        effect = foretold.get(relation.oid)
        mode = effect["mode"] if effect else 0
        if relation.kind in "iI" and not effect:
            # An index is locked with its table, or not worth a word when nobody waits.
            table = foretold.get(relation.table)
            if relation.mode <= max(table["mode"] if table else 0, STRONG):
                continue
        is_open = is_incomplete and not mode
        if max(relation.mode, mode) >= STRONG and relation.mode != mode and not is_open:
            found.append(f"{relation.name}: {NAMES[relation.mode]}, foretold {NAMES[mode]}")
        if relation.kind in "rm" and case.has_costs and max(relation.mode, mode) >= STRONG:
            found += costs(relation, effect, relation.name == case.looked_up)
    return found


def costs(relation, effect, may_be_scanned):
    is_rewritten = bool(effect and effect["is_rewritten"])
    is_scanned = bool(effect and (effect["is_scanned"] or effect["builds_index"])) or is_rewritten
    if relation.is_rewritten != is_rewritten:
        yield f"{relation.name}: rewritten {relation.is_rewritten}, foretold {is_rewritten}"
    if relation.is_scanned != is_scanned and not may_be_scanned:
        yield f"{relation.name}: scanned {relation.is_scanned}, foretold {is_scanned}"
