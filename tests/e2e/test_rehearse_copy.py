"""The private copies that a rehearsal works on: what is in them, who works there, what stays of them."""
import json
import os
import pathlib
import signal
import threading

import psycopg
import pytest

from harness import waiting
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


def test_settings_of_the_server_come_along(shop):
    """Those by which SQL means something else: a cast to timestamptz, and who a timeout ends."""
    for setting in "timezone = 'Asia/Kolkata'", "statement_timeout = '77s'":
        shop.server.query(f"ALTER SYSTEM SET {setting}")
    shop.server.query("SELECT pg_reload_conf()")
    waiting.until(lambda: shop.value("SHOW timezone") == "Asia/Kolkata")
    with Copier(target=shop.app_url, kind="generated", rows=1) as copier:
        assert copier.value("SHOW timezone") == "Asia/Kolkata"
        assert copier.value("SHOW statement_timeout") == "77s"


@pytest.mark.slow
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


@pytest.mark.slow
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
    assert failed.value.kind == "migration"
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


@pytest.mark.slow
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


@pytest.mark.slow
def test_a_clone_needs_a_database_that_nobody_is_on(shop, cluster):
    with shop.connect():
        with pytest.raises(CopyFailed, match="is in use by 1 session") as failed:
            Copier(target=shop.app_url, kind="clone", on=shop.server.url())
        assert "--from dump" in failed.value.said.hint
    with pytest.raises(CopyFailed, match="which no --on names"):
        Copier(target=shop.app_url, kind="clone")
    with pytest.raises(CopyFailed, match="is not the server of"):
        Copier(target=shop.app_url, kind="clone", on=cluster.url())


# ---- backups

def backup(cli, shop, shelf, *options):
    made = cli("backup", "create", "--database", shop.url, "--backup-folder", str(shelf), "--json", *options).ok().json()
    return made["backup"]["id"] if "backup" in made else made["id"]


def test_a_fresh_backup_is_taken_and_proven(shop, cli, tmp_path):
    shelf = tmp_path / "shelf"
    made = backup(cli, shop, shelf)
    shop.query("CREATE ROLE late; GRANT late TO app; REVOKE readers FROM app CASCADE")  # roles are those of now
    with Copier(target=shop.app_url, shelf=shelf) as copier:
        copy = copier.copy
        assert (copy.kind, copy.backup_id, copy.rows, copy.role) == ("backup", made, 250, "app"), copy
        assert "has the schema and the migrations" in copy.why
        assert any("as the backup found the database" in limit for limit in copy.limits)
        assert copier.query(PROPERTIES) == shop.query(PROPERTIES)
        assert copier.query(ROLES) == shop.query(ROLES)
    said = json.loads((shelf / f"backup-{made}.json").read_text())
    assert said["level"] == "equal" and said["restore_ms"] > 0
    shop.query("ALTER TABLE orders ADD COLUMN since int")
    with Copier(target=shop.app_url, shelf=shelf) as copier:
        assert copier.copy.kind == "dump" and copier.copy.why.startswith("the newest backup has another schema")
    with Copier(target=shop.app_url, shelf=shelf, most=1000) as copier:
        assert copier.copy.kind == "generated" and "is dumped only when asked for" in copier.copy.why
    with Copier(kind="backup", shelf=shelf, backup=made) as copier:  # without a target
        assert (copier.copy.rows, copier.copy.role) == (250, "postgres")
        assert copier.value("SELECT tableowner FROM pg_tables WHERE tablename = 'orders'") == "app"


def test_a_large_backup_is_loaded_without_its_log(shop, cli, tmp_path):
    """The server starts for it, and once more, as WAL is measured."""
    shelf = tmp_path / "shelf"
    path = shelf / f"backup-{backup(cli, shop, shelf)}.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"database_bytes": 300_000_000}))
    with Copier(target=shop.app_url, kind="backup", shelf=shelf) as copier:
        home = pathlib.Path(copier.value("SHOW unix_socket_directories", superuser=True))
        assert (home / "log").read_text().count("database system is ready") == 2
        assert copier.value("SHOW wal_level") == "replica"
        assert copier.value("SELECT reltuples FROM pg_class WHERE relname = 'orders'") == 200
        assert copier.value("SELECT count(*) FROM pg_stats WHERE schemaname = 'pg_catalog'") > 0
        assert copier.value("SELECT count(*) FROM orders") == 200
        assert copier.order("save")


def test_a_backup_with_digests_of_an_older_version_is_restored(shop, cli, tmp_path):
    shelf = tmp_path / "shelf"
    path = shelf / f"backup-{backup(cli, shop, shelf)}.json"
    made = json.loads(path.read_text())
    path.write_text(json.dumps(made | {"data": made["data"] | {"algorithm": "row-text-hash-128/1"}}))
    with Copier(target=shop.app_url, kind="backup", shelf=shelf) as copier:
        assert copier.copy.rows == 250
    assert json.loads(path.read_text())["level"] == "restored"


