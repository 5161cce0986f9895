"""backup restore: a backup beside the live database, proven, then in its place."""
import re
import threading

import psycopg
import pytest
from psycopg import sql

from harness.backups import dump
from harness.database import Database
from harness.restored import comment_of, named
from harness.waiting import until

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("needs_pg_dump")]


@pytest.fixture
def restore(cli, shop):
    def run(*arguments, env=None, **options):
        return cli("backup", "restore", *arguments, env={"DATABASE_URL": shop.url, **(env or {})}, **options)
    return run


@pytest.mark.sanitized
def test_what_goes_comes_back_and_changes_is_counted(restore, shop, tmp_path):
    path = dump(shop, tmp_path / "shop.dump")
    shop.query("DELETE FROM orders WHERE id <= 10; UPDATE orders SET total = -1 WHERE id IN (11, 12);"
               "INSERT INTO orders VALUES (2000, 'new', 1); INSERT INTO notes VALUES ('c');"
               "CREATE TABLE later (id int); INSERT INTO later VALUES (1), (2); DROP TABLE IF EXISTS gone")
    document = restore(path, "--yes", "--json").ok().json()
    tables = {table["name"]: (table["rows_go"], table["rows_come_back"], table["rows_change"])
              for table in document["loss"]["tables"]}
    assert tables == {"orders": (1, 10, 2), "notes": (1, 0, 0), "later": (2, 0, 0)}
    assert [table["table_goes"] for table in document["loss"]["tables"]] == [True, False, False]
    assert document["swapped"] and document["loss"]["known"]
    assert shop.value("SELECT count(*) FROM orders") == 1000


def test_equal_databases_lose_nothing(restore, shop, tmp_path):
    result = restore(dump(shop, tmp_path / "shop.dump"), "--yes").ok()
    assert "No row is lost: all 2 tables are as the backup has them." in result.out


def test_what_is_no_row_is_said_too(restore, shop, tmp_path):
    made = dump(shop, tmp_path / "shop.dump", "-Fc")
    for statement in ("CREATE FUNCTION newer() RETURNS int LANGUAGE sql AS 'SELECT 1'",
                      "CREATE INDEX by_total ON orders (total)", "SELECT lo_from_bytea(0, 'x')"):
        shop.query(statement)
    result = restore(made, "--yes").ok()
    assert "  large objects: 1 -> 0" in result.out
    assert re.search(r"^  function .*newer.*: missing$", result.out, re.MULTILINE)
    assert re.search(r"^  index .*by_total.*: missing$", result.out, re.MULTILINE)
    assert restore(made, "--yes", "--json").ok().json()["loss"]["others"] == []


def test_large_tables_are_compared_in_parts(restore, shop, tmp_path):
    """Of some 16 parts few differ in one table, all in another, and one has no key."""
    shop.query("""CREATE TABLE few AS SELECT n AS id, n::text AS a FROM generate_series(1, 30000) n;
        ALTER TABLE few ADD PRIMARY KEY (id, a); CREATE TABLE every AS SELECT * FROM few; ALTER TABLE every ADD PRIMARY KEY (id);
        CREATE TABLE keyless AS SELECT id / 2 AS half FROM few; ANALYZE""")
    path = dump(shop, tmp_path / "shop.dump")
    shop.query("""DELETE FROM few WHERE id = 7; INSERT INTO few VALUES (0, 'new'), (-1, 'new');
        UPDATE every SET a = a || 'x' WHERE id > 1; DELETE FROM keyless WHERE half = 9; INSERT INTO keyless VALUES (-5)""")
    document = restore(path, "--yes", "--json").ok().json()
    tables = {table["name"]: (table["rows_go"], table["rows_come_back"], table["rows_change"])
              for table in document["loss"]["tables"]}
    assert tables == {"few": (2, 1, 0), "every": (0, 0, 29999), "keyless": (1, 2, 0)}


def test_columns_that_only_the_live_one_has_are_said(restore, shop, tmp_path):
    path = dump(shop, tmp_path / "shop.dump")
    shop.query("ALTER TABLE orders ADD phone text DEFAULT 'x'")
    document = restore(path, "--yes", "--json").ok().json()
    table, = document["loss"]["tables"]
    assert (table["name"], table["columns_go"], table["rows_change"]) == ("orders", "phone", 0)


