"""kill -9 while a run that failed is taken back: status says so, and the same again ends it."""
import pytest

import killable
from harness.database import Database
from harness.folder import Folder
from harness.history import events, versions

from conftest import NUMBERS

LEFT = {"undo.begun": ["001", "002"], "transaction.committed:3": ["001"], "undo.ran": []}


@pytest.mark.parametrize("point", LEFT)
def test_status_is_true_and_up_goes_on(needs_kill_points, cluster, tmp_path, point):
    database = Database(cluster, f"undo_{next(NUMBERS)}").create()
    folder = Folder(tmp_path / "migrations")
    folder.tables(2)
    folder.pair("003_bad", "SELECT 1/0;", "SELECT 1;")
    (tmp_path / "migrate-safe.yaml").write_text("defaults:\n  on-failure: undo-run\n  on-failure-unproven: yes\n")
    program = killable.program(tmp_path, database.url)
    program("up", env={"MIGRATE_SAFE_FAULT": point}).failed(-9)
    assert versions(database) == LEFT[point]
    status = program("status", "--json").ok().json()
    assert [entry["version"] for entry in status["migrations"] if entry["state"] == "applied"] == LEFT[point]
    assert (status["open_undo"] is not None) == bool(LEFT[point])
    if LEFT[point]:
        assert "to end it: migrate-safe down --to 0" in status["open_undo"]
    folder.write("003_bad.up.sql", "SELECT 3;")
    result = program("up", "--skip-backup").ok()
    assert ("did not come to its end" in result.out) == bool(LEFT[point])
    assert versions(database) == ["001", "002", "003"]
    assert program("status", "--json").ok().json()["open_undo"] is None
    assert events(database).count("reverted") == 2
