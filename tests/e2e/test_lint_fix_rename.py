"""Renames by `lint --fix`: the application of before and that of after the rename write at each stage,
and see the same; at the end the schema is the one that RENAME leaves."""
import contextlib
import threading

import psycopg
import pytest

from harness.folder import Folder
from harness.program import Program

BASE = """
CREATE TABLE users (id bigint PRIMARY KEY, name text NOT NULL DEFAULT 'nobody' UNIQUE, note text);
CREATE INDEX users_note_name_idx ON users (note, name);
CREATE VIEW people AS SELECT id, name FROM users;
INSERT INTO users SELECT g, 'user ' || g FROM generate_series(1, 100) g;
"""
RENAME = "ALTER TABLE users RENAME COLUMN name TO full_name;\n"
RENAME_BACK = "ALTER TABLE users RENAME COLUMN full_name TO name;\n"


pytestmark = pytest.mark.once


def fingerprint(cli):
    return cli("fingerprint").ok().out.split()[0]


class Renaming:
    """A folder whose second migration was fixed, and a database to take it to, part by part."""

    def __init__(self, tmp_path, new_database, base, up, down):
        self.path = tmp_path
        self.folder = Folder(tmp_path / "migrations")
        self.database = new_database()
        self.cli = Program(tmp_path, self.database.url)
        # rows are written past the sequences here, which postflight would tell
        (tmp_path / "migrate-safe.yaml").write_text("defaults:\n  postflight: off\n")
        self.folder.pair("001_base", base, "SELECT 1;")
        self.folder.pair("002_change", up, down)
        self.cli("up", "-s", "--to", "001").ok()
        self.before = fingerprint(self.cli)
        self.result = self.cli("lint", "--fix", "--json", "migrations/002_change.up.sql")
        fixed, = self.result.json()["fixed"]
        self.later = fixed["later"]
        self.versions = ["002"] + [name.split("/")[1][:3] for name in fixed["made"] if ".up." in name]

    def up_to(self, version):
        return self.cli("up", "-s", "--to", version)

    def down_to(self, version):
        return self.cli("down", "-s", "--to", version, "--yes").ok()

    def add_contract(self):
        assert self.later, self.result
        for name in self.later:
            (self.path / name).rename(self.path / name.removesuffix(".later"))

    def close(self):
        self.cli.close()


def wanted(tmp_path, new_database, base, up):
    """What the change leaves by itself."""
    folder = Folder(tmp_path / "original" / "migrations")
    folder.pair("001_base", base, "SELECT 1;")
    folder.pair("002_change", up, "SELECT 1;")
    (tmp_path / "original" / "migrate-safe.yaml").write_text("defaults:\n  postflight: off\n")
    with contextlib.closing(Program(tmp_path / "original", new_database().url)) as cli:
        cli("up", "-s").ok()
        return fingerprint(cli)


@pytest.fixture
def renaming(tmp_path, new_database):
    made = []

    def make(base=BASE, up=RENAME, down=RENAME_BACK):
        made.append(Renaming(tmp_path, new_database, base, up, down))
        return made[-1]

    yield make
    for each in made:
        each.close()


class Application:
    """Knows the column by one name."""

    def __init__(self, database, name):
        self.database = database
        self.name = name

    def write(self, key, value):
        self.database.query(f"INSERT INTO users (id, {self.name}) VALUES (%s, %s) "
                            f"ON CONFLICT (id) DO UPDATE SET {self.name} = excluded.{self.name}", [key, value])

    def read(self):
        return dict(self.database.query(f"SELECT id, {self.name} FROM users"))


def both_work(old, new, stage):
    """Each writes a row of its own, one that was there, and one that the other wrote."""
    for number, one in enumerate((old, new)):
        one.write(1000 + 10 * stage + number, f"{stage} made by {one.name}")
        one.write(10 * stage + number + 1, f"{stage} changed by {one.name}")
    old.write(1000 + 10 * stage + 1, f"{stage} then by the old")
    new.write(1000 + 10 * stage, f"{stage} then by the new")


