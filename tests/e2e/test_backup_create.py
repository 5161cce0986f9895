"""backup create: what is in a backup, what its manifest says, and what is left when it fails."""
import gzip
import json
import os
import stat
import subprocess

import pytest

from harness import server as servers
from harness.backups import left_over, manifest, shelf
from harness.message import first, hint
from test_backup_facts import EVERY_TYPE

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("needs_pg_dump")]

FORMS = ["directory", "custom", "plain"]


@pytest.fixture
def shop(database):
    database.query("""
        CREATE SCHEMA app;
        CREATE TABLE app.customers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text);
        CREATE TABLE app.orders (id bigint PRIMARY KEY, customer bigint REFERENCES app.customers, note text);
        CREATE TABLE public.log (at timestamptz, what text);
        INSERT INTO app.customers (name) SELECT 'name ' || i FROM generate_series(1, 50) i;
        INSERT INTO app.orders SELECT i, i % 50 + 1, repeat('x', i % 9) FROM generate_series(1, 400) i;
        INSERT INTO public.log VALUES ('2026-01-02 03:04:05+00', 'made')""")
    return database


def restored(new_database, path, form):
    """The backup in a database of its own, by PostgreSQL's tools alone."""
    into = new_database()
    if form == "plain":
        psql = servers.find_tool("psql", into.server.major) or "psql"
        subprocess.run([psql, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", into.url], check=True, timeout=60,
                       input=gzip.decompress(path.read_bytes()), stdout=subprocess.DEVNULL)
    else:
        subprocess.run([servers.find_tool("pg_restore", into.server.major), "--exit-on-error", "-d", into.url, path],
                       check=True, timeout=60)
    return into


def rows_of(database, *tables):
    return {table: database.query(f"SELECT * FROM {table} t ORDER BY t::text") for table in tables}


# ---- what is made

@pytest.mark.parametrize("form", FORMS)
def test_it_holds_everything(cli, shop, tmp_path, new_database, form):
    document = cli("backup", "create", "--form", form, "--json").ok().json()
    assert document["schema"] == "migrate-safe/backup-create/1"
    assert (document["form"], document["content"], document["level"]) == (form, "all", 0)
    assert (document["tables"], document["rows"], document["sequences"]) == (3, 451, 1)
    copy = restored(new_database, tmp_path / document["path"], form)
    tables = ("app.customers", "app.orders", "public.log")
    assert rows_of(copy, *tables) == rows_of(shop, *tables)
    assert copy.schema() == shop.schema()
    assert copy.value("SELECT last_value FROM app.customers_id_seq") == 50


@pytest.mark.parametrize("form", FORMS)
def test_the_manifest_says_what_must_be_there(cli, shop, tmp_path, form):
    before = shop.value("SELECT pg_current_wal_lsn()::text")
    cli("backup", "create", "--form", form).ok()
    said = manifest(tmp_path)
    assert [(table["name"], table["rows"]) for table in said["data"]["tables"]] == [
        ("customers", 50), ("orders", 400), ("log", 1)]
    assert all(len(table["digest"]) == 32 for table in said["data"]["tables"])
    assert said["data"]["sequences"] == [{
        "schema": "app", "name": "customers_id_seq", "last_value": 50, "is_called": True, "is_descending": False}]
    assert said["database"] == shop.name and said["user"] == "postgres"
    assert said["server_version"].startswith(f"{said['server_major']}.")
    assert said["wal_lsn"] >= before and said["timeline"] == 1
    assert said["size_bytes"] == sum(file["bytes"] for file in said["files"]) > 0
    assert said["database_bytes"] > 1 << 20 and said["reason"] == "backup create"
    assert {extension["name"] for extension in said["extensions"]} == {"plpgsql"}


@pytest.mark.parametrize("form", FORMS)
def test_only_its_owner_may_read_it(cli, shop, tmp_path, form):
    before = os.umask(0)
    try:
        cli("backup", "create", "--form", form).ok()
    finally:
        os.umask(before)
    for path in [shelf(tmp_path), *shelf(tmp_path).rglob("*")]:
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600), path