def test_the_replaced_one_is_kept_and_says_so(restore, shop, tmp_path):
    path = dump(shop, tmp_path / "shop.dump")
    shop.query("DELETE FROM orders")
    document = restore(path, "--yes", "--json").ok().json()
    kept, = named(shop.server, shop, "replaced")
    assert document["replaced"] == kept and kept in document["state"]
    assert comment_of(shop.server, kept).startswith("replaced by migrate-safe backup restore")
    assert Database(shop.server, kept).value("SELECT count(*) FROM orders") == 0
    assert named(shop.server, shop, "restore") == []
    restore(path, "--yes").ok()  # and a second one is kept beside it
    assert len(named(shop.server, shop, "replaced")) == 2


@pytest.mark.parametrize("options, name", [(["-Fc"], "a.dump"), (["-Fd"], "a"), (["-Fp"], "a.sql"),
                                           (["-Fp", "-Z1"], "a.sql.gz"), (["-Ft"], "a.tar")])
def test_forms_of_a_foreign_dump(restore, shop, tmp_path, options, name):
    path = dump(shop, tmp_path / name, *options)
    shop.query("TRUNCATE orders")
    result = restore(path, "--yes").ok()
    assert shop.value("SELECT count(*) FROM orders") == 1000
    assert "has no manifest" in result.err


def test_dry_run_writes_nothing(restore, shop, tmp_path):
    path = dump(shop, tmp_path / "shop.dump")
    before = shop.server.query("SELECT oid, datname FROM pg_database ORDER BY 1")
    result = restore(path, "--dry-run").ok()
    assert "Nothing is written" in result.out and f"keep {shop.name} as {shop.name}_replaced_" in result.out
    assert restore(path, "--dry-run", "--json").ok().json()["dry_run"]
    assert shop.server.query("SELECT oid, datname FROM pg_database ORDER BY 1") == before


def test_without_a_terminal_it_needs_yes_before_any_work(restore, shop, tmp_path):
    result = restore(dump(shop, tmp_path / "shop.dump")).failed(1)
    assert "add --yes" in result.err
    assert named(shop.server, shop, "restore") == []


@pytest.mark.parametrize("key, code", [("n\n", 1), ("\x03", 130)])
def test_no_is_an_answer(cli, shop, tmp_path, key, code):
    path = dump(shop, tmp_path / "shop.dump")
    shop.query("DELETE FROM orders WHERE id = 1")
    result = cli.in_terminal("backup", "restore", path, env={"DATABASE_URL": shop.url},
                             keys=[("Proceed?", key)], columns=300)
    assert result.code == code and "no row is lost, 1 row comes back" in result.out
    assert shop.value("SELECT count(*) FROM orders") == 999
    assert named(shop.server, shop, "restore") == [] == named(shop.server, shop, "replaced")


def test_settings_privileges_owner_and_comment_are_carried_over(restore, shop, cluster, roles, tmp_path):
    path = dump(shop, tmp_path / "shop.dump")
    owner, reader = roles(f"owner_{shop.name}"), roles(f"reader's \"{shop.name}\"")
    name, role = sql.Identifier(shop.name), sql.Identifier(reader)
    for statement in ("ALTER DATABASE {0} SET work_mem = '7MB'",
                      "ALTER DATABASE {0} SET search_path = '$user', public, \"Odd, name\"",
                      "ALTER DATABASE {0} SET \"shop.level\" = 'it''s \\ on'",
                      "ALTER ROLE {1} IN DATABASE {0} SET statement_timeout = '5s'",
                      "REVOKE ALL ON DATABASE {0} FROM PUBLIC", "GRANT CONNECT ON DATABASE {0} TO {1} WITH GRANT OPTION",
                      "COMMENT ON DATABASE {0} IS 'the shop''s own'", "ALTER DATABASE {0} CONNECTION LIMIT 77",
                      "ALTER DATABASE {0} OWNER TO {2}"):
        cluster.query(sql.SQL(statement).format(name, role, sql.Identifier(owner)))
    look = """
        SELECT pg_get_userbyid(datdba), datconnlimit, datacl::text, shobj_description(d.oid, 'pg_database'),
               (SELECT array_agg((setrole::regrole, s)::text ORDER BY setrole, s)
                FROM pg_db_role_setting, unnest(setconfig) s WHERE setdatabase = d.oid)
        FROM pg_database d WHERE datname = %s"""
    before = cluster.query(look, [shop.name])
    oid = cluster.query("SELECT oid FROM pg_database WHERE datname = %s", [shop.name])
    restore(path, "--yes").ok()
    assert cluster.query(look, [shop.name]) == before
    assert cluster.query("SELECT oid FROM pg_database WHERE datname = %s", [shop.name]) != oid


