"""The connection is cut before, in and behind every message of `up`, in both directions."""
import pytest

from conftest import IS_SLICE
from harness.proxy import TO_CLIENT, TO_SERVER, Proxy

POSITIONS = ["cut_before", "cut_within", "cut_after"]


def run_cut(stage, *rule):
    """Was it cut? Then what it told was true, and `up` has finished without the network's help."""
    with Proxy(stage.database.server) as proxy:
        rule = getattr(proxy, rule[0])(*rule[1:])
        result = stage.run("--json", DATABASE_URL=proxy.url(stage.database.name))
        if not rule.hit.is_set():
            result.ok()
            return False
    assert result.code in (0, 5), result
    if result.code == 5:
        stage.check_told(result)
    stage.check_status()
    stage.finish()
    return True


@pytest.mark.slice
@pytest.mark.parametrize("direction", [TO_SERVER, TO_CLIENT])
@pytest.mark.parametrize("position", POSITIONS)
def test_at_each_message(stages, chance, position, direction):
    number, step = (0, 1) if not IS_SLICE else (chance.randrange(90), 90)
    while run_cut(stages.new("up to 003"), position, direction, b"", number):
        number += step
    assert number > 100


@pytest.mark.parametrize("direction, words", [(TO_SERVER, b"COMMIT\0"), (TO_CLIENT, b"COMMIT\0")])
@pytest.mark.parametrize("position", POSITIONS)
@pytest.mark.parametrize("number", range(1 if IS_SLICE else 8))
def test_at_the_commit_and_its_answer(stages, position, direction, words, number):
    assert run_cut(stages.new("up"), position, direction, words, number)


def test_a_commit_whose_answer_was_lost_is_no_failure(stages):
    """The server is asked again, and `up` goes on with the next migration."""
    for before in range(20):  # commits of looks ahead, and of our schema
        stage = stages.new("up")
        with Proxy(stage.database.server) as proxy:
            proxy.cut_before(TO_CLIENT, b"COMMIT\0", skip=before)
            result = stage.run(DATABASE_URL=proxy.url(stage.database.name))
        if "the answer to COMMIT was lost, asking the server again" in result.err:
            break
    result.ok()
    assert "the answer to COMMIT was lost, asking the server again" in result.err
    stage.check_finished()
