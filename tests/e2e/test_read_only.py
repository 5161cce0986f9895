"""Commands that only read write nothing, and need no right to: proven by dump, journal and rights."""
import pytest
from psycopg import sql

from harness.history import contents

pytestmark = pytest.mark.once

READERS = [["status"], ["fingerprint"], ["history"], ["plan"], ["validate"], ["--dry-run"], ["up", "--dry-run"],
           ["apply", "-d"], ["--apply", "--dry-run"], []]
DRY = [["up", "--dry-run"], ["down", "--dry-run"], ["down", "--to", "0", "--dry-run"],
       ["redo", "--dry-run"], ["baseline", "003", "--dry-run"], ["new", "x", "--dry-run"],
       ["--rollback", "--dry-run"], ["plan", "--dry-run"], ["--dry-run", "validate"], ["drift", "--accept", "--dry-run"]]
MIGRATED = [*READERS, ["drift"], ["verify"]]


@pytest.fixture
def half(cli, folder, database):
    """001 is applied, 002 and 003 are pending."""
    folder.tables(3)
    cli("up", "--steps", "1").ok()
    return database


def everything(database):
    return database.dump(), contents(database), database.value("SELECT pg_current_xact_id_if_assigned()")


@pytest.mark.once
@pytest.mark.parametrize("arguments", DRY + MIGRATED, ids=" ".join)
def test_nothing_is_written(cli, folder, half, arguments):
    before, files = everything(half), folder.names()
    writes = half.value("SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()")
    assert writes is not None
    cli(*arguments).ok()
    cli(*arguments, "--json").ok().json()
    assert everything(half) == before and folder.names() == files


@pytest.mark.parametrize("arguments", DRY + MIGRATED, ids=" ".join)
def test_no_transaction_may_write(cli, half, arguments):
    cli(*arguments, env={"PGOPTIONS": "-c default_transaction_read_only=on"}).ok()


@pytest.mark.parametrize("arguments", MIGRATED, ids=" ".join)
def test_select_is_enough(cli, folder, half, arguments):
    role = f"reader_of_{half.name}"
    half.query(sql.SQL("""
        CREATE ROLE {0} LOGIN; ALTER ROLE {0} SET default_transaction_read_only = on;
        GRANT USAGE ON SCHEMA migrate_safe TO {0};
        GRANT SELECT ON ALL TABLES IN SCHEMA migrate_safe TO {0}""").format(sql.Identifier(role)))
    try:
        result = cli(*arguments, env={"DATABASE_URL": half.server.url(half.name, user=role)}).ok()
        assert result.err == "" or arguments == []
    finally:
        half.query(sql.SQL("DROP OWNED BY {0}; DROP ROLE {0}").format(sql.Identifier(role)))


@pytest.mark.once
@pytest.mark.parametrize("arguments", READERS, ids=" ".join)
def test_a_database_that_was_never_migrated_stays_so(cli, folder, database, arguments):
    folder.tables(2)
    cli(*arguments).ok()
    assert database.dump() == "" or "CREATE" not in database.dump()
    assert database.query("SELECT 1 FROM pg_namespace WHERE nspname = 'migrate_safe'") == []


def test_logs_are_written_by_writers_only(cli, tmp_path, folder, database):
    folder.tables(1)
    for arguments in READERS:
        cli(*arguments).ok()
    assert not (tmp_path / "logs").exists()
    cli("up").ok()
    assert (tmp_path / "logs").exists()


def test_without_the_right_to_read_history_it_is_said(cli, half):
    role = f"stranger_to_{half.name}"
    half.query(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
    try:
        result = cli("status", env={"DATABASE_URL": half.server.url(half.name, user=role)}).failed(5)
        assert "permission denied" in result.err and "(SQLSTATE 42501)" in result.err
        assert "connect as the role that migrates, or let it run: GRANT USAGE ON SCHEMA" in result.err
    finally:
        half.query(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))
