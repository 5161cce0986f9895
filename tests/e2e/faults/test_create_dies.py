"""A backup whose making dies at each of its points: there is none or a whole one, and the next one sweeps."""
import itertools

import pytest

import killable
from conftest import wait_for_quiet
from harness.database import Database

NUMBERS = itertools.count(1)
POINTS = ["backup.begun", "backup.locked", "backup.dumped", "backup.counted", "backup.measured", "backup.synced",
          "backup.renamed", "backup.made", "backup.forgotten"]
IS_MADE = {"backup.made", "backup.forgotten"}
BYTES = {"directory": "", "custom": ".dump", "plain": ".sql.gz"}


class Shelf:
    def __init__(self, cluster, directory):
        self.database = Database(cluster, f"saved_{next(NUMBERS)}").create()
        self.program = killable.program(directory, self.database.url)
        self.folder = directory / "backups/migrations"
        self.database.query("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t SELECT generate_series(1, 100)")

    def create(self, form, **environment):
        return self.program("backup", "create", "--form", form, env=environment)

    def ids(self):
        return [backup["id"] for backup in self.program("backup", "list", "--json").ok().json()["backups"]]

    def names(self):
        return {path.name for path in self.folder.iterdir()}

    def drop(self):
        self.program.close()
        self.database.drop()


@pytest.fixture
def shelf(needs_kill_points, cluster, tmp_path):
    made = Shelf(cluster, tmp_path)
    yield made
    made.drop()


def test_no_point_is_left_out(shelf, tmp_path):
    trace = tmp_path / "trace"
    shelf.create("directory", MIGRATE_SAFE_FAULT_TRACE=trace).ok()
    assert trace.read_text().split() == POINTS


@pytest.mark.parametrize("form", ["directory", *(pytest.param(form, marks=pytest.mark.slow) for form in ("custom", "plain"))])
@pytest.mark.parametrize("point", [pytest.param(point, marks=[pytest.mark.slow] if place % 2 else []) for place, point in enumerate(POINTS)])
def test_killed_there_and_run_again(shelf, point, form):
    shelf.create(form, MIGRATE_SAFE_FAULT=point).failed(-9)
    made = shelf.ids()
    assert len(made) == (point in IS_MADE)
    for identity in made:
        shelf.program("backup", "verify", identity, "--level", "equal").ok()
    wait_for_quiet(shelf.database)  # no lock of a dead one is left
    shelf.database.query("SET lock_timeout = '5s'; TRUNCATE t; INSERT INTO t VALUES (1)")
    shelf.create(form).ok()
    assert shelf.ids()[:-1] == made
    wanted = {"latest-backup.txt"}
    for identity in shelf.ids():
        wanted |= {f"backup-{identity}{BYTES[form]}", f"backup-{identity}.json"}
    assert shelf.names() == wanted
    shelf.program("backup", "verify", "latest", "--level", "equal").ok()