def test_newer_journal_rows_are_carried_over(cli, folder, shop, restore, tmp_path):
    folder.tables(2)
    environment = {"DATABASE_URL": shop.url}
    cli("baseline", "0", env=environment).ok()
    cli("up", "--to", "001", "--skip-backup", env=environment).ok()
    path = dump(shop, tmp_path / "shop.dump")
    cli("up", "--skip-backup", env=environment).ok()
    look = "SELECT at, run_id, event, version, detail FROM migrate_safe.journal ORDER BY id"
    before = shop.query(look)
    document = restore(path, "--yes", "--json").ok().json()
    after = shop.query(look)
    assert after[:-1] == before
    assert after[-1][2] == "restored" and after[-1][4]["replaced"] == document["replaced"]
    assert document["journal_rows"] > 0
    assert [row[0] for row in shop.query("SELECT version FROM migrate_safe.schema_migrations"
                                         " WHERE kind = 'versioned'")] == ["001"]
    states = {entry["version"]: entry["state"]
              for entry in cli("status", "--json", env=environment).ok().json()["migrations"]}
    assert states == {"001": "applied", "002": "pending"}
    cli("up", "--skip-backup", env=environment).ok()


def test_live_database_is_gone(restore, shop, cluster, tmp_path):
    path = dump(shop, tmp_path / "shop.dump")
    shop.drop()
    document = restore(path, "--json").ok().json()  # nothing there that consent is needed for
    assert document["swapped"] and document["replaced"] is None and not document["loss"]["known"]
    assert shop.value("SELECT count(*) FROM orders") == 1000
    assert comment_of(cluster, shop.name) is None


def test_into_a_database_of_its_own(restore, shop, cluster, tmp_path):
    path = dump(shop, tmp_path / "shop.dump")
    shop.query("DELETE FROM orders")
    other = Database(cluster, f"{shop.name}_other")
    result = restore(path, "--into", other.name).ok()
    assert f"{other.name} is restored; {shop.name} is as it was" in result.out
    assert other.value("SELECT count(*) FROM orders") == 1000
    assert comment_of(cluster, other.name) is None
    assert shop.value("SELECT count(*) FROM orders") == 0
    again = restore(path, "--into", other.name).failed(4)
    assert f"database {other.name} is not empty" in again.err and "state:" in again.err
    assert other.value("SELECT count(*) FROM orders") == 1000


def test_not_into_what_new_databases_are_made_of(restore, shop, cluster, tmp_path):
    result = restore(dump(shop, tmp_path / "shop.dump"), "--into", "template1").failed(5)
    assert "every new database of the server would have" in result.err


def test_where_there_is_no_third_database(own_server, shop, cli, tmp_path):
    """Both that every server has are what it is about."""
    path = dump(shop, tmp_path / "shop.dump")
    result = cli("backup", "restore", path, "--into", "postgres",
                 env={"DATABASE_URL": own_server.url("template1")}).failed(5)
    assert "no other database of the server lets this role in" in result.err
    assert "a restore is run from another database" in result.err


def test_without_createdb(cluster, shop, cli, roles, tmp_path):
    path = dump(shop, tmp_path / "shop.dump", "-Fc", "--no-owner", "--no-acl")
    role = roles(f"plain_{shop.name}")
    url = cluster.url(shop.name, user=role)
    result = cli("backup", "restore", path, "--into", f"{shop.name}_b", env={"DATABASE_URL": url}).failed(5)
    assert f"role {role} may not make databases" in result.err and "CREATE DATABASE" in result.err
    cluster.query(sql.SQL("CREATE DATABASE {} OWNER {}").format(
        sql.Identifier(f"{shop.name}_b"), sql.Identifier(role)))
    cli("backup", "restore", path, "--into", f"{shop.name}_b", env={"DATABASE_URL": url}).ok()
    assert Database(cluster, f"{shop.name}_b").value("SELECT count(*) FROM orders") == 1000


def test_somebody_elses_database_is_not_replaced(cluster, shop, cli, roles, tmp_path):
    path = dump(shop, tmp_path / "shop.dump")
    role = roles(f"maker_{shop.name}", "LOGIN CREATEDB")
    result = cli("backup", "restore", path, "--yes",
                 env={"DATABASE_URL": cluster.url(shop.name, user=role)}).failed(5)
    assert "may not rename it" in result.err and "--into" in result.err


