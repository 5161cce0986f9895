"""What a migration leaves in its session reaches neither the next one nor our own tables."""
import pytest
from psycopg import sql

from harness.history import row, versions

SETTINGS = ["search_path", "lock_timeout", "statement_timeout", "work_mem", "role", "session_user",
            "client_min_messages", "standard_conforming_strings", "transaction_isolation",
            "transaction_read_only", "session_replication_role", "datestyle"]
SEEN = "CREATE TABLE public.seen_{} AS SELECT " + ", ".join(
    f"current_setting('{name}') AS {name}" if name != "session_user"
    else "session_user::text" for name in SETTINGS) + ", current_user::text AS who;\n"


@pytest.fixture
def role(database):
    name = f"other_{database.name}"
    database.query(sql.SQL("CREATE ROLE {0}; CREATE SCHEMA elsewhere AUTHORIZATION {0};"
                           "GRANT CREATE ON SCHEMA public TO {0}").format(sql.Identifier(name)))
    yield name
    database.query(sql.SQL("DROP OWNED BY {0} CASCADE; DROP ROLE {0}").format(sql.Identifier(name)))


CHANGES = """
SET search_path = elsewhere;
SET lock_timeout = '7s';
SET statement_timeout = '7min';
SET work_mem = '7MB';
SET client_min_messages = error;
SET session_replication_role = replica;
SET datestyle = german;
SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE;
DEALLOCATE ALL;
"""


@pytest.mark.parametrize("head", ["", "-- migrate-safe: no-transaction\n"],
                         ids=["one transaction", "steps"])
@pytest.mark.parametrize("who", ["", "SET ROLE {};\n", "SET SESSION AUTHORIZATION {};\n"],
                         ids=["same", "role", "authorization"])
def test_settings_end_with_their_file(cli, folder, database, role, head, who):
    folder.write("001_before.up.sql", SEEN.format(1))
    folder.write("002_changes.up.sql", head + CHANGES + who.format(role)
                 + "CREATE TABLE elsewhere.made (id int);\n")
    folder.write("003_after.up.sql", SEEN.format(3))
    cli("up").ok()
    before, after = database.query("SELECT * FROM public.seen_1 UNION ALL SELECT * FROM public.seen_3")
    assert before == after
    assert versions(database) == ["001", "002", "003"]
    assert row(database, "002", "applied_by") == ("postgres",)
    owner = database.value("SELECT relowner::regrole::text FROM pg_class WHERE relname = 'made'")
    assert owner == (role if who else "postgres")


@pytest.mark.parametrize("head", ["", "-- migrate-safe: no-transaction\n"],
                         ids=["one transaction", "steps"])
@pytest.mark.parametrize("change", [CHANGES, "SET SESSION AUTHORIZATION pg_monitor;\n"],
                         ids=["settings", "authorization"])
def test_settings_of_a_down_end_with_it(cli, folder, database, head, change):
    folder.pair("001_a", SEEN.format(1), "DROP TABLE public.seen_1;")
    folder.pair("002_b", "CREATE SCHEMA IF NOT EXISTS elsewhere;", head + change)
    cli("up").ok()
    cli("down", "--to", "0", "-s").ok()
    assert versions(database) == [] and not database.has("public.seen_1")


def test_settings_of_a_file_that_failed_are_gone(cli, folder, database):
    folder.write("001_a.up.sql", CHANGES.replace("elsewhere", "public") + "SELECT 1/0;")
    cli("up").failed(2)
    folder.write("001_a.up.sql", SEEN.format(1))
    cli("up").ok()
    assert database.value("SELECT lock_timeout FROM seen_1") == "100ms"


def test_a_search_path_of_the_users_is_kept(cli, folder, database):
    database.query("CREATE SCHEMA app")
    database.query(sql.SQL("ALTER DATABASE {} SET search_path = app").format(
        sql.Identifier(database.name)))
    folder.pair("001_a", "SET search_path = public; CREATE TABLE a (id int);", "DROP TABLE public.a;")
    folder.pair("002_b", "CREATE TABLE b (id int);", "DROP TABLE b;")
    cli("up").ok()
    assert database.has("public.a") and database.has("app.b")
    cli("down", "--to", "0", "-s").ok()


def test_unlocking_all_does_not_open_the_door(cli, folder, database):
    """A file that gives up our lock: the next transaction takes it again, or fails."""
    folder.write("001_a.up.sql", "SELECT pg_advisory_unlock_all();")
    folder.tables(1, first=2)
    cli("up").ok()
    assert versions(database) == ["001", "002"]


def test_standard_conforming_strings_off(cli, folder, database):
    folder.write("001_a.up.sql", "SET standard_conforming_strings = off;\n"
                                 "CREATE TABLE a AS SELECT 'x' AS t;\n")
    folder.write("002_b.up.sql", "CREATE TABLE b AS SELECT '\\' AS t;\n")
    cli("up").ok()
    assert database.value("SELECT t FROM b") == "\\"


@pytest.mark.parametrize("path", ["", "pg_catalog", "nowhere", "public,pg_catalog"])
def test_any_search_path_will_do(cli, folder, database, path):
    folder.pair("001_a", "CREATE TABLE public.a (id int);", "DROP TABLE public.a;")
    env = {"PGOPTIONS": f"-c search_path={path}"}
    for arguments in (["up"], ["status"], ["redo", "-s"], ["down", "-s"]):
        cli(*arguments, env=env).ok()


def test_discard_all_in_steps(cli, folder, database):
    """It takes the runner's lock and our kept statements; both are made good."""
    folder.tables(1)
    folder.write("002_discard.up.sql", "DISCARD ALL;\nCREATE TABLE a (id int);\n")
    folder.tables(2, first=3)
    cli("up").ok()
    assert versions(database) == ["001", "002", "003", "004"]