@pytest.mark.slow
def test_which_backup_is_not_taken(shop, cli, folder, tmp_path):
    shelf = tmp_path / "shelf"
    made = backup(cli, shop, shelf)

    def why(**changes):
        path = shelf / f"backup-{made}.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | changes))
        with Copier(target=shop.app_url, shelf=shelf, most=1) as copier:
            return copier.copy.why.split(",")[0]
    assert why(created_at="2020-01-01T00:00:00.000Z") == "the newest backup is older than a day"
    now = json.loads((shelf / f"backup-{made}.json").read_text())
    assert why(system_identifier="1") == "there is no backup of it"
    shelf.joinpath(f"backup-{made}.json").write_text(json.dumps(now))
    assert why(database="another") == "there is no backup of it"


@pytest.mark.slow
def test_a_damaged_backup_is_no_copy(shop, cli, tmp_path):
    shelf = tmp_path / "shelf"
    made = backup(cli, shop, shelf, "--form", "custom")
    path = shelf / f"backup-{made}.dump"
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(CopyFailed, match=f"backup {made}: ") as failed:
        Copier(target=shop.app_url, kind="backup", shelf=shelf)
    assert failed.value.kind == "check"
    with pytest.raises(CopyFailed, match="has no whole backup of database"):
        Copier(target=shop.app_url, kind="backup", shelf=tmp_path / "none")
    with pytest.raises(CopyFailed, match="which backup is not known"):
        Copier(kind="backup", shelf=shelf)


# ---- what is missing

def test_an_extension_that_is_not_installed_is_named(shop, folder):
    folder.write("001_a.up.sql", "SELECT 1;\n\nCREATE EXTENSION IF NOT EXISTS vector;\nCREATE EXTENSION \"uuid-ossp\";")
    folder.write("002_b.up.sql", "create extension postgis cascade;")
    with pytest.raises(CopyFailed, match="extension postgis is not installed on the throwaway server") as failed:
        Copier(target=shop.app_url, kind="generated", folder=folder.path)
    said, major = failed.value.said, shop.server.major
    assert failed.value.kind == "config"
    assert said.detail == (f"postgis ({folder.path}/002_b.up.sql:1:1): apt-get install postgresql-{major}-postgis-3\n"
                           f"vector ({folder.path}/001_a.up.sql:3:1): apt-get install postgresql-{major}-pgvector")
    assert said.hint == f"apt-get install postgresql-{major}-postgis-3 postgresql-{major}-pgvector"
    assert (said.file, said.line) == (f"{folder.path}/002_b.up.sql", 1)


def test_no_database_for_a_dump():
    for kind in "dump", "clone":
        with pytest.raises(CopyFailed, match=f"a copy from {kind} needs a database, and none is configured"):
            Copier(kind=kind)


# ---- what happens to the target: nothing

CHANGES = """
SELECT sum(n_tup_ins) + sum(n_tup_upd) + sum(n_tup_del) FROM pg_stat_user_tables
"""


def test_nothing_is_written_to_the_target(shop, cli):
    """By a role that may only read, in sessions that cannot write."""
    shop.query("CREATE ROLE reader LOGIN; ALTER ROLE reader SET default_transaction_read_only = on; "
               "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader; GRANT readers TO reader")
    url = shop.server.url(shop.name, user="reader")
    waiting.until(lambda: shop.value(CHANGES), "the statistics of what was made")  # until 14 they come later
    before = cli("fingerprint", "--database", shop.url).ok().out, shop.value(CHANGES), names(shop.server)
    lsn = shop.value("SELECT pg_current_wal_insert_lsn()")
    for kind in "dump", "generated":
        with Copier(target=url, kind=kind) as copier:
            assert copier.copy.role == "reader"
            with pytest.raises(Exception, match="read-only|permission denied|must be owner"):
                copier.query("ALTER TABLE orders ADD COLUMN x int")
    assert (cli("fingerprint", "--database", shop.url).ok().out, shop.value(CHANGES), names(shop.server)) == before
    assert shop.value(f"SELECT count(*) FROM pg_stat_activity WHERE application_name ~ 'migrate-safe'") == 0
    assert shop.value(f"SELECT pg_current_wal_insert_lsn() - '{lsn}'::pg_lsn") < 100_000  # checkpoints, hint bits


def test_a_dump_is_of_one_moment(shop):
    """Writers keep both tables equal; no copy may see one without the other."""
    shop.query("CREATE TABLE left_side (n int); CREATE TABLE right_side (n int); "
               "ALTER TABLE left_side OWNER TO app; ALTER TABLE right_side OWNER TO app")
    stop, written = threading.Event(), threading.Semaphore(0)

    def write():
        with shop.connect() as connection:
            while not stop.is_set():
                with connection.transaction():
                    connection.execute("INSERT INTO left_side VALUES (1)")
                    connection.execute("INSERT INTO right_side VALUES (1)")
                written.release()
    writers = [threading.Thread(target=write) for _ in range(2)]
    for writer in writers:
        writer.start()
    try:
        written.acquire()
        with Copier(target=shop.app_url, kind="dump") as copier:
            left, right = copier.query("SELECT (SELECT count(*) FROM left_side), (SELECT count(*) FROM right_side)")[0]
            assert left == right > 0
            assert shop.value("SELECT count(*) FROM left_side") > left
    finally:
        stop.set()
        for writer in writers:
            writer.join()