def test_missing_roles_are_named_before_anything_is_loaded(restore, shop, roles, cluster, tmp_path):
    role = f"gone_{shop.name}"
    cluster.query(sql.SQL("CREATE ROLE {}").format(sql.Identifier(role)))
    shop.query(sql.SQL("ALTER TABLE orders OWNER TO {}").format(sql.Identifier(role)))
    path = dump(shop, tmp_path / "shop.dump")
    shop.query("ALTER TABLE orders OWNER TO postgres")
    cluster.query(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))
    result = restore(path, "--yes").failed(4)
    assert role in result.err and f"{shop.name} is as it was" in result.err and "next:" in result.err
    assert named(shop.server, shop, "restore") == []


def test_a_broken_dump_changes_nothing(restore, shop, tmp_path):
    path = dump(shop, tmp_path / "shop.dump")
    path.write_bytes(path.read_bytes()[:-2000])
    result = restore(path, "--yes")
    assert result.code in (1, 4), result
    assert named(shop.server, shop, "restore") == []
    assert shop.value("SELECT count(*) FROM orders") == 1000


def test_prepared_transaction_is_named(restore, shop, tmp_path):
    path = dump(shop, tmp_path / "shop.dump")
    shop.query("BEGIN; INSERT INTO notes VALUES ('p'); PREPARE TRANSACTION 'p1'")
    try:
        result = restore(path, "--yes").failed(1)
        assert "prepared transaction, p1" in result.err and "ROLLBACK PREPARED 'p1'" in result.err
    finally:
        shop.query("ROLLBACK PREPARED 'p1'")


def test_idle_sessions_and_transactions_are_ended_and_named(restore, shop, tmp_path):
    path = dump(shop, tmp_path / "shop.dump")
    with psycopg.connect(shop.url, application_name="idler") as idle, \
            psycopg.connect(shop.url, application_name="writer") as writer:
        idle.commit()
        writer.execute("INSERT INTO notes VALUES ('lost')")  # and stays open
        document = restore(path, "--yes", "--json").ok().json()
        assert {text.split(",")[0] for text in document["sessions_ended"]} == {"idler", "writer"}
        with pytest.raises(psycopg.OperationalError):
            writer.execute("SELECT 1")
    assert shop.value("SELECT count(*) FROM notes") == 3


@pytest.mark.slow
def test_long_names(cli, cluster, shop, tmp_path):
    path = dump(shop, tmp_path / "shop.dump")
    databases = [Database(cluster, name) for name in ("l" * 63, "ä" * 31, 'odd "name\'s')]
    for database in databases:
        database.create()
        database.query("CREATE TABLE t (id int)")
        document = cli("backup", "restore", path, "--yes", "--json", env={"DATABASE_URL": database.url}).ok().json()
        kept = Database(cluster, document["replaced"])
        assert kept.has("t") and database.has("orders") and not database.has("t")
        kept.drop()
        database.drop()


def test_single_table_beside_the_live_one(restore, shop, tmp_path):
    shop.query("""
        CREATE SCHEMA app;
        CREATE TYPE app.mood AS ENUM ('sad', 'ok'); CREATE DOMAIN app.amount AS numeric CHECK (VALUE >= 0);
        CREATE FUNCTION app.code() RETURNS text LANGUAGE sql AS $$SELECT 'c'::text$$;
        CREATE TABLE app.customers (id int PRIMARY KEY);
        CREATE TABLE app.items (id serial PRIMARY KEY, customer int REFERENCES app.customers, mood app.mood,
                                moods app.mood[], price app.amount, code text DEFAULT app.code(),
                                double numeric GENERATED ALWAYS AS (price * 2) STORED);
        CREATE INDEX ON app.items (mood);
        CREATE FUNCTION app.deny() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE 'no'; END$$;
        INSERT INTO app.customers VALUES (1);
        INSERT INTO app.items (customer, mood, moods, price) VALUES (1, 'ok', '{sad,ok}', 2), (1, NULL, NULL, 3);
        CREATE TRIGGER deny BEFORE INSERT ON app.items FOR EACH ROW EXECUTE FUNCTION app.deny();
        """)
    path = dump(shop, tmp_path / "shop.dump")
    rows = shop.query("SELECT * FROM app.items ORDER BY 1")
    shop.query("DELETE FROM app.items; ALTER TABLE app.items DROP COLUMN mood, DROP COLUMN moods; DROP TYPE app.mood")
    document = restore(path, "--only", "app.items", "--json").ok().json()
    schema = document["into_schema"]
    assert re.fullmatch(r"migrate_safe_restore_\d{14}", schema)
    assert document["tables"] == [{"schema": "app", "name": "items", "rows": 2, "proven": False}]
    assert document["brought"] == ["app.mood"]
    assert shop.query(f"SELECT * FROM {schema}.items ORDER BY 1") == rows
    assert shop.value("SELECT count(*) FROM app.items") == 0
    assert shop.value(f"INSERT INTO {schema}.items (price) VALUES (1) RETURNING id, code, double") == 3


