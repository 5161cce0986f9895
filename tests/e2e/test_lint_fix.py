"""`lint --fix`, proven: what it writes leaves the schema that the original leaves, is taken back to
the schema before, and nothing of what was found is found in it again."""
import dataclasses
import shutil
import subprocess

import pytest

from harness import written
from harness.folder import Folder
from harness.program import Program

BASE = """
CREATE TABLE users (id bigint PRIMARY KEY, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint, status text, total numeric);
INSERT INTO users SELECT g, 'mail ' || g FROM generate_series(1, 200) g;
INSERT INTO orders SELECT g, g % 200 + 1, 'new', g FROM generate_series(1, 1000) g;
"""
BASE_DOWN = "DROP SCHEMA public CASCADE;\n"


@dataclasses.dataclass
class Case:
    rules: str  # whose findings are to be gone
    up: str
    down: str
    files: int  # that the up becomes, where one without a transaction holds several statements
    base: str = ""
    options: tuple = ()


CASES = {
    "index": Case("create-index-blocking", "CREATE INDEX orders_status_idx ON orders (status);\n",
                  "DROP INDEX orders_status_idx;\n", 1),
    "index in a block": Case(
        "create-index-blocking statement-after-ael",
        "BEGIN;\nALTER TABLE orders ADD COLUMN note text;\n"
        "CREATE UNIQUE INDEX ON orders (lower(status), id) WHERE total > 0;\nCOMMIT;\n",
        "BEGIN;\nDROP INDEX orders_lower_id_idx;\nALTER TABLE orders DROP COLUMN note;\nCOMMIT;\n", 2),
    "two indexes and what needs one": Case(
        "create-index-blocking",
        "-- what is looked for\nCREATE INDEX orders_status_idx ON orders (status);\n"
        "CREATE INDEX orders_total_idx ON orders (total);\n"
        "COMMENT ON TABLE users IS 'who buys';\n"
        "ALTER INDEX orders_total_idx RENAME TO orders_by_total;\n",
        "ALTER INDEX orders_by_total RENAME TO orders_total_idx;\n"
        "COMMENT ON TABLE users IS NULL;\n"
        "DROP INDEX orders_total_idx, orders_status_idx;\n", 3),
    "an index is dropped": Case(
        "drop-index-blocking", "DROP INDEX users_email_idx;\n",
        "CREATE INDEX users_email_idx ON users (email);\n", 1,
        base="CREATE INDEX users_email_idx ON users (email);\n"),
    "reindex": Case("reindex-blocking", "REINDEX TABLE orders;\n", "SELECT 1;\n", 1),
    "foreign key": Case(
        "add-fk-validated",
        "ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE;\n",
        "ALTER TABLE orders DROP CONSTRAINT orders_user_id_fkey;\n", 2),
    "check": Case(
        "add-check-validated", "ALTER TABLE orders ADD CHECK (total >= 0);\n",
        "ALTER TABLE orders DROP CONSTRAINT orders_total_check;\n", 2),
    "several in one statement": Case(
        "add-fk-validated add-check-validated",
        "ALTER TABLE orders\n    ADD CONSTRAINT has_user FOREIGN KEY (user_id) REFERENCES users,\n"
        "    ADD COLUMN note text, -- what the buyer said\n"
        "    ADD CONSTRAINT is_priced CHECK (total >= 0);\n",
        "ALTER TABLE orders DROP CONSTRAINT is_priced, DROP COLUMN note, DROP CONSTRAINT has_user;\n",
        2),
    "check with its column": Case(
        "add-column-inline-check",
        "ALTER TABLE orders ADD COLUMN rate int DEFAULT 1 CONSTRAINT is_rate CHECK (rate > 0);\n",
        "ALTER TABLE orders DROP COLUMN rate;\n", 2),
    "foreign key with its column": Case(
        "add-column-inline-fk",
        "ALTER TABLE orders ADD COLUMN payer bigint DEFAULT 7 REFERENCES users ON DELETE SET NULL;\n"
        "CREATE INDEX orders_payer_idx ON orders (payer);\n",
        "DROP INDEX orders_payer_idx;\nALTER TABLE orders DROP COLUMN payer;\n", 4),
    "validated too early": Case(
        "validate-in-same-transaction",
        "ALTER TABLE orders ADD CONSTRAINT is_priced CHECK (total >= 0) NOT VALID;\n"
        "ALTER TABLE orders VALIDATE CONSTRAINT is_priced;\n",
        "ALTER TABLE orders DROP CONSTRAINT is_priced;\n", 2),
    "not null": Case(
        "set-not-null-scan", "ALTER TABLE orders ALTER COLUMN status SET NOT NULL;\n",
        "ALTER TABLE orders ALTER COLUMN status DROP NOT NULL;\n", 3),
    "not null, half proven": Case(
        "set-not-null-scan", "ALTER TABLE orders ALTER status SET NOT NULL;\n",
        "ALTER TABLE orders ALTER status DROP NOT NULL;\n", 3,
        base="ALTER TABLE orders ADD CONSTRAINT has_status CHECK (status IS NOT NULL) NOT VALID;\n"),
    "unique": Case(
        "add-unique-direct", "ALTER TABLE orders ADD UNIQUE (id, total) DEFERRABLE;\n",
        "ALTER TABLE orders DROP CONSTRAINT orders_id_total_key;\n", 2),
    "primary key": Case(
        "add-pk-direct", "ALTER TABLE parts ADD PRIMARY KEY (number, kind);\n",
        "ALTER TABLE parts DROP CONSTRAINT parts_pkey;\n", 5,
        base="CREATE TABLE parts (number int, kind text NOT NULL);\n"
             "INSERT INTO parts SELECT g, 'a' FROM generate_series(1, 50) g;\n"),
    "a default for each row": Case(
        "add-column-volatile-default",
        "ALTER TABLE orders ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid();\n",
        "ALTER TABLE orders DROP COLUMN token;\n", 5),
    "a partitioned table": Case(
        "create-index-partitioned", "CREATE INDEX ON events (id);\n", "DROP INDEX events_id_idx;\n", 3,
        base="CREATE TABLE events (id bigint, day date) PARTITION BY RANGE (day);\n"
             "CREATE TABLE events_2029 PARTITION OF events FOR VALUES FROM ('2029-01-01') TO ('2030-01-01');\n"
             "CREATE TABLE events_rest PARTITION OF events DEFAULT;\n"
             "INSERT INTO events VALUES (1, '2029-05-05'), (2, '2031-05-05');\n"),
}
MIXED = Case(
    "create-index-blocking add-check-validated",
    "ALTER TABLE orders ADD COLUMN note text;\n"
    "ALTER TABLE orders ADD CONSTRAINT is_priced CHECK (total >= 0);\n"
    "CREATE INDEX orders_status_idx ON orders (status);\n",
    "DROP INDEX orders_status_idx;\nALTER TABLE orders DROP CONSTRAINT is_priced;\n"
    "ALTER TABLE orders DROP COLUMN note;\n", 3)