def test_a_person_is_told(cli, shop, tmp_path):
    result = cli("backup", "create").ok()
    identity = manifest(tmp_path)["id"]
    assert f"Backup {identity}\n" in result.out
    assert f"  path      backups/migrations/backup-{identity}\n" in result.out
    assert "  holds     the schema, 451 rows in 3 tables\n" in result.out
    assert f"next: migrate-safe backup verify {identity}\n" in result.out
    assert (shelf(tmp_path) / "latest-backup.txt").read_text() == f"backups/migrations/backup-{identity}\n"


def test_nothing_is_written_to_the_database(cli, shop):
    before = shop.dump()
    cli("backup", "create").ok()
    assert shop.dump() == before and not shop.has("migrate_safe.journal")


def test_the_version_stands_there(cli, folder, database, tmp_path):
    folder.tables(2)
    cli("up").ok()
    cli("backup", "create").ok()
    assert manifest(tmp_path)["migration_version"] == "002"


# ---- a part of it

def test_the_schema_alone(cli, shop, tmp_path, new_database):
    document = cli("backup", "create", "--content", "schema", "--json").ok().json()
    assert (document["content"], document["rows"], document["tables"]) == ("schema", 0, 0)
    copy = restored(new_database, tmp_path / document["path"], "directory")
    assert copy.schema() == shop.schema() and copy.value("SELECT count(*) FROM app.orders") == 0


def test_the_rows_alone(cli, shop, tmp_path):
    document = cli("backup", "create", "--content", "data", "--form", "plain", "--json").ok().json()
    text = gzip.decompress((tmp_path / document["path"]).read_bytes()).decode()
    assert "CREATE TABLE" not in text and "COPY app.orders" in text
    assert (document["rows"], document["sequences"]) == (451, 1)


@pytest.mark.parametrize("patterns, tables", [
    (["app.customers"], {"customers"}),
    (["log"], {"log"}),
    (["app.ord*"], {"orders", "customers"}),  # what its foreign key points to
    (["app.*", "public.log"], {"orders", "customers", "log"})])
def test_chosen_tables(cli, shop, tmp_path, new_database, patterns, tables):
    options = [word for pattern in patterns for word in ("--only", pattern)]
    document = cli("backup", "create", *options, "--json").ok().json()
    assert document["content"] == "tables"
    said = manifest(tmp_path)
    assert {table["name"] for table in said["data"]["tables"]} == tables
    assert {name.split(".")[1] for name in said["patterns"]} == tables
    copy = restored(new_database, tmp_path / document["path"], "directory")
    assert copy.schema() == shop.schema()
    for name in ("app.customers", "app.orders", "public.log"):
        assert (copy.value(f"SELECT count(*) FROM {name}") > 0) == (name.split(".")[1] in tables)


def test_partitions_and_children_go_along(cli, database, tmp_path):
    database.query("""
        CREATE TABLE whole (a int) PARTITION BY LIST (a); CREATE TABLE "Part 1" PARTITION OF whole FOR VALUES IN (1);
        CREATE TABLE parent (a int); CREATE TABLE child () INHERITS (parent); CREATE TABLE other (a int);
        INSERT INTO whole VALUES (1); INSERT INTO child VALUES (2); INSERT INTO other VALUES (3)""")
    cli("backup", "create", "--only", "whole", "--only", "parent").ok()
    assert {table["name"]: table["rows"] for table in manifest(tmp_path)["data"]["tables"]} == {
        "Part 1": 1, "parent": 0, "child": 1}