def test_single_table_where_no_server_programs_are(restore, shop, tmp_path):
    """Through a scratch database beside the live one, which is gone afterwards."""
    path = dump(shop, tmp_path / "shop.dump")
    shop.query("TRUNCATE orders")
    result = restore(path, "--table", "public.orders", env={"MIGRATE_SAFE_PG_BIN": str(tmp_path)}).ok()
    assert f"restored the backup into a database beside {shop.name}" in result.out + result.err, result
    schema = shop.value("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'migrate_safe_restore_%'")
    assert shop.value(f"SELECT count(*) FROM {schema}.orders") == 1000
    assert named(shop.server, shop, "restore") == []


def test_a_locale_that_the_server_has_not_got(cli, shop, cluster, tmp_path):
    cli("backup", "create", env={"DATABASE_URL": shop.url}).ok()
    path, = (cli.cwd / "backups/migrations").glob("backup-*.json")
    path.write_text(path.read_text().replace('"collate": "C"', '"collate": "xx_XX.UTF-8"'))
    result = cli("backup", "restore", "latest", "--yes", env={"DATABASE_URL": shop.url}).failed(4)
    assert "locale-gen" in result.err and "--into NAME" in result.err


@pytest.mark.slow
def test_partitioned_table_beside_the_live_one(restore, shop, tmp_path):
    shop.query("""CREATE TABLE events (id int, at date) PARTITION BY RANGE (at);
        CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
        CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
        INSERT INTO events VALUES (1, '2026-01-05'), (2, '2026-02-05')""")
    path = dump(shop, tmp_path / "shop.dump")
    document = restore(path, "--only", "public.events", "--only", "orders_nowhere.x").failed(1)
    assert "has no table orders_nowhere.x" in document.err
    assert shop.query("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'migrate_safe_restore%'") == []
    schema = restore(path, "--only", "public.events", "--json").ok().json()["into_schema"]
    assert shop.query(f"SELECT id FROM {schema}.events ORDER BY 1") == [(1,), (2,)]
    leaf = restore(path, "--table", "public.events_2", "--json").ok().json()["into_schema"]
    assert shop.query(f"SELECT id FROM {leaf}.events_2") == [(2,)]


def test_one_that_was_renamed_back_is_live_again(restore, shop, cluster, tmp_path):
    """Its comment still says that it was replaced: prune must not believe that, nor the next restore keep it."""
    path = dump(shop, tmp_path / "shop.dump")
    kept = restore(path, "--yes", "--json").ok().json()["replaced"]
    shop.drop()
    cluster.query(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(kept), sql.Identifier(shop.name)))
    assert "replaced" in comment_of(cluster, shop.name)
    restore(path, "--yes").ok()
    assert comment_of(cluster, shop.name) is None


def plain(path, *lines):
    path.write_text("\n".join(["--", "-- PostgreSQL database dump", "--", "", "-- Dumped from database version 15.8", "",
                               *lines, "--", "-- PostgreSQL database dump complete", "--", ""]))
    return path


def test_missing_extension_is_named_with_its_package(restore, shop, tmp_path):
    path = plain(tmp_path / "a.sql", "CREATE EXTENSION IF NOT EXISTS vector WITH SCHEMA public;",
                 "CREATE TABLE public.t (id integer);")
    result = restore(path, "--yes").failed(4)
    assert "vector" in result.err and "pgvector" in result.err and "is as it was" in result.err
    assert named(shop.server, shop, "restore") == []