def test_both_names_are_equal_until_the_contract(tmp_path, new_database, renaming):
    run = renaming()
    old, new = Application(run.database, "name"), Application(run.database, "full_name")
    for stage, version in enumerate(run.versions):
        run.up_to(version).ok()
        both_work(old, new, stage)
        assert stage == 0 or old.read() == new.read()
    assert all(value for value in new.read().values())
    rows, expanded = new.read(), fingerprint(run.cli)
    run.add_contract()
    run.cli("up", "-s").ok()
    assert new.read() == rows
    assert fingerprint(run.cli) == wanted(tmp_path, new_database, BASE, RENAME)
    new.write(2000, "after")
    rows = new.read()
    run.down_to(run.versions[-1])
    assert fingerprint(run.cli) == expanded
    both_work(old, new, 5)
    assert old.read() == new.read() and rows.keys() < new.read().keys()
    run.down_to("001")
    assert fingerprint(run.cli) == run.before
    run.cli("up", "-s").ok()
    assert fingerprint(run.cli) == wanted(tmp_path / "again", new_database, BASE, RENAME)


# What is written, and what both columns are then. The default is 'd'; {} is either name.
WRITES = [
    ("INSERT INTO t ({}) VALUES ('x')", "x"),
    ("INSERT INTO t (id) VALUES (1)", "d"),
    ("INSERT INTO t ({}) VALUES (NULL)", None),
    ("INSERT INTO t ({}) VALUES ('d')", "d"),
    ("INSERT INTO t ({}) VALUES (DEFAULT)", "d"),
    ("INSERT INTO t (a, b) VALUES ('x', 'x')", "x"),
    ("INSERT INTO t (a, b) VALUES ('x', 'y')", "y"),
    ("INSERT INTO t ({}) VALUES ('x'); UPDATE t SET {} = 'y'", "y"),
    ("INSERT INTO t ({}) VALUES ('x'); UPDATE t SET {} = NULL", None),
    ("INSERT INTO t ({}) VALUES ('x'); UPDATE t SET {} = DEFAULT", "d"),
    ("INSERT INTO t ({}) VALUES ('x'); UPDATE t SET id = 2", "x"),
    ("INSERT INTO t (a) VALUES ('x'); UPDATE t SET b = 'y'; UPDATE t SET a = 'z'", "z"),
    ("INSERT INTO t (a) VALUES ('x'); UPDATE t SET a = 'y', b = 'y'", "y"),
    ("INSERT INTO t (a) VALUES ('x'); UPDATE t SET a = 'y', b = 'z'", "z"),
    ("INSERT INTO t ({}) VALUES ('x'); SET session_replication_role = replica; UPDATE t SET {} = 'y'", "y"),
    ("SET session_replication_role = replica; INSERT INTO t ({}) VALUES ('x')", "x"),
    ("INSERT INTO t (id, {}) VALUES (1, 'x') ON CONFLICT ({}) DO NOTHING; "
     "INSERT INTO t (id, {}) VALUES (1, 'x') ON CONFLICT ({}) DO UPDATE SET {} = excluded.{} || 'y'", "xy"),
    ("ALTER TABLE t DROP COLUMN a CASCADE; INSERT INTO t (b) VALUES ('x'); ALTER TABLE t ADD a text DEFAULT 'x'", "x"),
]


def test_whichever_side_is_written(renaming):
    run = renaming("CREATE TABLE t (id int, a text DEFAULT 'd' UNIQUE);",
                   "ALTER TABLE t RENAME COLUMN a TO b;", "ALTER TABLE t RENAME COLUMN b TO a;")
    run.cli("up", "-s").ok()
    with run.database.connect() as connection:
        for statements, value in WRITES:
            for name in ("a", "b") if "{}" in statements else ("a",):
                with connection.transaction(force_rollback=True):
                    connection.execute(statements.replace("{}", name))
                    rows = connection.execute("SELECT a, b FROM t").fetchall()
                assert rows == [(value, value)], (statements, name)