def fingerprint(cli):
    return cli("fingerprint").ok().out.split()[0]


def left(document, rules):
    return [finding["message"] for finding in document["findings"] if finding["rule"] in rules.split()]


class Fixed:
    """The original on one database, what --fix wrote on another."""

    def __init__(self, tmp_path, new_database, layout, case):
        self.case = case
        self.database = new_database()
        self.folder = Folder(tmp_path / "migrations")
        self.original = Program(tmp_path / "original", new_database().url)
        self.cli = Program(tmp_path, self.database.url)
        options = "-s", "--layout", layout
        written.write(self.folder, layout, written.FIRST, "base", BASE + case.base, BASE_DOWN)
        self.cli("up", *options).ok()
        self.before = fingerprint(self.cli)
        self.file = written.write(self.folder, layout, written.SECOND, "change", case.up, case.down)
        shutil.copytree(self.folder.path, tmp_path / "original" / "migrations")
        self.original("up", *options).ok()
        self.wanted = fingerprint(self.original)
        self.files = set(self.folder.names())
        self.result = self.cli("lint", "--fix", "--json", "--layout", layout, *case.options,
                               f"migrations/{self.file}")
        self.document = self.result.json()
        self.options = options

    def ups(self):
        fixed, = self.document["fixed"]
        return [fixed["file"]] + [name for name in fixed["made"] if "down" not in name
                                  and not name.endswith(".toml") and "/U" not in name]

    def prove(self):
        assert left(self.document, self.case.rules) == []
        # no table is read through or written anew under a lock that anybody waits for
        assert [finding["message"] for finding in self.document["findings"]
                if finding["risk"] in ("scan", "rewrite") and finding["severity"] != "notice"] == []
        assert self.files <= set(self.folder.names())
        self.cli("validate", *self.options[1:]).ok()
        self.cli("up", *self.options).ok()
        assert fingerprint(self.cli) == self.wanted
        self.cli("down", "--to", self.first_version(), *self.options).ok()
        assert fingerprint(self.cli) == self.before
        self.cli("up", *self.options).ok()
        assert fingerprint(self.cli) == self.wanted
        left_over = self.database.query("SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid")
        assert left_over == []

    def first_version(self):
        return self.database.value("SELECT version FROM migrate_safe.schema_migrations ORDER BY applied_order")

    def close(self):
        self.cli.close()
        self.original.close()