@pytest.mark.parametrize("options, message", [
    (["--only", "app.nothing"], "there is no table app.nothing in "),
    (["--only", "orders"], "there is no table orders in "),  # not in the search path
    (["--only", "a.b.c"], "a.b.c names no table"),
    (["--only", "app.("], "looking for the tables: invalid regular expression"),
    (["--only", "log", "--content", "schema"], "--only names tables, and --content schema says something else"),
    (["--compression", "brotli"], "compression brotli: no such method"),
    (["--compression", "gzip:0"], "compression gzip:0: gzip has the levels 1 to 9"),
    (["--compression", "gzip:"], "compression gzip:: no level stands behind the colon"),
    (["--compression", "none", "--form", "plain"], "compression none: a plain backup is compressed with gzip")])
def test_what_cannot_be_meant(cli, shop, tmp_path, options, message):
    result = cli("backup", "create", *options).failed(5)
    assert message in first(result) and hint(result)
    assert left_over(tmp_path) == []


# ---- roles, settings

def test_roles_and_settings_are_recorded_without_passwords(cli, shop, tmp_path):
    role = f"Clerk {shop.name}"
    shop.query(f"""
        CREATE ROLE "{role}" LOGIN PASSWORD 'xsecret' VALID UNTIL '2031-05-06' CONNECTION LIMIT 3;
        ALTER ROLE "{role}" SET search_path = ''; GRANT pg_monitor TO "{role}" WITH ADMIN OPTION;
        COMMENT ON ROLE "{role}" IS 'it''s';
        ALTER DATABASE {shop.name} SET datestyle = 'german'; COMMENT ON DATABASE {shop.name} IS 'ours';
        ALTER ROLE "{role}" IN DATABASE {shop.name} SET search_path = app, "a b";
        REVOKE ALL ON DATABASE {shop.name} FROM PUBLIC; GRANT CONNECT ON DATABASE {shop.name} TO "{role}"
    """)
    try:
        cli("backup", "create").ok()
        text = next(shelf(tmp_path).glob("*.json")).read_text()
        said = json.loads(text)
    finally:
        shop.query(f"""DROP OWNED BY "{role}"; DROP ROLE "{role}"; COMMENT ON DATABASE {shop.name} IS NULL;
                       ALTER DATABASE {shop.name} RESET ALL; GRANT ALL ON DATABASE {shop.name} TO PUBLIC""")
    assert "xsecret" not in text and "SCRAM" not in text
    roles = [statement for statement in said["roles"] if role in statement]
    assert roles[0].startswith(f'CREATE ROLE "{role}" WITH NOSUPERUSER INHERIT NOCREATEROLE NOCREATEDB LOGIN ')
    assert "CONNECTION LIMIT 3" in roles[0] and "VALID UNTIL '2031-05-06 " in roles[0]
    assert roles[1:3] == [f"ALTER ROLE \"{role}\" SET search_path TO ''", f"COMMENT ON ROLE \"{role}\" IS 'it''s'"]
    assert roles[3].startswith(f'GRANT pg_monitor TO "{role}" WITH ADMIN ')
    name = f'DATABASE "{shop.name}"'
    assert said["settings"] == [
        f"ALTER {name} OWNER TO postgres", f"ALTER {name} SET \"DateStyle\" TO 'german'",
        f"ALTER ROLE \"{role}\" IN {name} SET search_path TO 'app', 'a b'",
        f"REVOKE ALL ON {name} FROM PUBLIC", f"REVOKE ALL ON {name} FROM postgres",
        *(f"GRANT {right} ON {name} TO postgres" for right in ("CREATE", "TEMPORARY", "CONNECT")),
        f'GRANT CONNECT ON {name} TO "{role}"', f"COMMENT ON {name} IS 'ours'"]


# ---- everything that a database may hold