def test_the_old_column_does_not_go_from_under_the_trigger(renaming):
    run = renaming()
    run.cli("up", "-s").ok()
    with pytest.raises(psycopg.errors.DependentObjectsStillExist, match="trigger"):
        run.database.query("ALTER TABLE users DROP COLUMN note; DROP VIEW people; ALTER TABLE users DROP COLUMN name")


def test_what_was_made_of_the_new_name_is_not_lost(renaming):
    run = renaming()
    run.cli("up", "-s").ok()
    run.database.query("CREATE INDEX made_since ON users (full_name)")
    run.add_contract()
    result = run.cli("up", "-s").failed(2)
    assert "made_since" in result.err and "give it to column name" in result.err
    both_work(Application(run.database, "name"), Application(run.database, "full_name"), 3)
    run.database.query("DROP INDEX made_since")
    run.cli("up", "-s").ok()


def test_what_waits_for_the_application_is_not_among_the_others(renaming):
    run = renaming()
    assert all(name.endswith(".sql.later") for name in run.later) and len(run.later) == 2
    run.cli("up", "-s").ok()
    assert run.database.value("SELECT count(*) FROM users WHERE name = full_name") == 100


def held_and_read(run, path):
    """The strongest lock on users that a file's statements take, rows that they read one by one, and whether the
    table was written anew."""
    node = "SELECT pg_relation_filenode('users')"
    with run.database.connect() as connection, connection.transaction(force_rollback=True):
        before = connection.execute(node).fetchone()
        connection.execute(run.folder.read(path))
        modes = {mode for mode, in connection.execute(
            "SELECT mode FROM pg_locks WHERE relation = 'users'::regclass AND pid = pg_backend_pid()")}
        read = connection.execute("SELECT seq_tup_read FROM pg_stat_xact_user_tables WHERE relname = 'users'").fetchone()
        return modes, read[0], connection.execute(node).fetchone() != before


def test_no_rows_are_read_under_a_strong_lock(renaming):
    run = renaming()
    for name in run.folder.names():
        if ".up.sql" not in name or name < "002" or name.endswith(".later"):
            continue
        text = run.folder.read(name)
        if "CONCURRENTLY" not in text:
            modes, read, is_rewritten = held_and_read(run, name)
            assert not is_rewritten and (read == 0 or modes <= {"RowExclusiveLock", "AccessShareLock"}), name
        run.up_to(name[:3]).ok()
    run.add_contract()
    modes, read, is_rewritten = held_and_read(run, run.later[0].split("/")[1].removesuffix(".later"))
    assert "AccessExclusiveLock" in modes and read == 0 and not is_rewritten


class Writer(threading.Thread):
    """Writes rows, its own and those that others write as well, until it is told to stop."""

    def __init__(self, application, offset):
        super().__init__()
        self.application = application
        self.offset = offset
        self.rounds = 0
        self.failure = None
        self.is_over = threading.Event()
        self.start()

    def run(self):
        try:
            with self.application.database.connect() as connection:
                while not self.is_over.is_set():
                    key = self.rounds % 50
                    value = f"{self.application.name} {self.rounds}"
                    connection.execute("INSERT INTO users (id, {0}) VALUES (%s, %s) ON CONFLICT (id) DO UPDATE SET {0} = "
                                       "excluded.{0}".format(self.application.name), [self.offset + key, value])
                    connection.execute(f"UPDATE users SET {self.application.name} = %s WHERE id = %s", [f"{value} too", key + 1])
                    self.rounds += 1
        except psycopg.Error as error:
            self.failure = error

    def stop(self):
        self.is_over.set()
        self.join()
        assert self.failure is None and self.rounds > 0, self.failure


