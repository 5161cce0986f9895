"""A standby: it can be looked at, and what would write says where to go."""
import pytest

from harness.database import Database
from harness.history import versions
from harness.message import said


@pytest.fixture
def standby(cli, folder, own_server):
    """A server that was migrated once and is a standby now; `cli` points at it."""
    database = Database(own_server, "shop").create()
    cli.url = database.url
    folder.tables(1)
    cli("up").ok()
    own_server.stop()
    (own_server.data / "standby.signal").touch()
    own_server.programs.who.give(own_server.data / "standby.signal")
    own_server.start()
    return database


def test_reading_commands_work(cli, folder, standby):
    folder.tables(1, first=2)
    assert " 1 pending" in cli("status").ok().out
    assert "table_1" in cli("history").ok().out
    cli("validate").ok()
    assert "refused now: shop on " in cli("plan").ok().out


@pytest.mark.parametrize("command", ["up", "down", "redo", "baseline 2"])
def test_writing_commands_are_refused(cli, folder, standby, command):
    folder.tables(1, first=2)
    code, message, advice = said(cli(*command.split()))
    assert code == 1
    assert message.startswith("migrate-safe: error: shop on ")
    assert "is a standby" in message
    assert advice.startswith("connect to the primary")
    assert versions(standby) == ["001"]