def test_a_dump_that_leads_elsewhere_is_refused(restore, shop, tmp_path):
    """\\connect in a dump would have what follows run in another database: the live one."""
    path = plain(tmp_path / "a.sql", "CREATE TABLE public.t (id integer);", f"\\connect {shop.name}",
                 "DROP TABLE public.orders;")
    result = restore(path, "--yes")
    assert result.code in (1, 4) and "the dump makes a database of its own" in result.err, result
    assert shop.value("SELECT count(*) FROM orders") == 1000


def test_interrupted_while_it_loads(restore, cli, shop, tmp_path):
    path = plain(tmp_path / "a.sql", "CREATE TABLE public.t (id integer);", "SELECT pg_catalog.pg_sleep(600);")
    running = cli.start("backup", "restore", path, "--yes", env={"DATABASE_URL": shop.url})
    until(lambda: shop.server.query("SELECT pid FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%'"
                                    " AND state = 'active' AND pid <> pg_backend_pid()"))
    result = running.interrupt().finish().failed(130)
    assert f"{shop.name} is as it was" in result.err
    until(lambda: named(shop.server, shop, "restore") == [])


def test_session_that_may_not_be_ended(cli, cluster, shop, roles, tmp_path):
    """The copy that is proven stays, and the same command goes on with it."""
    role = roles(f"owner_{shop.name}", "LOGIN CREATEDB")
    quoted = sql.Identifier(role)
    cluster.query(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(sql.Identifier(shop.name), quoted))
    shop.query(sql.SQL("ALTER TABLE orders OWNER TO {0}; ALTER TABLE notes OWNER TO {0}").format(quoted))
    path = dump(shop, tmp_path / "shop.dump", "-Fc", "--table=orders", "--table=notes")
    environment = {"DATABASE_URL": cluster.url(shop.name, user=role)}
    with shop.connect():
        result = cli("backup", "restore", path, "--yes", env=environment).failed(4)
        assert "may not end a session" in result.err and "pg_signal_backend" in result.err
        copy, = named(cluster, shop, "restore")
        assert f"the restored copy {copy} is ready" in result.err and "--undo" in result.err
    document = cli("backup", "restore", path, "--yes", "--json", env=environment).ok().json()
    assert document["resumed"] and document["swapped"]
    assert named(cluster, shop, "restore") == []


def test_settings_that_hold_writers_off_do_not_hold_a_restore(restore, shop, cluster, tmp_path):
    path = dump(shop, tmp_path / "shop.dump")
    cluster.query(sql.SQL("ALTER DATABASE {} SET default_transaction_read_only = on")
                  .format(sql.Identifier(shop.name)))
    restore(path, "--yes").ok()
    assert shop.value("SHOW default_transaction_read_only") == "on"


def test_usage(restore, shop, tmp_path):
    assert "no backup is named" in restore().failed(5).err
    assert "--undo takes no backup" in restore("x", "--undo").failed(5).err
    assert "at most 63 bytes" in restore(plain(tmp_path / "a.sql"), "--into", "x" * 64).failed(5).err
    assert "give one of the two" in restore("x", "--into", "a", "--only", "b.c").failed(5).err
    assert "Nothing to remove" in restore("--undo").ok().out


def test_applications_that_reconnect_always_find_a_database(restore, shop, tmp_path):
    """Writers work on: each finds the old or the new one, and what they wrote to the old one is counted."""
    path = dump(shop, tmp_path / "shop.dump")
    stop, refused, numbers = threading.Event(), [], iter(range(10**6, 10**9))
    written = []

    def work():
        while not stop.is_set():
            try:
                with psycopg.connect(shop.url, autocommit=True) as connection:
                    for _ in range(5):
                        number = next(numbers)
                        connection.execute("INSERT INTO orders VALUES (%s, 'w', 0)", [number])
                        written.append(number)
            except psycopg.OperationalError as error:
                refused.append(str(error))

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        document = restore(path, "--yes", "--json").ok().json()
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert not [text for text in refused if "not currently accepting" in text or "too many" in text]
    kept = Database(shop.server, document["replaced"])
    kept_rows = {row for row, in kept.query("SELECT id FROM orders WHERE id >= 1000000")}
    new_rows = {row for row, in shop.query("SELECT id FROM orders WHERE id >= 1000000")}
    assert set(written) <= kept_rows | new_rows
    counted = document["loss"]["rows_go"] + document["loss"]["rows_written_late"]
    assert counted == len(kept_rows)
