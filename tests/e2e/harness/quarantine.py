"""What is set aside: the forms of check/quarantine.h, asked of the program that prints them."""
import json
import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[3]
SCHEMA = "migrate_safe_quarantine"


def forms(kind, version, schema, was, **said):
    """{"now", "aside", "back", "behind"}; `said` as the comment has it, with "table" of a column."""
    build = pathlib.Path(os.environ.get("MIGRATE_SAFE_BINARY", ROOT / "build/migrate-safe")).parent
    program = "tests/truth/quarantine_forms"
    beside = build / program if (build / program).exists() else ROOT / "build" / program
    asked = {"kind": kind, "version": version, "schema": schema, "was": was, **said}
    if "table" in said:
        asked["column"] = was
    return json.loads(subprocess.run([beside], input=json.dumps(asked),
                                     check=True, text=True, stdout=subprocess.PIPE).stdout)


def run(database, *lists):
    """All in one transaction, as a migration does."""
    with database.connect() as connection, connection.transaction():
        for statement in sum(lists, []):
            connection.execute(statement)


def script(*lists):
    """The same as a migration's text."""
    return "".join(f"{statement};\n" for statement in sum(lists, []))
