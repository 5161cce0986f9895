"""kill -9 on the way into maintenance mode and out of it: status tells, the next up ends it."""
import pytest

import killable
from harness.history import versions

CONFIGURATION = """\
defaults:
  skip-backup: true
  maintenance:
    on: [sh, -c, echo on >>mode]
    off: [sh, -c, echo off >>mode]
"""


@pytest.mark.faults
@pytest.mark.parametrize("point, is_applied", [("maintenance.recorded", False), ("maintenance.on", False), ("maintenance.off", True)])
def test_killed_there_the_next_up_ends_it(needs_kill_points, cli, folder, database, tmp_path, point, is_applied):
    folder.tables(1)
    (tmp_path / "migrate-safe.yaml").write_text(CONFIGURATION)
    dies = killable.program(tmp_path, database.url)
    dies("up", env={"MIGRATE_SAFE_FAULT": point}).failed(-9)
    assert versions(database) == (["001"] if is_applied else [])
    assert "maintenance mode is on since" in cli("status").ok().out
    cli("up").ok()
    assert versions(database) == ["001"] and (tmp_path / "mode").read_text().split()[-1] == "off"
    assert "maintenance" not in cli("status").ok().out
