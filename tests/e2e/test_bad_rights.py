"""Rights that are missing: which, and a statement that can be typed as it stands."""
import re

import pytest
from psycopg import sql

from harness.history import versions
from harness.message import first, hint


@pytest.fixture
def weak(cli, folder, cluster, database):
    """`cli` runs as a role that may do nothing in the database but connect; its name has quotes."""
    name = f"it's \"{database.name}\""
    cluster.query(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(name)))
    cli.url = cluster.url(database.name, user=name)
    folder.tables(2)
    yield name
    database.query(sql.SQL("DROP OWNED BY {}").format(sql.Identifier(name)))
    cluster.query(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


def run_hint(database, result, behind):
    """Runs, as the owner, the SQL that a hint gives."""
    statement = re.sub(r"^.*?%s: " % behind, "", hint(result))
    assert statement != hint(result)
    database.query(statement)


def test_without_create_on_the_database(cli, weak, database):
    for command in (["up"], ["baseline", "1"]):
        result = cli(*command).failed(5)
        assert first(result) == (f"migrate-safe: error: making the schema migrate_safe: permission denied "
                                 f"for database {database.name} (SQLSTATE 42501)")
    run_hint(database, result, "let an owner run")
    database.query(sql.SQL("GRANT CREATE ON SCHEMA public TO {}").format(sql.Identifier(weak)))
    cli("up").ok()
    assert versions(database) == ["001", "002"]


@pytest.mark.parametrize("command", ["status", "history", "plan", "validate", "up -s", "down -s"])
def test_without_the_right_to_read_the_history(cli, weak, database, command):
    cli("up", env={"DATABASE_URL": database.url}).ok()
    result = cli(*command.split()).failed(5)
    assert first(result).startswith("migrate-safe: error: reading the state of ")
    assert first(result).endswith(": permission denied for schema migrate_safe (SQLSTATE 42501)")
    run_hint(database, result, "or let it run")
    assert "2 applied, 0 pending" in cli("status").ok().out


def test_without_create_in_the_schema(cli, weak, database):
    database.query(sql.SQL("GRANT CREATE ON DATABASE {} TO {}").format(
        sql.Identifier(database.name), sql.Identifier(weak)))
    result = cli("up").failed(2)
    assert first(result) == ("migrations/001_table_1.up.sql:1:14: error: permission denied for schema public "
                             "(SQLSTATE 42501)")
    assert "  state:  nothing of version 001 is in the database\n" in result.err
    assert ("  next:   GRANT what is missing, connect as a role that may (--database URL), or correct "
            "migrations/001_table_1.up.sql; then migrate-safe up\n") in result.err
    assert versions(database) == []


def test_a_role_that_only_reads(cli, weak, database):
    """A monitor that may look; what it may not do leaves nothing behind."""
    cli("up", "--steps", "1", env={"DATABASE_URL": database.url}).ok()
    database.query(sql.SQL("GRANT USAGE ON SCHEMA migrate_safe TO {0};"
                           "GRANT SELECT ON ALL TABLES IN SCHEMA migrate_safe TO {0}").format(
        sql.Identifier(weak)))
    for command in ("status", "history", "plan", "validate"):
        cli(command).ok()
    assert cli("up", "-s").code in (1, 2, 5)
    assert cli("down", "-s").code in (1, 4, 5)
    assert versions(database) == ["001"] and database.has("t_1") and not database.has("t_2")


def test_a_session_that_is_read_only(cli, folder, database):
    folder.tables(1)
    cli.url = database.url + "&options=-c%20default_transaction_read_only%3Don"
    for command in (["up"], ["baseline", "0"]):
        result = cli(*command).failed(1)
        assert first(result).startswith(f"migrate-safe: error: {database.name} on ")
        assert "is read-only for this session" in first(result)
        assert hint(result).startswith("connect to the primary, ")
    assert "refused now: " in cli("plan").ok().out
    assert not database.has("migrate_safe.schema_migrations")
