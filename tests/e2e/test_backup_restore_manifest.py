"""backup restore of what `backup create` made: proven against the manifest, rows alone, parts of a database."""
import json

import pytest
from psycopg import sql

from harness.database import Database
from harness.restored import comment_of, named

pytestmark = pytest.mark.once


@pytest.fixture
def ours(cli, shop):
    def run(*arguments, env=None, **options):
        return cli(*arguments, env={"DATABASE_URL": shop.url, **(env or {})}, **options)
    return run


def create(ours, *arguments):
    """The manifest's path and the document of it."""
    return ours("backup", "create", *arguments, "--json").ok().json()


def manifest_of(cli):
    path, = (cli.cwd / "backups/migrations").glob("backup-*.json")
    return path


def edit(path, change):
    document = json.loads(path.read_text())
    change(document)
    path.write_text(json.dumps(document))


def find(document, key):
    """The first object in a document that has this key."""
    if isinstance(document, dict):
        if key in document:
            return document
        document = list(document.values())
    if isinstance(document, list):
        for item in document:
            found = find(item, key)
            if found is not None:
                return found
    return None


@pytest.mark.parametrize("form", ["directory", "custom", "plain"])
def test_restored_and_proven(ours, cli, shop, form):
    create(ours, "--form", form)
    shop.query("DELETE FROM orders WHERE id > 900")
    document = ours("backup", "restore", "latest", "--yes", "--json").ok().json()
    assert document["level"] == "equal" and document["loss"]["rows_come_back"] == 100
    assert document["backup_of"] == document["loss"]["since"]
    assert shop.value("SELECT count(*) FROM orders") == 1000
    assert find(json.loads(manifest_of(cli).read_text()), "restore_ms")["restore_ms"] > 0


def test_anothers_backup_does_not_take_its_place(ours, cli, shop, new_database):
    """Two databases, one folder: the latest is the latest of this one, and a wrong id is no accident."""
    other = new_database()
    other.query("CREATE TABLE strangers (id int PRIMARY KEY)")
    mine = create(ours, "--form", "custom")["id"]
    theirs = cli("backup", "create", "--form", "custom", "--json", env={"DATABASE_URL": other.url}).ok().json()["id"]
    document = ours("backup", "restore", "latest", "--dry-run", "--json").ok().json()
    assert document["backup"] == mine
    for option in ("--yes", "--dry-run"):
        result = ours("backup", "restore", theirs, option).failed(1)
        assert f"backup {theirs} is of database {other.name}, not of this {shop.name}" in result.err
    assert named(shop.server, shop, "restore") == [] == named(shop.server, shop, "replaced")
    assert shop.value("SELECT count(*) FROM orders") == 1000
    result = ours("backup", "restore", theirs, "--yes", "--force").ok()
    assert f"the backup is of database {other.name}" in result.err
    assert shop.value("SELECT count(*) FROM strangers") == 0


def test_a_namesakes_backup_from_another_server_does_not_take_its_place(ours, cli, shop):
    create(ours, "--form", "custom")
    edit(manifest_of(cli), lambda document: find(document, "system_identifier").update(system_identifier="42"))
    result = ours("backup", "restore", "latest", "--yes").failed(1)
    assert f"is of database {shop.name} of another server" in result.err
    shop.drop()
    result = ours("backup", "restore", "latest", "--yes").ok()
    assert f"the backup is of database {shop.name} of another server" in result.err


@pytest.mark.slow
def test_latest_where_only_others_are(ours, cli, shop, new_database):
    other = new_database()
    cli("backup", "create", "--form", "custom", env={"DATABASE_URL": other.url}).ok()
    result = ours("backup", "restore", "latest", "--yes").failed(5)
    assert f"there is no backup of database {shop.name}" in result.err


def test_what_is_not_the_manifests_is_not_swapped(ours, cli, shop):
    create(ours, "--form", "custom")

    def change(document):
        table = find(document, "digest")
        table["digest"] = table["digest"].translate(str.maketrans("0123456789abcdef", "123456789abcdef0"))
    edit(manifest_of(cli), change)
    shop.query("DELETE FROM notes")
    result = ours("backup", "restore", "latest", "--yes").failed(4)
    assert "is not what backup" in result.err and f"{shop.name} is as it was" in result.err
    assert shop.value("SELECT count(*) FROM notes") == 0
    assert named(shop.server, shop, "restore") == [] == named(shop.server, shop, "replaced")