@pytest.mark.slow
def test_both_write_while_it_goes_on(tmp_path, new_database, renaming):
    run = renaming()
    old = Writer(Application(run.database, "name"), 5000)
    run.up_to("002").ok()
    new = Writer(Application(run.database, "full_name"), 6000)
    for version in run.versions[1:]:
        run.up_to(version).ok()
    old.stop()
    assert run.database.value("SELECT count(*) FROM users WHERE name IS DISTINCT FROM full_name") == 0
    run.add_contract()
    run.cli("up", "-s").ok()
    new.stop()
    assert run.database.value("SELECT count(*) FROM users WHERE full_name LIKE 'name %' AND id >= 5000") == min(old.rounds, 50)
    assert fingerprint(run.cli) == wanted(tmp_path, new_database, BASE, RENAME)


def test_a_fill_that_fails_goes_on_when_its_cause_is_gone(renaming):
    run = renaming(BASE + "INSERT INTO users (id, name, note) VALUES (500, 'long', 'old');\n"
                   "ALTER TABLE users ADD CONSTRAINT no_old CHECK (note <> 'old') NOT VALID;\n")
    run.cli("up", "-s").failed(2)
    both_work(Application(run.database, "name"), Application(run.database, "full_name"), 1)
    run.database.query("UPDATE users SET note = 'new' WHERE id = 500")
    run.cli("up", "-s").ok()
    assert run.database.value("SELECT full_name FROM users WHERE id = 500") == "long"


HOSTILE = [
    ('t "q" %s; --', "$migrate_safe$ %1$s", "it's \\ NEW.x"),
    ("T" * 63, "ä" * 31, "Ä" * 31),
    ("user", "select", "order"),
]


@pytest.mark.slice
@pytest.mark.parametrize("names", HOSTILE)
def test_names_of_any_kind(tmp_path, new_database, renaming, names):
    table, old, new = ('"' + name.replace('"', '""') + '"' for name in names)
    base = f"CREATE TABLE {table} (id int, {old} text DEFAULT 'it''s \\' UNIQUE);\nINSERT INTO {table} VALUES (1, 'x');\n"
    up, down = (f"ALTER TABLE {table} RENAME COLUMN {a} TO {b};\n" for a, b in ((old, new), (new, old)))
    run = renaming(base, up, down)
    run.cli("up", "-s").ok()
    run.database.query(f"INSERT INTO {table} (id) VALUES (2); INSERT INTO {table} (id, {new}) VALUES (3, 'z')")
    assert run.database.query(f"SELECT {old}, {new} FROM {table} ORDER BY id") == [
        ("x", "x"), ("it's \\", "it's \\"), ("z", "z")]
    run.add_contract()
    run.cli("up", "-s").ok()
    assert fingerprint(run.cli) == wanted(tmp_path, new_database, base, up)
    run.down_to("001")
    assert fingerprint(run.cli) == run.before


# (the column, a value of it, another)
KINDS = {
    "json": ("json", """'{"a": 1}'""", """'{"a":1}'"""),
    "numeric": ("numeric NOT NULL DEFAULT 1", "1.0", "1.00"),
    "char": ("char(4)", "'a'", "'b'"),
    "enum": ("mood DEFAULT 'good'::mood", "'good'", "'bad'"),
    "array": ("text[] NOT NULL DEFAULT '{}'", "'{a}'", "'{b,NULL}'"),
    "domain": ("short NOT NULL DEFAULT 'a'", "'ab'", "'abc'"),
    "time": ("timestamptz DEFAULT now()", "'2020-01-01'", "'2021-01-01'"),
    "uuid": ("uuid NOT NULL DEFAULT gen_random_uuid()", "gen_random_uuid()", "gen_random_uuid()"),
    "collation": ('text COLLATE "C"', "'a'", "'A'"),
    "key": ("bigserial PRIMARY KEY", "77", "78"),
    "identity": ("bigint GENERATED BY DEFAULT AS IDENTITY", "77", "78"),
    "reference": ("int REFERENCES parents ON DELETE CASCADE ON UPDATE CASCADE", "1", "2"),
    "checked": ("int CHECK (a > 0) NO INHERIT", "1", "2"),
}
KINDS_BASE = ("CREATE TYPE mood AS ENUM ('good', 'bad');\nCREATE DOMAIN short AS text CHECK (length(VALUE) < 4);\n"
              "CREATE TABLE parents (id int PRIMARY KEY);\nINSERT INTO parents VALUES (1), (2);\n")


