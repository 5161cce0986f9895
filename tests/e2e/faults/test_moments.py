"""kill -9 at random moments, as often as it takes, and while somebody else wants the lock."""
import time

import pytest

from conftest import IS_SLICE

COMMANDS = ["up", "up", "up", "down", "redo", "recover"]


def duration(stages, command):
    """Of an undisturbed run, in seconds; measured once."""
    if command not in stages.durations:
        stage = stages.new(command)
        start = time.monotonic()
        stage.run().ok()
        stages.durations[command] = time.monotonic() - start
    return stages.durations[command]


@pytest.mark.parametrize("number", range(10 if IS_SLICE else 200))
def test_killed_and_run_again(stages, chance, number):
    command = chance.choice(COMMANDS)
    stage = stages.new(command)
    for _ in range(chance.randrange(1, 4)):
        running = stage.start()
        time.sleep(chance.uniform(0, duration(stages, command)))  # the moment is the test
        result = running.kill().finish()
        assert result.code in (-9, 0), result
        if chance.random() < 0.5:
            stage.check_status()
    stage.finish()