@pytest.mark.slow
def test_a_subscription_of_the_copy_is_cut_off(shop):
    """DROP SUBSCRIPTION would drop the slot that the target's own one needs."""
    shop.query("CREATE SUBSCRIPTION feed CONNECTION 'host=/nowhere' PUBLICATION p WITH (connect = false); "
               "CREATE FOREIGN DATA WRAPPER plain; CREATE SERVER far FOREIGN DATA WRAPPER plain")
    with Copier(target=shop.url, kind="dump") as copier:
        assert {limit.split(":")[0].split(" has")[0].split(" leads")[0] for limit in copier.copy.limits} >= \
            {"subscription feed", "foreign server far"}
        copier.query("DROP SUBSCRIPTION feed")  # with its slot this would connect to the publisher


# ---- ends

@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_what_an_end_leaves(shop, tmp_path, number):
    """After kill -9 the next one removes it."""
    there = names(shop.server)
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    tmp_path.chmod(0o755)
    copier = Copier(environment, target=shop.app_url, kind="dump", on=shop.server.url())
    copier.order("save")
    assert len(names(shop.server) - there) == 2
    cluster = Copier(environment, kind="empty")
    home = cluster.copy.url.split("host=")[1].split("&")[0].replace("%2F", "/")
    for one in copier, cluster:
        one.process.send_signal(number)
        if number == signal.SIGINT:
            one.process.stdin.close()  # its loop ends, as a command's does
        one.process.wait(60)
    assert (names(shop.server) == there) == (number == signal.SIGINT)
    assert os.path.exists(home) == (number == signal.SIGKILL)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(cluster.copy.url).close()
    with Copier(environment, target=shop.app_url, kind="dump", on=shop.server.url()) as again:
        assert names(shop.server) - there == {again.value("SELECT current_database()")}
    assert not os.path.exists(home)
    assert names(shop.server) == there


@pytest.mark.slow
def test_a_disk_that_is_too_small(shop, cli, small_disk, tmp_path):
    with pytest.raises(CopyFailed) as failed:
        Copier(os.environ | {"TMPDIR": str(small_disk)}, target=shop.app_url, kind="dump")
    assert failed.value.kind == "io" and "No space left on device" in failed.value.said.detail
    assert not list(small_disk.glob("migrate-safe*"))
    made = backup(cli, shop, tmp_path / "shelf")
    path = tmp_path / f"shelf/backup-{made}.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"database_bytes": 10**15}))
    with pytest.raises(CopyFailed, match="the copy needs about 1000 TB, and .* are free") as failed:
        Copier(target=shop.app_url, kind="backup", shelf=tmp_path / "shelf")
    assert failed.value.kind == "config" and "TMPDIR=DIR" in failed.value.said.hint
    with Copier(target=shop.app_url, shelf=tmp_path / "shelf") as copier:
        assert copier.copy.kind == "dump"
        assert copier.copy.why.startswith("there is no room for the newest backup")


# ---- through the command

def test_a_missing_right_is_a_failure_of_the_migration(shop, folder, cli):
    """Of a role that may no more than create in its database; a member may what its role may."""
    folder.pair("001_role", "CREATE ROLE another;\n", "DROP ROLE another;\n")
    said = cli("rehearse", "--database", shop.app_url, "--from", "dump", "--json").failed(2).json()
    assert said["copy"]["role"] == "app" and not said["copy"]["is_superuser"]
    finding = said["migrations"][0]["findings"][0]
    assert finding["problem"] == "up-failed" and finding["sqlstate"] == "42501", finding
    folder.pair("001_role", "SET ROLE readers;\nRESET ROLE;\n", "SELECT 1;\n")
    cli("rehearse", "--database", shop.app_url, "--from", "dump").ok()


@pytest.mark.slow
def test_a_prelude_of_the_command_line(shop, folder, cli, tmp_path):
    """One that is named runs on a copy too; one of the configuration is in there already."""
    prelude = tmp_path / "prelude.sql"
    prelude.write_text("CREATE SCHEMA auth; CREATE TABLE auth.users (id int PRIMARY KEY)")
    folder.pair("001_a", "CREATE VIEW public.who AS SELECT id FROM auth.users;\n", "DROP VIEW public.who;\n")
    arguments = "rehearse", "--database", shop.url, "--from", "generated"
    cli(*arguments, "--prelude", prelude).ok()
    (tmp_path / "migrate-safe.yaml").write_text(f"defaults:\n  prelude: [{prelude}]\n")
    cli(*arguments).failed(2)
    cli("rehearse", "--from", "empty").ok()