def test_digests_of_an_older_version_keep_no_backup_from_its_place(ours, cli, shop):
    create(ours, "--form", "custom")
    edit(manifest_of(cli), lambda document: document["data"].update(algorithm="row-text-hash-128/1"))
    notes = shop.value("SELECT count(*) FROM notes")
    shop.query("DELETE FROM notes")
    result = ours("backup", "restore", "latest", "--yes").ok()
    assert "rows were compared by their number alone" in result.out + result.err
    assert shop.value("SELECT count(*) FROM notes") == notes > 0


@pytest.mark.slow
def test_schema_that_is_not_the_manifests_is_not_swapped(ours, cli, shop):
    create(ours, "--form", "custom")
    edit(manifest_of(cli), lambda document: find(document, "objects")["objects"].pop())
    result = ours("backup", "restore", "latest", "--yes").failed(4)
    assert "is not what backup" in result.err


@pytest.mark.slow
def test_disk_is_short(ours, cli, shop):
    create(ours)
    edit(manifest_of(cli), lambda document: find(document, "database_bytes").update(database_bytes=10**18))
    result = ours("backup", "restore", "latest", "--yes").failed(1)
    assert "the copy needs some 1000000 TB" in result.err or "needs some" in result.err
    assert named(shop.server, shop, "restore") == []


@pytest.mark.slow
def test_live_one_is_gone_and_its_settings_come_from_the_manifest(ours, cluster, shop, roles):
    reader = roles(f"reader_{shop.name}")
    name, role = sql.Identifier(shop.name), sql.Identifier(reader)
    for statement in ("ALTER DATABASE {0} SET work_mem = '7MB'", "COMMENT ON DATABASE {0} IS 'the shop''s own'",
                      "ALTER ROLE {1} IN DATABASE {0} SET statement_timeout = '5s'",
                      "REVOKE ALL ON DATABASE {0} FROM PUBLIC", "GRANT CONNECT ON DATABASE {0} TO {1}"):
        cluster.query(sql.SQL(statement).format(name, role))
    look = """
        SELECT datacl::text, shobj_description(d.oid, 'pg_database'),
               (SELECT array_agg((setrole::regrole, s)::text ORDER BY setrole, s)
                FROM pg_db_role_setting, unnest(setconfig) s WHERE setdatabase = d.oid)
        FROM pg_database d WHERE datname = %s"""
    before = cluster.query(look, [shop.name])
    create(ours)
    shop.drop()
    result = ours("backup", "restore", "latest").ok()
    assert "What is lost is everything after" in result.out
    assert cluster.query(look, [shop.name]) == before
    assert shop.value("SELECT count(*) FROM orders") == 1000


@pytest.mark.slow
@pytest.mark.sanitized
def test_rows_alone_come_into_the_migrations_tables(ours, cli, folder, cluster, new_database, shop):
    """Circular foreign keys, a trigger, rows that a migration puts in, a version that came later."""
    shop.query("DROP TABLE orders, notes")
    folder.pair("001_tables", """
        CREATE TABLE people (id int PRIMARY KEY, team int, name text);
        CREATE TABLE teams (id int PRIMARY KEY, head int REFERENCES people);
        ALTER TABLE people ADD FOREIGN KEY (team) REFERENCES teams;
        COMMENT ON CONSTRAINT people_team_fkey ON people IS 'round';
        CREATE FUNCTION deny() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE 'no'; END$$;
        INSERT INTO people VALUES (1, NULL, 'first');
        CREATE MATERIALIZED VIEW names AS SELECT name FROM people;
        """, "DROP MATERIALIZED VIEW names; DROP TABLE people, teams CASCADE; DROP FUNCTION deny();")
    folder.pair("002_trigger", "CREATE TRIGGER deny BEFORE INSERT ON teams FOR EACH ROW EXECUTE FUNCTION deny();\n",
                "DROP TRIGGER deny ON teams;\n")
    folder.pair("003_later", "ALTER TABLE people ADD later int;\n", "ALTER TABLE people DROP later;\n")
    ours("up", "--to", "001", "--skip-backup").ok()
    shop.query("INSERT INTO teams VALUES (1, 1); UPDATE people SET team = 1, name = 'changed';"
               "INSERT INTO people VALUES (2, 1, 'two'); REFRESH MATERIALIZED VIEW names")
    ours("up", "--to", "002", "--skip-backup").ok()
    create(ours, "--content", "data")
    ours("up", "--skip-backup").ok()
    shop.query("DELETE FROM people WHERE id = 2")
    document = ours("backup", "restore", "latest", "--yes", "--json").ok().json()
    assert document["level"] == "equal"
    assert shop.query("SELECT * FROM people ORDER BY id") == [(1, 1, "changed"), (2, 1, "two")]
    assert shop.query("SELECT name FROM names ORDER BY 1") == [("changed",), ("two",)]
    assert shop.query("SELECT conname, convalidated, obj_description(oid) FROM pg_constraint"
                      " WHERE contype = 'f' ORDER BY 1") == [("people_team_fkey", True, "round"),
                                                             ("teams_head_fkey", True, None)]
    assert shop.value("SELECT tgenabled FROM pg_trigger WHERE tgname = 'deny'") in ("O", b"O")
    states = {entry["version"]: entry["state"] for entry in ours("status", "--json").ok().json()["migrations"]}
    assert states == {"001": "applied", "002": "applied", "003": "pending"}
    ours("up", "--skip-backup").ok()


