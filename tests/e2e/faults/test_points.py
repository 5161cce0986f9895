"""kill -9 at each named point of each command: status is true there, and the same again finishes."""
import pytest

from conftest import IS_SLICE

TRANSACTION = ["transaction.begun", "transaction.sent", "transaction.asked", "transaction.committed"]
STEPS = ["steps.begun", "steps.single", "steps.announced", "steps.ran", "steps.counted",
         "steps.finished"]
POINTS = {
    "up": ["up.locked", "store.step", "up.store", *TRANSACTION, *STEPS, "steps.block"],
    "down": ["up.locked", *TRANSACTION, *STEPS, "steps.block"],
    "redo": ["up.locked", "redo.between", *STEPS, *TRANSACTION],
    "recover": ["up.locked", *STEPS, *TRANSACTION],
    "undo": ["up.locked", "recover.leftovers", "recover.mark"],
    "undo invalid": ["up.locked", "recover.leftovers", "recover.mark"],
    "resume invalid": ["up.locked", "recover.repair", *STEPS, *TRANSACTION],
    "undo partly": ["up.locked", *STEPS],
    "mark": ["up.locked", "recover.mark"],
    "baseline": ["up.locked", "store.step", "up.store", "baseline.recorded", "baseline.committed"],
}
CASES = [(command, point) for command, points in POINTS.items() for point in points]


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