EVERYTHING = EVERY_TYPE + """
CREATE UNLOGGED TABLE quick AS SELECT 1 AS a;
CREATE TABLE whole (a int, b text) PARTITION BY RANGE (a);
CREATE TABLE whole_1 PARTITION OF whole FOR VALUES FROM (0) TO (10);
CREATE TABLE whole_2 (b text, gone int, a int); ALTER TABLE whole_2 DROP gone;
ALTER TABLE whole ATTACH PARTITION whole_2 FOR VALUES FROM (10) TO (20); INSERT INTO whole VALUES (1, 'x'), (11, 'y');
CREATE TABLE parent (a int); CREATE TABLE child (b int) INHERITS (parent); ALTER TABLE parent ADD c int; INSERT INTO child VALUES (1, 2, 3);
CREATE MATERIALIZED VIEW totals AS SELECT count(*) FROM whole; INSERT INTO whole VALUES (2, 'stale');
CREATE MATERIALIZED VIEW unfilled AS SELECT 1 AS a WITH NO DATA;
CREATE TABLE guarded (a int); INSERT INTO guarded VALUES (1); ALTER TABLE guarded ENABLE ROW LEVEL SECURITY;
CREATE POLICY nobody ON guarded USING (false);
CREATE TABLE "odd ""name"" t.*" ("a ""b"" c" int, "select" text, "WHERE true" int);
INSERT INTO "odd ""name"" t.*" VALUES (1, E'tab\\t nl\\n cr\\r back\\\\ null\\\\N', NULL), (NULL, '', 0), (NULL, NULL, NULL);
CREATE TABLE bare (); INSERT INTO bare DEFAULT VALUES; INSERT INTO bare DEFAULT VALUES;
CREATE TABLE wide AS SELECT repeat(md5(i::text), 40000) AS t FROM generate_series(1, 3) i;
CREATE FUNCTION double(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1 * 2';
CREATE TABLE made (a int, b int GENERATED ALWAYS AS (double(a)) STORED); INSERT INTO made VALUES (4);
CREATE SEQUENCE down INCREMENT -1 START -5; SELECT nextval('down'); CREATE SEQUENCE untouched START 9;
SELECT setval('untouched', 77, false);
SELECT lo_from_bytea(4711, repeat('large', 300000)::bytea); SELECT lo_create(4712); SELECT lo_put(4712, 2500000, 'end');
COMMENT ON TABLE bare IS E'SELECT pg_catalog.setval(''public.down'', 1);\nCOPY x FROM stdin;';
"""


@pytest.mark.slice
@pytest.mark.parametrize("form", FORMS)
def test_every_type_and_object_comes_back(cli, database, tmp_path, form):
    database.query(EVERYTHING)
    document = cli("backup", "create", "--form", form, "--level", "equal", "--json").ok().json()
    assert (document["level"], document["proof"]) == (3, "equal")
    assert document["restore_ms"] > 0 and document["large_objects"] == 2
    said = manifest(tmp_path)
    assert {table["name"] for table in said["data"]["tables"] if table["is_refreshed"]} == {"totals"}
    assert {sequence["name"]: (sequence["last_value"], sequence["is_called"])
            for sequence in said["data"]["sequences"]} == {
        "every_id_seq": (2, True), "down": (-5, True), "untouched": (77, False)}
    assert said["catalog"]["gaps"] == [] and len(said["catalog"]["objects"]) > 50


def test_a_row_too_few_is_seen(cli, shop, tmp_path):
    """The manifest is the measure, not what the dump happens to hold."""
    cli("backup", "create", "--form", "plain").ok()
    path = next(shelf(tmp_path).glob("*.json"))
    said = json.loads(path.read_text())
    said["data"]["tables"][0]["rows"] += 1
    path.write_text(json.dumps(said))
    assert "rows" in first(cli("backup", "verify", "latest", "--level", "equal").failed(1))


# ---- before a change

def test_what_pending_migrations_destroy(cli, folder, shop, tmp_path):
    cli("baseline", "0").ok()
    folder.write("001_drop.up.sql", "DROP TABLE public.log;\n")
    document = cli("backup", "create", "--content", "affected", "--json").ok().json()
    assert document["content"] == "affected"
    assert manifest(tmp_path)["patterns"] == ["public.log"]
    assert {table["name"]: table["rows"] for table in manifest(tmp_path)["data"]["tables"]} == {"log": 1}
    cli("backup", "verify", "latest", "--level", "equal").ok()
