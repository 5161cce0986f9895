"""--schema-file: the schema beside the migrations, the same bytes each time, and loadable."""
import re
import subprocess

import pytest
from psycopg import sql

from harness import server as servers
from harness.history import versions
from harness.message import first, hint
from harness.tools import Wrapper
from harness.waiting import until

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("needs_pg_dump")]

EVERYTHING = """
CREATE TYPE state AS ENUM ('open', 'closed');
CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, state state NOT NULL DEFAULT 'open',
    note text DEFAULT E'a\\n\\n\\n--\\n-- PostgreSQL database dump\\n--\\nSET lock_timeout = 0;\\n',
    placed date NOT NULL);
CREATE INDEX orders_placed ON orders (placed) WHERE state = 'open';
COMMENT ON TABLE orders IS E'lines  \\n\\n\\n\\\\restrict abc\\n-- Dumped by pg_dump version 1\\nend';
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
begin


    SET lock_timeout = 0;
    -- Dumped from database version 1
    return new;   
end $$;
CREATE TRIGGER touched BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();
CREATE VIEW open_orders AS SELECT id, placed FROM orders WHERE state = 'open';
CREATE MATERIALIZED VIEW days AS SELECT placed, count(*) FROM orders GROUP BY placed;
CREATE SCHEMA "odd ""name";
CREATE TABLE "odd ""name"."a
b" (i int);
CREATE PUBLICATION changes FOR TABLE orders;
"""
UNDO = """
DROP PUBLICATION changes; DROP SCHEMA "odd ""name" CASCADE; DROP MATERIALIZED VIEW days; DROP VIEW open_orders;
DROP TABLE orders; DROP FUNCTION touch(); DROP TYPE state;
"""


@pytest.fixture
def shop(folder):
    folder.pair("001_everything", EVERYTHING, UNDO)
    folder.pair("002_more", "ALTER TABLE orders ADD more int;", "ALTER TABLE orders DROP more;")
    return folder


@pytest.fixture
def file(tmp_path):
    return tmp_path / "db/schema.sql"


