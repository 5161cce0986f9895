"""What backups are made of: of `backup create` below a test's directory, and of somebody else's pg_dump."""
import json
import subprocess

from . import server as servers


def shelf(tmp_path):
    return tmp_path / "backups/migrations"


def left_over(tmp_path):
    """All that is on the shelf."""
    return sorted(path.name for path in shelf(tmp_path).glob("*")) if shelf(tmp_path).exists() else []


def manifest(tmp_path):
    """Of the newest."""
    return json.loads(max(shelf(tmp_path).glob("backup-*.json")).read_text())


def dump(database, path, *options):
    """Without a manifest; an archive where the name ends so and the options say nothing."""
    if path.suffix == ".dump" and not options:
        options = ["-Fc"]
    subprocess.run([servers.find_tool("pg_dump", database.server.major), *options, "-f", path, "-d", database.url],
                   check=True, timeout=60)
    return path
