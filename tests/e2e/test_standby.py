"""A standby: it can be looked at, and what would write says where to go."""
import json

import psycopg
import pytest

from harness.database import Database
from harness.folder import Folder
from harness.history import versions
from harness.message import said
from harness.program import Program


@pytest.fixture(scope="module")
def migrated(programs, tmp_path_factory):
    """A server that was migrated once and is a standby now."""
    server = programs.new_server().start()
    database = Database(server, "shop").create()
    directory = tmp_path_factory.mktemp("standby")
    Folder(directory / "migrations").tables(1)
    Program(directory, database.url)("up").ok()
    database.query("CREATE ROLE app LOGIN")
    database.query("CREATE UNLOGGED TABLE quick AS SELECT 1 AS a; CREATE TABLE kept AS SELECT 1 AS a")
    server.stop()
    (server.data / "standby.signal").touch()
    programs.who.give(server.data / "standby.signal")
    server.start()
    yield database
    server.remove()


@pytest.fixture
def standby(cli, folder, migrated):
    """`cli` points at it."""
    cli.url = migrated.url
    folder.tables(1)
    return migrated


def test_reading_commands_work(cli, folder, standby):
    folder.tables(1, first=2)
    assert " 1 pending" in cli("status").ok().out
    assert "table_1" in cli("history").ok().out
    cli("validate").ok()
    cli("fingerprint").ok()
    assert ", a standby\n" in cli("locks").ok().out
    assert "refused now: shop on " in cli("plan").ok().out


def test_a_session_is_ended_there(cli, standby):
    with psycopg.connect(standby.server.url(standby.name, user="app"), autocommit=True) as session:
        result = cli("locks", "--terminate", f"pid:{session.info.backend_pid}", "--yes").ok()
        with pytest.raises(psycopg.OperationalError):
            session.execute("SELECT 1")
    assert "that is not in the journal, only in the log" in result.err


@pytest.mark.parametrize("command", ["up", "down", "redo", "baseline 2"])
def test_writing_commands_are_refused(cli, folder, standby, command):
    folder.tables(1, first=2)
    code, message, advice = said(cli(*command.split()))
    assert code == 1
    assert message.startswith("migrate-safe: error: shop on ")
    assert "is a standby" in message
    assert advice.startswith("connect to the primary")
    assert versions(standby) == ["001"]


def test_a_backup_can_be_made_there(needs_pg_dump, cli, standby, tmp_path):
    """An unlogged table is empty on a standby."""
    cli("backup", "create", "--level", "equal").ok()
    said = json.loads(next((tmp_path / "backups/migrations").glob("*.json")).read_text())
    rows = {table["name"]: table["rows"] for table in said["data"]["tables"]}
    assert (rows["quick"], rows["kept"], rows["schema_migrations"]) == (0, 1, 1)