def are_equal(database):
    assert database.value("SELECT count(*) FROM t WHERE record_image_ne(ROW(a), ROW(b))") == 0


@pytest.mark.slice
@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_column(tmp_path, new_database, renaming, name):
    definition, first, second = KINDS[name]
    base = KINDS_BASE + f"CREATE TABLE t (id int, a {definition});\nINSERT INTO t (id, a) VALUES (1, {first});\n"
    up = "ALTER TABLE t RENAME COLUMN a TO b;\n"
    run = renaming(base, up, "ALTER TABLE t RENAME COLUMN b TO a;\n")
    run.cli("up", "-s").ok()
    for column in "a", "b":
        run.database.query(f"INSERT INTO t (id, {column}) VALUES (2, {second}); INSERT INTO t (id) VALUES (3)")
        are_equal(run.database)
        run.database.query(f"DELETE FROM t WHERE id > 1; UPDATE t SET {column} = {second}")
        are_equal(run.database)
        run.database.query(f"UPDATE t SET {column} = {first}")
    run.add_contract()
    run.cli("up", "-s").ok()
    assert fingerprint(run.cli) == wanted(tmp_path, new_database, base, up)
    run.down_to("001")
    assert fingerprint(run.cli) == run.before


REFUSED = {
    "the files do not show how the table was made": ("ALTER TABLE seen ADD COLUMN x int;", "seen RENAME COLUMN name TO b"),
    "only an ordinary table": ("CREATE TABLE p (name int) PARTITION BY RANGE (name);", "p RENAME COLUMN name TO b"),
    "generated column": ("CREATE TABLE g (x int, name int GENERATED ALWAYS AS (x) STORED);", "g RENAME COLUMN name TO b"),
    "computed each time": ("CREATE TABLE d (name uuid DEFAULT gen_random_uuid());", "d RENAME COLUMN name TO b"),
    "index e_i has a condition": ("CREATE TABLE e (name text); CREATE INDEX e_i ON e (lower(name));",
                                  "e RENAME COLUMN name TO b"),
    "a statement behind it": ("CREATE TABLE s (name text);",
                              "s RENAME COLUMN name TO b; CREATE INDEX CONCURRENTLY ON s (b)"),
    "trigger ~z fires behind": ("CREATE TABLE f (name text); CREATE FUNCTION z() RETURNS trigger LANGUAGE plpgsql AS "
                                "'BEGIN RETURN NEW; END'; CREATE TRIGGER \"~z\" BEFORE UPDATE ON f FOR EACH ROW "
                                "EXECUTE FUNCTION z();", "f RENAME COLUMN name TO b"),
    "row security": ("CREATE TABLE r (name text); ALTER TABLE r ENABLE ROW LEVEL SECURITY;", "r RENAME TO q"),
}


@pytest.mark.parametrize("why", REFUSED)
def test_what_is_not_sure_is_left(cli_without_database, folder, why):
    base, change = REFUSED[why]
    folder.pair("001_base", base, "SELECT 1;")
    up = f"ALTER TABLE {change};\n"
    folder.pair("002_change", up, "SELECT 1;")
    document = cli_without_database("lint", "--fix", "--json", "migrations/002_change.up.sql").json()
    reasons = [finding["unfixed"] for finding in document["findings"] if finding["rule"].startswith("rename-")]
    assert reasons and all(why in reason for reason in reasons)
    assert folder.read("002_change.up.sql") == up