def load(database, path):
    """Into an empty database, as the file's head says."""
    psql = servers.find_tool("psql", database.server.major) or "psql"
    subprocess.run([psql, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", database.url, "-f", path], check=True,
                   timeout=60)


# What is in it


def test_the_same_bytes_each_time(cli, shop, file, new_database):
    cli("up", "--schema-file", file).ok()
    once = file.read_bytes()
    cli("down", "-s", "--to", "0", "--schema-file", file).ok()
    empty = file.read_text()
    cli("up", "-s", "--schema-file", file).ok()
    assert file.read_bytes() == once
    cli("redo", "-s", "--schema-file", file).ok()
    assert file.read_bytes() == once
    cli("up", "--schema-file", file, env={"DATABASE_URL": new_database().url}).ok()
    assert file.read_bytes() == once
    assert "CREATE TABLE" not in empty and empty.endswith("\n-- Applied versions:\n")


def test_nothing_in_it_changes_with_the_program_or_the_server(cli, shop, file):
    cli("up", "--schema-file", file).ok()
    text = file.read_text()
    assert text.endswith(");\n\n-- Applied versions:\n-- 001\n-- 002\n") or \
        text.endswith(";\n\n-- Applied versions:\n-- 001\n-- 002\n")
    outside = re.sub(r"\$\$.*?\$\$|'[^']*'", "x", text, flags=re.DOTALL)
    for pattern in (r"^\\", "Dumped", r"^SET \w+_timeout", "PostgreSQL database dump", "\n\n\n", r"[ \t]$",
                    "OWNER TO", "GRANT", "tablespace"):
        assert not re.search(pattern, outside, re.MULTILINE), pattern
    assert "migrate_safe." not in text


def test_what_is_quoted_is_as_it_was(cli, shop, file, database):
    cli("up", "--schema-file", file).ok()
    text = file.read_text()
    assert "begin\n\n\n    SET lock_timeout = 0;\n    -- Dumped from" in text and "return new;   \n" in text
    assert "'lines  \n\n\n\\restrict abc\n-- Dumped by pg_dump version 1\nend'" in text


def test_it_can_be_loaded_and_baselined(cli, shop, file, database, new_database):
    cli("up", "--schema-file", file).ok()
    text, copy = file.read_bytes(), new_database()
    load(copy, file)
    exclude = "--exclude-schema=migrate_safe"
    assert copy.dump(exclude) == database.dump(exclude)
    env = {"DATABASE_URL": copy.url}
    cli("baseline", "002", "--yes", env=env).ok()
    assert versions(copy) == ["001", "002"]
    shop.pair("003_last", "ALTER TABLE orders ADD last int;", "ALTER TABLE orders DROP last;")
    cli("up", "-s", "--schema-file", file, env=env).ok()
    again = file.read_bytes()
    assert again != text
    cli("up", "-s", "--schema-file", file).ok()
    assert file.read_bytes() == again


def test_a_late_file_is_named(cli, folder, file):
    folder.tables(2, first=2)
    cli("up").ok()
    folder.tables(1)
    folder.tables(1, first=4)
    cli("down", "-s", "--schema-file", file).ok()
    assert file.read_text().endswith("-- Applied versions:\n-- 002\n-- Not applied, though older: 001 "
                                     "(run its file before the baseline)\n")


def test_no_password_comes_into_it(cli, folder, file, database):
    folder.write("001_a.up.sql", """
        CREATE EXTENSION postgres_fdw;
        CREATE SERVER other FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'other', dbname 'x');
        CREATE USER MAPPING FOR CURRENT_USER SERVER other OPTIONS (user 'u', password 'geheim-7f3a');
        CREATE SUBSCRIPTION s CONNECTION 'host=other password=geheim-7f3a' PUBLICATION p
            WITH (connect = false, slot_name = NONE);""")
    try:
        cli("up", "--schema-file", file)
        assert "CREATE SERVER other" in file.read_text()
        assert "geheim" not in file.read_text() and "USER MAPPING" not in file.read_text()
    finally:
        database.query("DROP SUBSCRIPTION IF EXISTS s")


def test_a_schema_of_another_name_is_left_out_too(cli, folder, file):
    folder.tables(1)
    cli("up", "--schema", 'our "own" *', "--schema-file", file).ok()
    assert "own" not in file.read_text().split("\n\n", 1)[1].lower().replace("owner", "")


# When it is written


def test_only_after_a_change(cli, shop, file):
    cli("up", "--dry-run", "--schema-file", file).ok()
    cli("plan").ok()
    assert not file.exists()
    result = cli("up", "--schema-file", file).ok()
    assert f"The schema is in {file}\n" in result.out
    file.write_text("mine")
    cli("up", "-s", "--schema-file", file).ok()
    cli("down", "-s", "--dry-run", "--schema-file", file).ok()
    cli("down", "-s").ok()
    assert file.read_text() == "mine"


def test_the_setting_starts_at_the_configurations_folder(cli, shop, tmp_path):
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf/a.yaml").write_text("defaults:\n  schema-file: db/schema.sql\n  dir: ../migrations\n")
    cli("up", "--config", "conf/a.yaml").ok()
    assert "orders" in (tmp_path / "conf/db/schema.sql").read_text()


def test_redo_writes_once(cli, shop, file, tmp_path):
    wrapper = Wrapper(tmp_path)
    cli("up").ok()
    result = cli("redo", "-s", "--json", "--schema-file", file, "--tools", wrapper).ok()
    assert result.json()["schema_file"] == {"path": str(file), "written": True, "error": None}
    assert len(wrapper.calls()) == 1


def test_a_redo_that_ends_half_way_leaves_what_is_there(cli, shop, file):
    cli("up", "--schema-file", file).ok()
    shop.write("002_more.up.sql", "SELECT nope;")
    cli("redo", "-s", "--schema-file", file).failed(2)
    assert file.read_text().endswith("-- 001\n") and "more integer" not in file.read_text()


def test_what_was_applied_before_a_failure_is_in_it(cli, shop, file):
    shop.write("003_bad.up.sql", "SELECT nope;")
    result = cli("up", "--json", "--schema-file", file).failed(2)
    assert result.json()["schema_file"]["written"] and file.read_text().endswith("-- 001\n-- 002\n")
    result = cli("up", "-s", "--json", "--schema-file", file).failed(2)
    assert result.json()["schema_file"] is None


def test_not_while_a_migration_is_half_way(cli, shop, file):
    shop.write("003_steps.up.sql", "-- migrate-safe: no-transaction\nCREATE TABLE half (i int);\nSELECT nope;")
    result = cli("up", "--schema-file", file).failed(2)
    assert "was not written anew: version 003 stopped half way" in result.err and not file.exists()
    shop.write("003_steps.up.sql", "-- migrate-safe: no-transaction\nCREATE TABLE half (i int);\nSELECT 1;")
    cli("recover", "-s", "--resume", "--schema-file", file).ok()
    assert file.read_text().endswith("-- 001\n-- 002\n-- 003\n")


# When it cannot be written: the change stays, and is a success


def unwritten(result, database, *pieces):
    """One warning, exit code 0, and the same for machines."""
    assert result.code == 0 and database.has("orders"), result
    field = result.json()["schema_file"]
    assert not field["written"] and field["error"]["message"] in result.err
    assert result.err.count("migrate-safe: warning:") == 1
    for piece in pieces:
        assert piece in result.err
    return field


def test_a_pg_dump_that_is_not_there_or_too_old(cli, shop, file, database, tmp_path):
    up = ["up", "--json", "--schema-file", file, "--tools"]
    unwritten(cli(*up, "no-such-wrapper"), database, "cannot execute no-such-wrapper", "hint:")
    cli("down", "-s", "--to", "0").ok()
    missing = Wrapper(tmp_path, "missing", "echo 'pg_dump: not found' >&2; exit 127")
    unwritten(cli(*up, missing, "-s"), database, "exit code 127", "pg_dump: not found", f"try: {missing} pg_dump")
    cli("down", "-s", "--to", "0").ok()
    old = Wrapper(tmp_path, "old", "echo 'pg_dump (PostgreSQL) 9.6.24'")
    unwritten(cli(*up, old, "-s"), database, "9.6.24", f"cannot read a server of PostgreSQL {database.server.major}",
              f"apt-get install postgresql-client-{database.server.major}")
    assert not file.exists()


@pytest.mark.parametrize("body, message", [
    ('"$@" | head -c 1000', "ends before its end"),
    ("echo half; echo 'pg_dump: error: query failed: ERROR:  permission denied for table x' >&2; exit 1",
     "query failed: ERROR:  permission denied for table x"),
    ("kill -9 $$", "exit code 137 and said nothing"),
])
def test_a_pg_dump_that_fails_leaves_the_file(cli, shop, file, database, tmp_path, body, message):
    file.parent.mkdir()
    file.write_text("old")
    wrapper = Wrapper(tmp_path, body=f'case "$*" in *--version) exec "$@";; esac\n{body}')
    unwritten(cli("up", "--json", "--schema-file", file, "--tools", wrapper), database, message)
    assert file.read_text() == "old" and list(file.parent.iterdir()) == [file]


def test_a_role_that_may_not_read_a_table(cli, shop, file, database):
    name = f"plain_{database.name}"
    database.query("CREATE TABLE private (i int)")
    database.query(sql.SQL("CREATE ROLE {0} LOGIN; GRANT ALL ON DATABASE {1} TO {0}; GRANT ALL ON SCHEMA public TO {0}")
                   .format(sql.Identifier(name), sql.Identifier(database.name)))
    env = {"DATABASE_URL": database.server.url(database.name, user=name)}
    try:
        cli("baseline", "0", "--yes", env=env).ok()
        result = cli("up", "-s", "--json", "--schema-file", file, env=env)
        unwritten(result, database, "permission denied for table private", "GRANT SELECT")
    finally:
        database.query(sql.SQL("DROP PUBLICATION IF EXISTS changes; DROP OWNED BY {0} CASCADE; DROP ROLE {0}")
                       .format(sql.Identifier(name)))


def test_a_place_that_cannot_be_written(cli, shop, database, tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "plain").write_text("")
    unwritten(cli("up", "--json", "--schema-file", "folder"), database, "folder was not written anew", "Is a directory")
    cli("down", "-s", "--to", "0").ok()
    unwritten(cli("up", "-s", "--json", "--schema-file", "plain/schema.sql"), database, "Not a directory")


@pytest.mark.parametrize("path", ["migrations/schema.sql", "migrations/001_everything.up.sql",
                                  "./migrations/../migrations/x.sql"])
def test_not_among_the_migrations(cli, shop, database, path):
    before = shop.names()
    result = cli("up", "--schema-file", path).failed(5)
    assert first(result).endswith(f"the schema file {path} would stand among the migrations")
    assert "--schema-file FILE" in hint(result)
    assert shop.names() == before and not database.has("orders")


def test_ctrl_c_while_it_is_written(cli, shop, file, database, tmp_path):
    started = tmp_path / "started"
    wrapper = Wrapper(tmp_path, body=f'case "$*" in *--version) exec "$@";; esac\n: >{started}\nexec sleep 60')
    running = cli.start("up", "--json", "--schema-file", file, "--tools", wrapper)
    until(started.exists)
    unwritten(running.interrupt().finish(), database, "was interrupted")
    assert versions(database) == ["001", "002"] and not file.exists()
