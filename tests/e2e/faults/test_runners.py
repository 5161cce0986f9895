"""Several runners at once, on a folder of every kind; the one at work may die."""
import pytest

from conftest import go_on, wait_for_quiet, wait_until_stopped
from harness.history import events


def start(stage, count, *arguments):
    return [stage.start(*arguments) for _ in range(count)]


@pytest.mark.parametrize("count", [2, 5])
def test_exactly_one_works_and_the_others_wait(stages, count):
    stage = stages.new("up")
    results = [running.finish() for running in start(stage, count, "--wait-runner", "1min")]
    assert [result.code for result in results] == [0] * count
    assert sum("Applied 8 migrations" in result.out for result in results) == 1
    assert sum("Nothing to do" in result.out for result in results) == count - 1
    stage.check_finished()


@pytest.mark.parametrize("count", [2, 5])
def test_or_say_who_does(stages, count):
    stage = stages.new("up")
    first = stage.start(MIGRATE_SAFE_FAULT="transaction.sent:1:stop")
    wait_until_stopped(first)
    for running in start(stage, count - 1, "--wait-runner", "0ms"):
        result = running.finish().failed(1)
        assert f"migrate-safe up (pid {first.pid} on " in result.err
    go_on(first).finish().ok()
    stage.check_finished()


@pytest.mark.parametrize("point", ["transaction.sent:2", "steps.ran:1", "steps.block:2",
                                   "transaction.asked:3"])
def test_when_the_one_at_work_dies_another_goes_on(stages, point):
    stage = stages.new("up")
    first = stage.start(MIGRATE_SAFE_FAULT=f"{point}:stop")
    wait_until_stopped(first)
    others = start(stage, 3, "--wait-runner", "1min")
    for running in others:
        assert b"another runner is at work" in running.process.stderr.readline()
    first.kill().finish()
    results = [running.finish().ok() for running in others]
    assert sum("Applied" in result.out for result in results) == 1
    wait_for_quiet(stage.database)
    assert events(stage.database).count("applied") == 8
    stage.check_finished()
