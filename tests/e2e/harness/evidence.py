"""Evidence of rehearsals, made by hand: what `rehearse` writes, with whatever a test wants in it."""
import hashlib
import json


def digest(data):
    return hashlib.sha256(data).hexdigest()


def unloaded():
    quiet = {"transactions": 0, "errors": 0, "p50_us": None, "p95_us": None, "max_us": None}
    return {"files": 0, "sessions": 0, "rate": 0, "before": quiet, "during": quiet, "error": None}


def way(ms):
    return {"was_run": True, "has_failed": False, "duration_ms": ms,
            "estimate": {"low_ms": ms, "high_ms": 2 * ms, "basis": "by rows"},
            "trace": {"statements": [], "transactions": 1, "unprobed": 0}, "load": unloaded()}


def migration(cli, step, before):
    """A migration of `plan --json` as one that was rehearsed."""
    up = cli.cwd / step["file"]
    down = up.with_name(up.name.replace(".up.sql", ".down.sql"))
    return {
        "version": step["version"], "name": step["name"], "kind": step["kind"], "file": step["file"],
        "down_file": str(down.relative_to(cli.cwd)) if down.exists() else None,
        "up_checksum": digest(up.read_bytes()), "down_checksum": digest(down.read_bytes()) if down.exists() else None,
        "irreversible": None, "is_idempotent": False, "fingerprint_before": before, "fingerprint_after": None,
        "risk": None, "header_ms": 0, "up": way(1500), "down": way(10), "again_ms": 12, "changes": [],
        "back": "exact", "left": [], "verified": 0, "constraints": [], "recovered": 0, "findings": []}


def finding(problem="too-slow", message="it took 40 s, and at most 30 s is wanted"):
    return {"problem": problem, "message": message, "file": None, "position": {"line": 0, "column": 0},
            "sqlstate": None, "detail": None}


def passed(cli, database, made_at):
    """A rehearsal of what is pending, which stands."""
    fingerprint = cli("fingerprint").ok().out.split()[0]
    steps = cli("plan", "--json").ok().json()["steps"]
    return {
        "schema": "migrate-safe/rehearsal/1", "run_id": "8d7d2f0e-0000-4000-8000-000000000000", "made_at": made_at,
        "tool_version": cli("--version").ok().out.split()[1], "environment": None, "database": "shop",
        "target_fingerprint": fingerprint,
        "copy": {"kind": "dump", "why": "it is small", "backup_id": None,
                 "server": f"{database.server.major}.1", "place": "a throwaway server", "role": "app",
                 "is_superuser": False, "size_bytes": 9000000, "tables": 2, "rows": 100, "made_ms": 400, "limits": []},
        "limits": {"migration_ms": 30000, "blocked_ms": 0},
        "queries": {"files": 0, "statements": 0, "unprepared": 0, "without": None},
        "total_ms": 2000, "server_wide": [], "findings": [],
        "migrations": [migration(cli, step, fingerprint if not i else digest(step["version"].encode()))
                       for i, step in enumerate(steps)]}


def write(cli, document):
    """Puts it in the place of whatever there is; its digest."""
    folder = cli.cwd / "rehearsals"
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    text = json.dumps(document, indent=1).encode()
    (folder / f"{digest(text)}.json").write_bytes(text)
    return digest(text)
