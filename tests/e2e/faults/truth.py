"""Is what `status` says true, and is what a run left the same as without any disturbance?"""
import dataclasses
import re
import subprocess

from harness import server as servers
from harness.database import NOISE

import mixed

# What a statement that was interrupted may leave, and pg_dump does not show.
LEFTOVERS = """
SELECT 'invalid index ' || indexrelid::regclass FROM pg_index WHERE NOT indisvalid
UNION ALL
SELECT 'leftover ' || relname FROM pg_class WHERE relname ~ '_cc(new|old)[0-9]*$'
UNION ALL
SELECT 'detach pending ' || inhrelid::regclass FROM pg_inherits WHERE inhdetachpending
"""
HISTORY = """
SELECT version, name, layout, kind, checksum, up_sql, down_sql, statements_done, statements_total, dirty
FROM migrate_safe.schema_migrations ORDER BY applied_order
"""
JOURNAL = "SELECT event, version, detail FROM migrate_safe.journal ORDER BY id"


@dataclasses.dataclass
class Left:
    """What a run leaves that is to be equal, however often it was disturbed."""
    dump: str
    history: list
    leftovers: list


def dump(database):
    """pg_dump of schema and data; the order of rows within a table is nobody's promise."""
    tool = servers.find_tool("pg_dump", database.server.major)
    text = subprocess.run([tool, "--no-owner", "--exclude-schema=migrate_safe", "-d", database.url],
                          check=True, text=True, stdout=subprocess.PIPE, timeout=60).stdout
    return re.sub(r"(?ms)^(COPY [^\n]* FROM stdin;\n)(.*?)^\\\.$",
                  lambda copy: copy[1] + "".join(sorted(copy[2].splitlines(True))) + "\\.",
                  NOISE.sub("", text))


def left(database):
    has_history = database.has("migrate_safe.schema_migrations")
    return Left(dump(database), database.query(HISTORY) if has_history else [],
                [line for line, in database.query(LEFTOVERS)])


def check_status(program, database):
    """Each word of `status` beside the tables, indexes and rows that are there; returns the words."""
    document = program("status", "--json").ok().json()
    assert document["problems"] == [], document
    rows = {row[0]: row for row in database.query(HISTORY)} if document["has_history"] else {}
    states = {}
    with database.connect() as connection:
        for entry in document["migrations"]:
            version, state = entry["version"], entry["state"]
            states[version] = state
            assert (version in rows) == (state in ("applied", "dirty")), (entry, rows.keys())
            direction, done = "up", {"applied": None, "pending": 0}.get(state)
            if state == "dirty":
                assert rows[version][-1] is True
                direction, done = dirty_direction(database, version), rows[version][7]
                assert entry["applied"]["statements_done"] == done
                assert entry["applied"]["statements_total"] == len(mixed.statements(version, direction))
            check_statements(connection, version, direction, done, state)
    return states


def dirty_direction(database, version):
    """Of the journal's last word on how it began."""
    begun = [event for event, of, _ in database.query(JOURNAL)
             if of == version and event in ("steps_begun", "down_steps_begun")]
    return "up" if begun[-1] == "steps_begun" else "down"


def check_statements(connection, version, direction, done, state):
    """The first `done` statements have happened (None: all), those after them have not."""
    for number, part in enumerate(mixed.statements(version, direction)):
        if not part.probe:
            continue
        found = mixed.look(connection, part)
        is_done = done is None or number < done
        if state == "dirty" and number == done and part.is_outside:
            continue  # in flight: open
        wanted = "there" if is_done == (direction == "up") else "absent"
        assert found == wanted, (f"{version} is said to be {state}, {done} statements {direction}, but"
                                 f" statement {number + 1} is {found}: {part.sql}")


def check_journal(database):
    """Nothing was counted twice, and nothing left out, since each migration began."""
    there, counted = set(), {}
    for event, version, detail in database.query(JOURNAL):
        if event == "applied":
            assert version not in there, (event, version)
            there.add(version)
        elif event == "reverted":  # what was undone half way was never applied
            assert version in there or version in counted, (event, version)
            there.discard(version)
            counted.pop(version, None)
        elif event in ("steps_begun", "down_steps_begun"):
            counted[version] = 0
        elif event == "statements_done":
            assert detail["statement"] > counted[version], (version, detail, counted)
            counted[version] = detail["statement"]