@pytest.fixture
def fixed(tmp_path, new_database):
    (tmp_path / "original").mkdir()
    made = []

    def make(layout, case):
        made.append(Fixed(tmp_path, new_database, layout, case))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.mark.once
@pytest.mark.slice
@pytest.mark.parametrize("name", CASES)
def test_a_fix_leaves_what_the_original_leaves(fixed, name):
    case = CASES[name]
    run = fixed("plain", case)
    assert len(run.ups()) == case.files, run.ups()
    run.prove()


@pytest.mark.once
@pytest.mark.slice
@pytest.mark.parametrize("layout", written.LAYOUTS)
def test_every_layout(fixed, layout):
    run = fixed(layout, MIXED)
    assert len(run.ups()) == MIXED.files, run.ups()
    run.prove()


# Which files are rewritten, and what of them stays

INDEX = "CREATE INDEX orders_status_idx ON orders (status);\n"


@pytest.fixture
def shop(folder):
    folder.pair("001_base", BASE, BASE_DOWN)
    folder.pair("002_index", INDEX, "DROP INDEX orders_status_idx;\n")
    return folder


def fix(cli, *arguments):
    return cli("lint", "--fix", "--json", *arguments).json()


def reasons(document):
    return {finding["rule"]: finding["unfixed"] for finding in document["findings"] if finding["unfixed"]}


def test_bytes_outside_of_the_statement_stay(cli_without_database, shop):
    before = b"\xef\xbb\xbf-- first\r\n\r\n  CREATE INDEX orders_status_idx\r\n  ON orders (status) ; -- why\r\n-- last"
    shop.write("002_index.up.sql", before)
    fix(cli_without_database, "migrations/002_index.up.sql")
    after = (shop.path / "002_index.up.sql").read_bytes()
    assert after == (b"\xef\xbb\xbf-- migrate-safe: no-transaction\r\n-- first\r\n\r\n"
                     b"  CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status); -- why\r\n-- last")


def test_an_applied_migration_is_not_rewritten(cli, shop):
    cli("up", "-s").ok()
    files = {name: shop.read(name) for name in shop.names()}
    document = fix(cli, "migrations/002_index.up.sql")
    assert "applied" in reasons(document)["create-index-blocking"]
    assert document["fixed"] == [] and {name: shop.read(name) for name in shop.names()} == files


def test_what_is_applied_has_to_be_known(cli_without_database, shop):
    result = cli_without_database("lint", "--fix").failed(5)
    assert "which migrations are applied is not known" in result.err and "--since REF" in result.err
    assert shop.read("002_index.up.sql") == INDEX


def test_a_later_migration_that_needs_it_keeps_it_whole(cli_without_database, shop):
    check = "ALTER TABLE orders ADD CONSTRAINT is_priced CHECK (total > 0);\n"
    shop.pair("003_check", check, "ALTER TABLE orders DROP CONSTRAINT is_priced;\n")
    shop.pair("004_notes", "CREATE TABLE notes (id int);\n", "DROP TABLE notes;\n")
    document = fix(cli_without_database, "migrations/003_check.up.sql")
    assert document["fixed"][0]["made"][0].startswith("migrations/005_")
    shop.write("003_check.up.sql", check)
    shop.pair("006_rename", "ALTER TABLE orders RENAME TO sales;\n", "ALTER TABLE sales RENAME TO orders;\n")
    document = fix(cli_without_database, "migrations/003_check.up.sql")
    assert reasons(document)["add-check-validated"].startswith("migrations/005_") or (
        "006_rename" in reasons(document)["add-check-validated"])
    assert shop.read("003_check.up.sql") == check


