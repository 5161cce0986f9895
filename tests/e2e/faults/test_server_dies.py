"""The server stops at once, as by `pg_ctl stop -m immediate`, at the named points and at any moment."""
import os
import signal
import time

import pytest

from conftest import IS_SLICE, go_on, wait_until_stopped
from test_moments import COMMANDS, duration
from test_points import CASES


def await_error(running, words):
    """Until it has said so on stderr."""
    said = b""
    while words.encode() not in said:
        chunk = os.read(running.process.stderr.fileno(), 4096)
        assert chunk, said
        said += chunk


def check_and_finish(stage, result):
    """After the server is back: what was told, what is there, and the same command again."""
    assert result.code in (0, 5), result
    if result.code == 5:
        stage.check_told(result)
    stage.check_status()
    if result.code == 0 and stage.scene.arguments[0] == "redo":
        return stage.check_finished()  # the same again would do it again
    return stage.finish()


@pytest.mark.parametrize("command, point", CASES if not IS_SLICE else [
    ("up", "up.store"), ("up", "transaction.sent"), ("up", "transaction.asked"),
    ("up", "steps.announced"), ("down", "transaction.asked"), ("down", "steps.ran"),
    ("redo", "redo.between"), ("recover", "steps.begun"), ("baseline", "baseline.recorded")])
def test_at_a_point(mortal_stages, chance, command, point):
    number = chance.randint(1, mortal_stages.points(command).count(point))
    stage = mortal_stages.new(command)
    running = stage.start("--json", MIGRATE_SAFE_FAULT=f"{point}:{number}:stop")
    wait_until_stopped(running)
    mortal_stages.server.restart(signal.SIGQUIT)
    go_on(running)
    check_and_finish(stage, running.finish())


@pytest.mark.parametrize("number", range(3 if IS_SLICE else 40))
def test_at_any_moment(mortal_stages, chance, number):
    command = chance.choice(COMMANDS)
    stage = mortal_stages.new(command)
    running = stage.start("--json")
    time.sleep(chance.uniform(0, duration(mortal_stages, command)))  # the moment is the test
    mortal_stages.server.restart(signal.SIGQUIT)
    check_and_finish(stage, running.finish())


@pytest.mark.parametrize("point", ["transaction.asked", "transaction.sent", "steps.announced"])
def test_the_server_does_not_come_back(mortal_stages, point):
    """Ctrl-C ends the wait for it; what is not known is said to be unknown."""
    is_commit_open = point != "steps.announced"
    stage = mortal_stages.new("up")
    other = stage.database.connect()
    if is_commit_open:  # as the first migration does, which therefore gets no answer
        other.execute("BEGIN; CREATE TABLE customer (id int)")
    running = stage.start("--json", MIGRATE_SAFE_FAULT=f"{point}:1:stop")
    wait_until_stopped(running)
    mortal_stages.server.stop(signal.SIGQUIT)
    other.close()
    try:
        go_on(running)
        if is_commit_open:
            await_error(running, "asking the server again")
            running.interrupt()
        result = running.finish()
    finally:
        mortal_stages.server.start()
    assert result.code == (130 if is_commit_open else 5), result
    stage.check_told(result)
    stage.finish()
