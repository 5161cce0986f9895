"""A folder of backups made by hand: manifests as the program writes them, of any age and proof."""
import datetime
import hashlib
import json


def stamp(days):
    """(id, created_at) of a moment so many days ago."""
    moment = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=days)
    return moment.strftime("%Y%m%dT%H%M%SZ"), moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


class Shelf:
    def __init__(self, path):
        self.path = path
        path.mkdir(parents=True)

    def add(self, days=0, level="restored", reason="backup create", database="shop", **changes):
        """A backup of one file; its id."""
        name, created_at = stamp(days)
        data = f"PGDMP {name}".encode()
        (self.path / f"backup-{name}.dump").write_bytes(data)
        manifest = {
            "schema": "migrate-safe/backup/1", "id": name, "created_at": created_at, "reason": reason,
            "run_id": None, "form": "custom", "content": "all", "compression": "none", "database": database,
            "host": None, "user": None, "server_version": "15.8", "server_major": 15,
            "system_identifier": None, "dump_version": "15.8", "tool_version": "0", "migration_version": "001",
            "wal_lsn": None, "timeline": 0, "encoding": "UTF8", "collate": None, "ctype": None,
            "locale_provider": None, "locale": None, "size_bytes": len(data), "database_bytes": 1,
            "duration_ms": 1, "level": level, "verified_at": None, "restore_ms": 1500, "patterns": [],
            "archive": {"mode": "off", "is_configured": False, "last_archived_wal": None,
                        "last_archived_at": None, "failed_count": 0, "restore_point": None},
            "files": [{"path": "", "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}],
            "extensions": [], "roles": [], "settings": [],
            "data": {"algorithm": None, "large_objects": 0, "large_object_digest": None, "tables": [],
                     "sequences": []},
            "catalog": None, **changes}
        self.manifest(name).write_text(json.dumps(manifest))
        return name

    def manifest(self, name):
        return self.path / f"backup-{name}.json"

    def bytes(self, name):
        return self.path / f"backup-{name}.dump"

    def ids(self):
        """Of what is there with its manifest, oldest first."""
        return sorted(path.stem.removeprefix("backup-") for path in self.path.glob("backup-*.json"))