def test_what_cannot_be_fixed_says_why(cli_without_database, shop):
    shop.write("002_index.up.sql", f"DO $$ BEGIN\n{INDEX}END $$;\n")
    assert reasons(fix(cli_without_database, "migrations/002_index.up.sql")) == {
        "create-index-blocking": "it stands in a DO block"}
    shop.write("002_index.up.sql", "-- migrate-safe: ignore create-index-blocking: small\n" + INDEX)
    assert fix(cli_without_database, "migrations/002_index.up.sql")["fixed"] == []


def test_nothing_that_is_there_is_overwritten(cli_without_database, shop):
    check = "ALTER TABLE orders ADD CONSTRAINT is_priced CHECK (total > 0);\n"
    shop.write("002_index.up.sql", check)
    (shop.path / "003_index_validate.down.sql").symlink_to("nowhere")
    result = cli_without_database("lint", "--fix", "migrations/002_index.up.sql").failed(5)
    assert "003_index_validate.down.sql" in result.err
    assert shop.read("002_index.up.sql") == check
    assert not (shop.path / "003_index_validate.up.sql").exists()


def test_the_diff_gives_what_fix_writes(cli_without_database, shop, tmp_path):
    shop.write("002_index.up.sql", MIXED.up)
    shop.write("002_index.down.sql", MIXED.down)
    before = {name: shop.read(name) for name in shop.names()}
    diff = cli_without_database("lint", "--diff", "migrations/002_index.up.sql").ok()
    assert {name: shop.read(name) for name in shop.names()} == before
    cli_without_database("lint", "--fix", "migrations/002_index.up.sql").ok()
    wanted = {name: shop.read(name) for name in shop.names()}
    for name in shop.names():
        shop.remove(name)
    for name, text in before.items():
        shop.write(name, text)
    subprocess.run(["patch", "-p1", "-s"], input=diff.out.encode(), cwd=tmp_path, check=True)
    assert {name: shop.read(name) for name in shop.names()} == wanted


def test_an_invalid_index_is_not_passed_over(cli, database, folder):
    folder.write("001_base.sql", BASE)
    folder.write("002_index.sql", "CREATE UNIQUE INDEX orders_user_idx ON orders (user_id);\n")
    cli("lint", "--fix", "--layout", "plain", "migrations/002_index.sql")
    is_valid = "SELECT indisvalid FROM pg_index WHERE indexrelid = 'orders_user_idx'::regclass"
    cli("up", "-s").failed(2)
    assert database.value(is_valid) is False
    database.query("DELETE FROM orders WHERE id > 200")
    # as any runner that runs the file's statements one after the other, from the first
    with database.connect() as connection:
        for statement in folder.read("002_index.sql").split(";")[:-1]:
            connection.execute(statement)
    assert database.value(is_valid) is True


@pytest.mark.once
@pytest.mark.slow
def test_not_null_of_18_needs_no_check(fixed, programs):
    if programs.major < 18:
        pytest.skip("NOT NULL can be NOT VALID since PostgreSQL 18")
    case = CASES["not null"]
    run = fixed("plain", dataclasses.replace(case, files=2, options=("--pg", "18")))
    assert len(run.ups()) == 2 and "NOT NULL status NOT VALID" in run.folder.read(run.file)
    run.prove()


# Set aside in place of dropped

KEPT = {
    "table": ("drop-table", "DROP TABLE notes;\n",
              "CREATE TABLE notes (id serial PRIMARY KEY, body text);\nCREATE INDEX notes_body_idx ON notes (body);\n",
              "SELECT count(*) FROM migrate_safe_quarantine.notes_20240101000002"),
    "column": ("drop-column", "ALTER TABLE orders DROP COLUMN total, ADD COLUMN extra int;\n",
               "ALTER TABLE orders DROP COLUMN extra, ADD COLUMN total numeric DEFAULT 0 NOT NULL;\n",
               "SELECT count(migrate_safe_quarantine_20240101000002_total) FROM orders"),
}


