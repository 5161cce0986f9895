"""Who may do what: owners that are no superusers, readers, members of other roles."""
import psycopg
import pytest
from psycopg import sql

from harness.history import row, versions

pytestmark = pytest.mark.once


@pytest.fixture
def owner(new_database):
    """A database whose owner is an ordinary role; `owner.url` connects as it."""
    database = new_database()
    name = f"owner_of_{database.name}"
    database.query(sql.SQL("CREATE ROLE {0} LOGIN; ALTER DATABASE {1} OWNER TO {0};"
                           "ALTER SCHEMA public OWNER TO {0}")
                   .format(sql.Identifier(name), sql.Identifier(database.name)))
    database.superuser_url, database.role = database.url, name
    database.url = database.server.url(database.name, user=name)
    yield database
    database.url = database.superuser_url
    database.query(sql.SQL("ALTER DATABASE {1} OWNER TO postgres; DROP OWNED BY {0} CASCADE; DROP ROLE {0}")
                   .format(sql.Identifier(name), sql.Identifier(database.name)))


def test_the_owner_of_a_database_is_enough(cli, folder, owner):
    folder.tables(2)
    env = {"DATABASE_URL": owner.url}
    cli("up", env=env).ok()
    cli("redo", "-s", env=env).ok()
    cli("down", "--to", "0", "-s", env=env).ok()
    cli("up", env=env).ok()
    assert row(owner, "001", "applied_by") == (owner.role,)


def test_the_owner_backs_up_too_also_where_little_may_be_asked(cli, folder, owner):
    folder.tables(2)
    env = {"DATABASE_URL": owner.url}
    cli("up", "--steps", "1", env=env).ok()
    with psycopg.connect(owner.superuser_url, autocommit=True) as superuser:
        superuser.execute("REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC")
    assert "restored for proof" in cli("plan", env=env).ok().out
    document = cli("up", "--json", env=env).ok().json()
    assert document["backup"]["level"] == "restored" and document["backup"]["restore_point"] is None
    cli("backup", "prune", "--dry-run", env=env).ok()
    with psycopg.connect(owner.superuser_url, autocommit=True) as superuser:
        superuser.execute("GRANT EXECUTE ON FUNCTION pg_control_system() TO PUBLIC")


def test_without_the_right_to_make_our_schema_it_says_who_must(cli, folder, owner):
    folder.tables(1)
    owner.url = owner.superuser_url
    owner.query(sql.SQL("ALTER DATABASE {} OWNER TO postgres").format(sql.Identifier(owner.name)))
    result = cli("up", env={"DATABASE_URL": owner.server.url(owner.name, user=owner.role)}).failed(5)
    assert "making the schema migrate_safe: permission denied for database" in result.err
    assert f'CREATE SCHEMA "migrate_safe" AUTHORIZATION "{owner.role}"' in result.err
    owner.query(sql.SQL("CREATE SCHEMA migrate_safe AUTHORIZATION {}").format(sql.Identifier(owner.role)))
    cli("up", env={"DATABASE_URL": owner.server.url(owner.name, user=owner.role)}).ok()
    assert versions(owner) == ["001"]


@pytest.fixture
def deployer(owner):
    """A login that may do nothing by itself and works as the owner: ALTER ROLE ... SET role."""
    name = f"deployer_of_{owner.name}"
    login_url = owner.server.url(owner.name, user=name)
    owner.server.query(sql.SQL("CREATE ROLE {0} LOGIN NOINHERIT; GRANT {1} TO {0}; ALTER ROLE {0} SET role = {1};"
                               "GRANT pg_monitor TO {1}")
                       .format(sql.Identifier(name), sql.Identifier(owner.role)))
    yield login_url
    owner.server.query(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


@pytest.mark.parametrize("head", ["", "-- migrate-safe: no-transaction\n"],
                         ids=["one transaction", "steps"])
@pytest.mark.parametrize("change", ["", "SET ROLE pg_monitor;\n", "SET ROLE NONE;\n", "RESET ROLE;\n"])
def test_the_role_that_a_login_works_as_is_kept(cli, folder, owner, deployer, head, change):
    """What a file changes about it ends with the file, also for our own tables."""
    folder.pair("001_a", head + "CREATE TABLE t_1 (id int);\n" + change,
                head + "DROP TABLE t_1;\n" + change)
    folder.tables(1, first=2)
    env = {"DATABASE_URL": deployer}
    cli("up", env=env).ok()
    assert set(owner.query("SELECT relowner::regrole::text FROM pg_class WHERE relname ~ '^t_'"
                           " OR relname = 'journal'")) == {(owner.role,)}
    cli("down", "--to", "0", "-s", env=env).ok()
    assert versions(owner) == []


def test_a_role_named_by_the_connection_is_kept(cli, folder, owner, deployer):
    folder.tables(2)
    env = {"DATABASE_URL": owner.superuser_url, "PGOPTIONS": f"-c role={owner.role}"}
    cli("up", env=env).ok()
    assert set(owner.query("SELECT relowner::regrole::text FROM pg_class WHERE relname ~ '^t_'")) == {
        (owner.role,)}


def test_rights_are_those_of_the_server(cli, folder, owner):
    folder.write("001_x.up.sql", "CREATE TABLE t (id int);\nCREATE ROLE more SUPERUSER;\n")
    result = cli("up", env={"DATABASE_URL": owner.url}).failed(2)
    assert "001_x.up.sql:2:1: error:" in result.err and "(SQLSTATE 42501)" in result.err
    assert versions(owner) == [] and not owner.has("t")


def test_row_security_and_triggers_of_the_user_are_not_ours(cli, folder, database):
    database.query("CREATE ROLE nobody_in_particular")
    try:
        folder.write("001_default.up.sql",
                     "ALTER DEFAULT PRIVILEGES REVOKE ALL ON TABLES FROM PUBLIC;\n"
                     "SET row_security = off;\nCREATE TABLE t (id int);\n"
                     "ALTER TABLE t ENABLE ROW LEVEL SECURITY;\n")
        folder.tables(1, first=2)
        cli("up").ok()
    finally:
        database.query("DROP ROLE nobody_in_particular")