@pytest.mark.slow
def test_rows_alone_need_the_folder(ours, cli, folder, shop):
    folder.tables(1)
    ours("baseline", "001").ok()
    create(ours, "--content", "data")
    folder.remove("001_table_1.up.sql")
    folder.remove("001_table_1.down.sql")
    result = ours("backup", "restore", "latest", "--yes")
    assert result.code in (1, 4, 5) and result.err
    assert shop.value("SELECT count(*) FROM orders") == 1000


@pytest.mark.slow
@pytest.mark.parametrize("content", [("--content", "schema"), ("--only", "public.orders")])
def test_a_part_never_takes_the_place_of_the_whole(ours, shop, cluster, content):
    create(ours, *content)
    result = ours("backup", "restore", "latest", "--yes").failed(1)
    assert "it would lose all other rows" in result.err and "--into NAME" in result.err
    other = Database(cluster, f"{shop.name}_part")
    ours("backup", "restore", "latest", "--into", other.name).ok()
    assert other.value("SELECT count(*) FROM orders") == (0 if "schema" in content else 1000)


@pytest.mark.slow
@pytest.mark.sanitized
def test_single_table_is_proven(ours, shop):
    create(ours)
    shop.query("TRUNCATE orders")
    document = ours("backup", "restore", "latest", "--only", "public.orders", "--json").ok().json()
    assert document["tables"] == [{"schema": "public", "name": "orders", "rows": 1000, "proven": True}]
    assert shop.value("SELECT count(*) FROM orders") == 0


def test_every_kind_of_row_survives(ours, shop):
    shop.query("""
        CREATE TYPE mood AS ENUM ('a', 'b'); CREATE TYPE pair AS (x int, y text);
        CREATE TABLE kinds (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, b bytea, j json, jb jsonb, x xml, m mood,
            p pair, r int4range, f float8, d date, ts tsvector, bits bit(3), arr text[], n numeric,
            g int GENERATED ALWAYS AS (1) STORED);
        INSERT INTO kinds (b, j, jb, x, m, p, r, f, d, ts, bits, arr, n) VALUES
            ('\\x00ff', '{"a": 1, "a":2}', '{"b": 1.00}', '<a/>', 'b', (1, 'x"y'), '[1,5)', 'NaN', 'infinity', 'a b', B'101',
             '{"a,b",NULL}', 1.00), (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'NaN');
        CREATE UNLOGGED TABLE quick (id int); INSERT INTO quick VALUES (1);
        CREATE TABLE weird ("a ""b" int, "ä€" text, PRIMARY KEY ("a ""b")); INSERT INTO weird VALUES (1, 'x');
        SELECT lo_from_bytea(0, 'large');
        """)
    create(ours)
    look = "SELECT kinds::text FROM kinds ORDER BY id"
    before = shop.query(look)
    shop.query("UPDATE kinds SET n = 1.0 WHERE id = 1; UPDATE weird SET \"ä€\" = 'y'; DELETE FROM quick")
    document = ours("backup", "restore", "latest", "--yes", "--json").ok().json()
    found = {table["name"]: (table["rows_go"], table["rows_come_back"], table["rows_change"])
             for table in document["loss"]["tables"]}
    assert found == {"kinds": (0, 0, 1), "weird": (0, 0, 1), "quick": (0, 1, 0)}
    assert document["level"] == "equal" and shop.query(look) == before


@pytest.mark.slow
def test_up_goes_on_after_a_restore(ours, folder, shop):
    folder.tables(2)
    ours("baseline", "0").ok()
    ours("up", "--to", "001", "--skip-backup").ok()
    create(ours)
    ours("up", "--skip-backup").ok()
    ours("backup", "restore", "latest", "--yes").ok()
    ours("up", "--skip-backup").ok()
    kept, = named(shop.server, shop, "replaced")
    assert comment_of(shop.server, kept)
    assert shop.has("t_2")