@pytest.mark.once
@pytest.mark.slice
@pytest.mark.parametrize("layout", ["plain", "dbmate", "paired"])
@pytest.mark.parametrize("name", KEPT)
def test_with_keep_nothing_is_lost(fixed, layout, name):
    rules, up, down, kept = KEPT[name]
    base = ("CREATE TABLE notes (id serial PRIMARY KEY, body text);\nCREATE INDEX notes_body_idx ON notes (body);\n"
            "INSERT INTO notes (body) SELECT 'note ' || g FROM generate_series(1, 50) g;\n"
            "ALTER TABLE orders ALTER total SET DEFAULT 0, ALTER total SET NOT NULL;\n")
    run = fixed(layout, Case(rules, up, down, 1, base=base, options=("--keep",)))
    table, = [table for table in ("notes", "orders") if table in up]
    rows = run.database.query(f"SELECT * FROM {table} ORDER BY 1")
    assert left(run.document, rules + " rename-table rename-column set-schema multiple-strong-locks-one-transaction") == []
    run.cli("up", *run.options).ok()
    assert run.database.value(kept) == len(rows)
    run.cli("down", *run.options).ok()
    assert run.database.query(f"SELECT * FROM {table} ORDER BY 1") == rows
    run.database.query("DROP SCHEMA IF EXISTS migrate_safe_quarantine")  # it stays, empty
    assert fingerprint(run.cli) == run.before
    run.cli("up", *run.options).ok()
    assert run.database.value(kept) == len(rows)


def test_without_keep_a_drop_stays(cli_without_database, shop):
    shop.write("002_index.up.sql", "DROP TABLE orders;\n")
    assert "--keep" in reasons(fix(cli_without_database, "migrations/002_index.up.sql"))["drop-table"]


# Under two names, until the contract file runs

USERS = """
CREATE TABLE users (id bigint PRIMARY KEY, name text NOT NULL DEFAULT 'nobody', email text);
CREATE UNIQUE INDEX users_email_idx ON users (email);
CREATE VIEW names AS SELECT id, name FROM users;
INSERT INTO users SELECT g, 'name ' || g, 'mail ' || g FROM generate_series(1, 100) g;
"""
RENAMES = {
    "column": "ALTER TABLE users RENAME COLUMN email TO address;\n",
    "column with a default": "ALTER TABLE users RENAME name TO full_name;\n",
    "table": "ALTER TABLE users RENAME TO people;\n",
}


def take_later(folder):
    """What people do when no code of the release before runs any more."""
    for name in folder.names():
        if name.endswith(".later"):
            target = name.removesuffix(".later")
            if not any(target.startswith(part) for part in ("rollback/",)) and "_up.sql" in target:
                target = target.replace("_up.sql", "/up.sql")
            if "_down.sql" in target and "rollback/" not in target and not target.startswith("U"):
                target = target.replace("_down.sql", "/down.sql")
            (folder.path / target).parent.mkdir(exist_ok=True)
            (folder.path / name).rename(folder.path / target)


class Renaming:
    def __init__(self, tmp_path, new_database, layout, up):
        down = "ALTER TABLE people RENAME TO users;\n" if "people" in up else (
            "ALTER TABLE users RENAME address TO email;\n" if "address" in up else
            "ALTER TABLE users RENAME full_name TO name;\n")
        self.run = Fixed(tmp_path, new_database, layout, Case("rename-column rename-table", up, down, 1, base=""))
        self.database = self.run.database
        self.folder = self.run.folder


@pytest.mark.once
@pytest.mark.slice
@pytest.mark.parametrize("name", RENAMES)
@pytest.mark.parametrize("layout", ["plain", "goose", "dbmate", "paired", "diesel", "flyway", "sql-migrate"])
def test_a_rename_is_the_same_in_the_end(tmp_path, new_database, layout, name, monkeypatch):
    monkeypatch.setattr("test_lint_fix.BASE", USERS)
    (tmp_path / "original").mkdir()
    run = Renaming(tmp_path, new_database, layout, RENAMES[name]).run
    assert left(run.document, "rename-column rename-table") == []
    run.cli("up", *run.options).ok()
    expanded = fingerprint(run.cli)
    take_later(run.folder)
    run.cli("validate", *run.options[1:]).ok()
    assert left(run.cli("lint", "--json", *run.options[1:]).json(), "rename-column rename-table drop-column") == []
    run.cli("up", *run.options).ok()
    assert fingerprint(run.cli) == run.wanted != expanded
    run.cli("down", *run.options).ok()
    assert fingerprint(run.cli) == expanded
    run.cli("down", "--to", run.first_version(), *run.options).ok()
    assert fingerprint(run.cli) == run.before
    run.close()
