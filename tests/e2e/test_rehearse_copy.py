"""The private copies that a rehearsal works on: what is in them, who works there, what stays of them."""
import psycopg
import pytest

from harness.copier import Copier, CopyFailed

# The server is asked, not the program: under sanitizers it would say the same.
pytestmark = [pytest.mark.once, pytest.mark.usefixtures("needs_pg_dump")]

TABLES = """
CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE orders (id int PRIMARY KEY, customer int NOT NULL REFERENCES customers, total numeric);
INSERT INTO customers SELECT n, 'c' || n FROM generate_series(1, 50) n;
INSERT INTO orders SELECT n, 1 + n % 50, n FROM generate_series(1, 200) n;
"""


@pytest.fixture
def shop(own_server, new_database):
    """A database of a role that is no superuser, with settings, privileges and members."""
    for sql in ("CREATE ROLE app LOGIN CREATEDB CONNECTION LIMIT 50", "CREATE ROLE readers", "CREATE ROLE \"odd \"\"one\"",
                "GRANT readers TO app WITH ADMIN OPTION", "ALTER ROLE app SET work_mem = '7MB'"):
        own_server.query(sql)
    database = new_database(own_server)
    database.query(TABLES + f"""
        ALTER TABLE customers OWNER TO app; ALTER TABLE orders OWNER TO app; GRANT SELECT ON orders TO readers;
        ALTER DATABASE {database.name} OWNER TO app; ALTER DATABASE {database.name} SET lock_timeout = '9s';
        REVOKE ALL ON DATABASE {database.name} FROM PUBLIC; GRANT CONNECT ON DATABASE {database.name} TO readers;
        COMMENT ON DATABASE {database.name} IS 'a shop'""")
    database.app_url = own_server.url(database.name, user="app")
    return database


def names(server):
    return {name for name, in server.query("SELECT datname FROM pg_database")}


PROPERTIES = """
SELECT current_database(), pg_get_userbyid(datdba), datacl::text, shobj_description(oid, 'pg_database'),
       (SELECT array_agg(setconfig) FROM pg_db_role_setting WHERE setdatabase = d.oid)
FROM pg_database d WHERE datname = current_database()
"""
ROLES = """
SELECT rolname, rolsuper, rolcreatedb, rolcanlogin, rolconnlimit, rolconfig, rolpassword,
       (SELECT array_agg(roleid::regrole || ' ' || admin_option) FROM pg_auth_members WHERE member = r.oid)
FROM pg_roles r WHERE rolname !~ '^pg_' ORDER BY 1
"""


def test_a_dump_has_rows_schema_roles_and_properties(shop):
    shop.query("ALTER ROLE readers PASSWORD 'secret'")
    with Copier(target=shop.app_url, kind="dump") as copier:
        copy = copier.copy
        assert (copy.kind, copy.role, copy.is_superuser, copy.tables, copy.rows) == ("dump", "app", False, 2, 250)
        assert copy.place == "a throwaway server" and copy.bytes > 1_000_000
        assert copier.query("SELECT sum(total), count(*) FROM orders") == shop.query("SELECT sum(total), count(*) FROM orders")
        assert copier.query(PROPERTIES) == shop.query(PROPERTIES)
        assert copier.query(ROLES) == shop.query(ROLES)
        assert copier.query("SHOW work_mem") == [("7MB",)]
        assert copier.value("SELECT rolpassword IS NULL FROM pg_authid WHERE rolname = 'readers'", superuser=True)


def test_a_right_that_the_role_lacks_is_missing_here_too(shop):
    with Copier(target=shop.app_url, kind="dump") as copier:
        with pytest.raises(Exception, match="permission denied|must be superuser"):
            copier.query("CREATE ROLE another")
        with pytest.raises(Exception, match="must be superuser|permission denied"):
            copier.query("COPY orders TO '/tmp/x'")
        copier.query("ALTER TABLE orders ADD COLUMN note text")


@pytest.mark.slow
def test_postgres_is_no_superuser_there(shop):
    """Hosted databases are so: the role that is called postgres may less than one."""
    server = shop.server
    server.query("CREATE ROLE boss SUPERUSER LOGIN")
    with psycopg.connect(server.url(user="boss"), autocommit=True) as boss:
        boss.execute("ALTER ROLE postgres RENAME TO first")
        boss.execute("CREATE ROLE postgres LOGIN; GRANT app TO postgres; GRANT readers TO postgres")
        with Copier(target=shop.url, kind="dump") as copier:
            assert (copier.copy.role, copier.copy.is_superuser) == ("postgres", False)
            assert copier.value("SELECT count(*) FROM orders") == 200
            assert copier.value("SELECT current_setting('is_superuser')", superuser=True) == "on"


def test_generated_rows(shop):
    with Copier(target=shop.app_url, kind="generated", rows=30) as copier:
        assert copier.copy.rows == 60 and copier.copy.role == "app"
        assert any("made up" in limit for limit in copier.copy.limits)
        assert copier.value("SELECT count(*) FROM orders JOIN customers c ON c.id = customer WHERE name ~ '^c[0-9]+$'") == 0
        assert copier.query(PROPERTIES) == shop.query(PROPERTIES)