def test_two_columns_of_a_table_are_renamed_at_once(renaming):
    run = renaming()
    run.cli("up", "-s").ok()
    run.folder.pair("010_other", "ALTER TABLE users RENAME COLUMN note TO a_note;", "SELECT 1;")
    fixed, = run.cli("lint", "--fix", "--json", "migrations/010_other.up.sql").json()["fixed"]
    run.cli("up", "-s").ok()
    run.database.query("INSERT INTO users (id, full_name, a_note) VALUES (501, 'x', 'y')")
    assert run.database.query("SELECT name, note FROM users WHERE id = 501") == [("x", "y")]
    run.later += fixed["later"]
    run.add_contract()
    run.cli("up", "-s", "--allow-late").ok()
    assert run.database.query("SELECT full_name, a_note FROM users WHERE id = 501") == [("x", "y")]


def test_a_tool_that_takes_any_file_does_not_see_what_waits(cli_without_database, folder):
    folder.write("1_base.sql", "-- Up Migration\nCREATE TABLE t (a int);\n-- Down Migration\nDROP TABLE t;\n")
    folder.write("2_change.sql", "-- Up Migration\nALTER TABLE t RENAME TO u;\n-- Down Migration\n"
                 "ALTER TABLE u RENAME TO t;\n")
    fixed, = cli_without_database("lint", "--fix", "--json", "--layout", "node-pg-migrate",
                                  "migrations/2_change.sql").json()["fixed"]
    assert fixed["later"] == ["migrations/.3_change_contract.sql.later"]


NOTES = """
CREATE TABLE notes (id bigserial PRIMARY KEY, body text NOT NULL DEFAULT 'empty');
CREATE TABLE lines (note bigint REFERENCES notes, line text);
"""


# as the written file and the manual say
NOT_THROUGH_A_VIEW = [
    "BEGIN; TRUNCATE notes CASCADE; ROLLBACK",
    "BEGIN; CREATE INDEX ON notes (body); ROLLBACK",
    "BEGIN; CREATE TABLE other (note bigint REFERENCES notes (id)); ROLLBACK",
    "INSERT INTO notes (id) VALUES (7) ON CONFLICT ON CONSTRAINT notes_pkey DO NOTHING",
    "SELECT id, body FROM notes GROUP BY id",
]


def test_a_table_has_both_names(tmp_path, new_database, renaming):
    up = "ALTER TABLE notes RENAME TO remarks;\n"
    run = renaming(NOTES, up, "ALTER TABLE remarks RENAME TO notes;\n")
    role = "reader_" + run.database.value("SELECT substr(md5(random()::text), 1, 8)")
    run.database.query(f"CREATE ROLE {role}; GRANT SELECT, INSERT ON notes TO {role}")
    try:
        run.cli("up", "-s").ok()
        for table in "notes", "remarks":
            run.database.query(f"SET ROLE {role}; SELECT * FROM {table}")
            run.database.query(f"INSERT INTO {table} VALUES (7, 'a') ON CONFLICT (id) DO UPDATE SET body = excluded.body;"
                               f"UPDATE {table} SET body = 'b' WHERE id = 7; INSERT INTO {table} DEFAULT VALUES;")
            assert run.database.query(f"DELETE FROM {table} WHERE id <> 7 RETURNING body") == [("empty",)]
            assert run.database.query(f"SELECT body FROM {table} FOR UPDATE") == [("b",)]
        for statement in NOT_THROUGH_A_VIEW:
            with pytest.raises(psycopg.Error):
                run.database.query(statement)
            run.database.query(statement.replace("notes", "remarks").replace("remarks_pkey", "notes_pkey"))
        expanded = fingerprint(run.cli)
        run.add_contract()
        run.cli("up", "-s").ok()
        run.database.query(f"REVOKE ALL ON remarks FROM {role}")
        assert fingerprint(run.cli) == wanted(tmp_path, new_database, NOTES, up)
        run.database.query(f"GRANT SELECT, INSERT ON remarks TO {role}")
        run.down_to(run.versions[-1])
        assert fingerprint(run.cli) == expanded
        run.database.query(f"REVOKE ALL ON remarks, notes FROM {role}")
        run.down_to("001")
        assert fingerprint(run.cli) == run.before
    finally:
        run.database.query(f"DROP OWNED BY {role}; DROP ROLE {role}")
