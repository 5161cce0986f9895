"""kill -9 at each named point of each command: status is true there, and the same again finishes."""
import pytest

import killable
from conftest import IS_SLICE
from harness.program import find_binary

TRANSACTION = ["transaction.begun", "transaction.sent", "transaction.asked", "transaction.committed"]
STEPS = ["steps.begun", "steps.single", "steps.announced", "steps.ran", "steps.counted",
         "steps.finished"]
SNAPSHOT = ["snapshot.taken", "snapshot.stored"]
POINTS = {
    "up": ["up.locked", "store.step", "up.store", *TRANSACTION, *STEPS, "steps.block", *SNAPSHOT],
    "down": ["up.locked", *TRANSACTION, *STEPS, "steps.block", *SNAPSHOT],
    "redo": ["up.locked", "redo.between", *STEPS, *TRANSACTION, *SNAPSHOT],
    "recover": ["up.locked", *STEPS, *TRANSACTION, *SNAPSHOT],
    "undo": ["up.locked", "recover.leftovers", "recover.mark", *SNAPSHOT],
    "undo invalid": ["up.locked", "recover.leftovers", "recover.mark", *SNAPSHOT],
    "resume invalid": ["up.locked", "recover.repair", *STEPS, *TRANSACTION, *SNAPSHOT],
    "undo partly": ["up.locked", *STEPS, *SNAPSHOT],
    "mark": ["up.locked", "recover.mark", *SNAPSHOT],
    "baseline": ["up.locked", "store.step", "up.store", "baseline.recorded", "baseline.committed", *SNAPSHOT],
}
# Every third one in make test.
CASES = [pytest.param(command, point, marks=[pytest.mark.slow] if place % 3 else [])
         for command, points in POINTS.items() for place, point in enumerate(points)]


def test_the_program_itself_has_none(needs_kill_points):
    assert b"MIGRATE_SAFE_FAULT" in killable.BINARY.read_bytes()
    assert b"MIGRATE_SAFE_FAULT" not in find_binary().read_bytes()


@pytest.mark.parametrize("command", POINTS)
def test_no_point_is_left_out(stages, command):
    assert set(stages.points(command)) == set(POINTS[command])


@pytest.mark.parametrize("command, point", CASES)
def test_killed_there_and_run_again(stages, chance, command, point):
    times = range(1, stages.points(command).count(point) + 1)
    if IS_SLICE:
        times = [chance.choice(times)]
    for number in times:
        stage = stages.new(command)
        stage.run(MIGRATE_SAFE_FAULT=f"{point}:{number}").failed(-9)
        stage.check_status()
        stage.finish()