def test_history_comes_along(shop, folder, cli):
    """With generated rows too, so that the same migrations are pending there."""
    folder.write("001_a.up.sql", "CREATE TABLE a (id int);")
    cli("baseline", "0", "--yes", "--database", shop.url).ok()
    cli("up", "--yes", "--database", shop.url).ok()
    for kind in ("dump", "generated"):
        with Copier(target=shop.url, kind=kind) as copier:
            assert copier.value("SELECT version FROM migrate_safe.schema_migrations ORDER BY applied_order DESC") == "001"
            assert copier.copy.tables == 3


def test_empty_needs_no_target(tmp_path):
    first, second = tmp_path / "first.sql", tmp_path / "second.sql"
    first.write_text("CREATE SCHEMA auth; SET search_path = auth;\nCREATE TABLE users (id int);\nCREATE ROLE web;")
    second.write_text("COPY auth.users FROM stdin;\n1\n2\n\\.\nCREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';")
    with Copier(kind="empty", prelude=[first, second]) as copier:
        assert (copier.copy.kind, copier.copy.role, copier.copy.is_superuser) == ("empty", "postgres", True)
        assert copier.query("SELECT count(*), to_regproc('public.f')::text, to_regrole('web')::text FROM auth.users") == \
            [(2, "f", "web")]
        assert copier.order("role missing one")
        assert copier.order("wide").wide == []
        copier.query("CREATE ROLE made; DROP ROLE web")
        assert copier.order("wide").wide == ["role made was made", "role web was dropped"]
        copier.query("CREATE TABLE t (id int)")
        assert copier.order("fill").rows > 0
    with Copier() as copier:
        assert copier.copy.kind == "empty" and copier.copy.why == "no database is configured"


def test_prelude_fails_with_its_place(tmp_path):
    prelude = tmp_path / "prelude.sql"
    prelude.write_text("SELECT 1;\n\nSELECT\n  nothing FROM nowhere;")
    with pytest.raises(CopyFailed) as failed:
        Copier(kind="empty", prelude=[prelude])
    said = failed.value.said
    assert (said.file, said.line, said.column) == (str(prelude), 4, 16)
    assert said.__dict__["class"] == "migration"
    prelude.write_text("BEGIN; SELECT 1;")
    with pytest.raises(CopyFailed, match="leaves a transaction open"):
        Copier(kind="empty", prelude=[prelude])


@pytest.mark.slow
def test_prelude_is_in_a_copy_already(shop, tmp_path):
    prelude = tmp_path / "prelude.sql"
    prelude.write_text("CREATE TABLE from_prelude ()")
    for options, expected in ({}, None), ({"forced": "yes"}, "from_prelude"):
        with Copier(target=shop.app_url, kind="generated", prelude=[prelude], **options) as copier:
            assert copier.value("SELECT to_regclass('from_prelude')::text") == expected


def test_kept_aside_and_brought_back(shop):
    with Copier(target=shop.app_url, kind="dump") as copier:
        before = copier.query(PROPERTIES)
        copier.order("save")
        copier.query("DROP TABLE orders; CREATE TABLE other ()")
        copier.order("back")
        assert copier.value("SELECT count(*) FROM orders") == 200
        assert copier.value("SELECT to_regclass('other')") is None
        assert copier.query(PROPERTIES) == before
        copier.order("save")
        copier.order("forget")
        assert copier.value("SELECT count(*) FROM pg_database WHERE datname ~ 'saved'") == 0


@pytest.mark.slow
def test_beside_on_a_server(shop):
    """As superuser and as one who may only create databases."""
    there = names(shop.server)
    for on, is_superuser in (shop.server.url(), True), (shop.app_url, False):
        for kind in "dump", "generated", "clone":
            with Copier(target=shop.app_url, kind=kind, on=on) as copier:
                assert copier.copy.is_superuser == is_superuser, copier.copy
                assert (copier.copy.superuser_url is None) != is_superuser
                assert copier.copy.place.startswith("database migrate_safe_rehearsal_")
                assert copier.value("SELECT count(*) FROM orders") > 0
                assert copier.order("check").kind == kind  # the target's session is back
                copier.order("save")
                copier.query("DROP TABLE orders")
                copier.order("back")
                assert copier.value("SELECT count(*) FROM orders") > 0
                copier.order("save")
            assert names(shop.server) == there


def test_a_clone_needs_a_database_that_nobody_is_on(shop, cluster):
    with shop.connect():
        with pytest.raises(CopyFailed, match="is in use by 1 session") as failed:
            Copier(target=shop.app_url, kind="clone", on=shop.server.url())
        assert "--from dump" in failed.value.said.hint
    with pytest.raises(CopyFailed, match="which no --on names"):
        Copier(target=shop.app_url, kind="clone")
    with pytest.raises(CopyFailed, match="is not the server of"):
        Copier(target=shop.app_url, kind="clone", on=cluster.url())
