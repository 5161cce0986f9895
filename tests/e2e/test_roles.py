"""Who may do what: owners that are no superusers, readers, members of other roles."""
import pytest
from psycopg import sql

from harness.history import row, versions


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


def test_a_role_set_by_the_connection_is_kept(cli, folder, database):
    """options=-c role=...: RESET ROLE goes back to it, not past it."""
    name = f"app_{database.name}"
    database.query(sql.SQL("CREATE ROLE {0}; GRANT CREATE ON DATABASE {1} TO {0};"
                           "GRANT CREATE ON SCHEMA public TO {0}")
                   .format(sql.Identifier(name), sql.Identifier(database.name)))
    try:
        folder.tables(2)
        cli("up", env={"PGOPTIONS": f"-c role={name}"}).ok()
        assert database.query("SELECT relowner::regrole::text FROM pg_class WHERE relname ~ '^t_'") == [
            (name,), (name,)]
        cli("down", "--to", "0", "-s", env={"PGOPTIONS": f"-c role={name}"}).ok()
    finally:
        database.query(sql.SQL("DROP OWNED BY {0} CASCADE; DROP ROLE {0}").format(sql.Identifier(name)))


def test_a_role_set_for_the_login_is_kept_in_steps_too(cli, folder, database):
    name = f"app_{database.name}"
    database.query(sql.SQL("CREATE ROLE {0}; GRANT CREATE ON DATABASE {1} TO {0};"
                           "GRANT CREATE ON SCHEMA public TO {0};"
                           "ALTER ROLE postgres IN DATABASE {1} SET role = {0}")
                   .format(sql.Identifier(name), sql.Identifier(database.name)))
    try:
        folder.write("001_a.up.sql", "-- migrate-safe: no-transaction\nCREATE TABLE t_1 (id int);\n"
                                     "CREATE TABLE t_2 (id int);\n")
        folder.tables(1, first=3)
        cli("up").ok()
        assert set(database.query("SELECT relowner::regrole::text FROM pg_class WHERE relname ~ '^t_'")) \
               == {(name,)}
    finally:
        database.query("RESET ROLE")
        database.server.query(sql.SQL("ALTER ROLE postgres IN DATABASE {} RESET role").format(
            sql.Identifier(database.name)))
        database.query(sql.SQL("DROP OWNED BY {0} CASCADE; DROP ROLE {0}").format(sql.Identifier(name)))


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
