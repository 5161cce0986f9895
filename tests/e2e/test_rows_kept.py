"""Rows that a migration deletes or overwrites: `lint --fix --keep` writes what keeps them, and they come back as they were."""
import pytest

pytestmark = pytest.mark.once

BASE = """
CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text,
    low text GENERATED ALWAYS AS (lower(email)) STORED, status text, seen timestamptz DEFAULT '2024-01-01');
INSERT INTO users (email, status) SELECT 'Mail ' || g, CASE WHEN g % 3 = 0 THEN 'new' END FROM generate_series(1, 30) g;
CREATE TABLE "Parts" (a int, "B" text, n numeric(8,2), doc json, PRIMARY KEY (a, "B"));
INSERT INTO "Parts" SELECT g % 5, 'b' || g, g / 3.0, '{"a": 1}' FROM generate_series(1, 30) g;
CREATE TABLE events (id int, day date, note text, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
CREATE TABLE events_old PARTITION OF events FOR VALUES FROM ('2000-01-01') TO ('2020-01-01');
CREATE TABLE events_rest PARTITION OF events DEFAULT;
INSERT INTO events SELECT g, date '2015-01-01' + g * 100, 'note' FROM generate_series(1, 30) g;
CREATE TABLE tags (id serial PRIMARY KEY, owner bigint REFERENCES users, tag text);
INSERT INTO tags (owner, tag) SELECT g, 'tag' FROM generate_series(1, 10) g;
"""
TABLES = "users", '"Parts"', "events", "tags"
CASES = {
    "delete": "DELETE FROM tags WHERE id < 4;\n",
    "what it needs, too": "DELETE FROM tags WHERE owner = 6; -- first\nDELETE FROM users u USING tags t WHERE u.id = 6 AND t.id <> 6;\n",
    "identity and generated columns": "DELETE FROM users WHERE id > 20;\n",
    "update": "UPDATE users SET status = 'old', seen = NULL WHERE status IS NULL;\nUPDATE users u SET status = upper(status);\n",
    "before a constraint": "UPDATE users SET status = 'old' WHERE status IS NULL;\nALTER TABLE users ADD CHECK (status IS NOT NULL) NOT VALID;\n",
    "behind a constraint that went": "ALTER TABLE tags DROP CONSTRAINT tags_owner_fkey;\nDELETE FROM users WHERE id = 6;\n"
                                     "CREATE UNIQUE INDEX one_mail ON users (email);\n",
    "composite key": """UPDATE "Parts" SET n = n + 1, doc = NULL WHERE a < 3;\nDELETE FROM "Parts" p WHERE "B" LIKE 'b1%';\n""",
    "partitions": "UPDATE events SET note = 'b' || id WHERE id < 20;\nDELETE FROM events WHERE day < '2016-01-01';\n",
    "a partition": "DELETE FROM events_rest WHERE id = 25;\n",
    "truncate": "TRUNCATE tags;\n",
    "the same rows twice": "UPDATE tags SET tag = 'a';\nUPDATE tags SET tag = 'b' WHERE id > 3;\nDELETE FROM tags WHERE tag = 'b';\n",
}
DOWNS = {
    "before a constraint": "ALTER TABLE users DROP CONSTRAINT users_status_check;\n",
    "behind a constraint that went": "BEGIN;\nDROP INDEX one_mail;\n"
                                     "ALTER TABLE tags ADD CONSTRAINT tags_owner_fkey FOREIGN KEY (owner) REFERENCES users;\nCOMMIT;\n",
}


def rows(database):
    return {table: database.query(f"SELECT t::text, tableoid::regclass::text FROM {table} t ORDER BY t::text") for table in TABLES}


def fingerprint(cli):
    return cli("fingerprint", "--json").ok().json()["fingerprint"]


def keep(cli, *options):
    return cli("lint", "--fix", "--keep", "--json", *options, "migrations/002_change.up.sql").json()


def lost(document):
    return [finding for finding in document["findings"] if finding["rule"] == "rows-not-kept"]


@pytest.mark.slice
@pytest.mark.parametrize("name", CASES)
def test_the_down_of_the_fix_puts_them_back(cli, database, folder, name):
    folder.pair("001_base", BASE, "DROP SCHEMA public CASCADE;\n")
    cli("up", "-s").ok()
    then, before = rows(database), fingerprint(cli)
    folder.pair("002_change", CASES[name], DOWNS.get(name, "SELECT 1;\n"))
    document = keep(cli)
    assert len(document["fixed"]) == 1 and lost(document) == []
    cli("up", "-s").ok()
    assert rows(database) != then
    kept = database.value("SELECT count(*) FROM pg_class WHERE relnamespace = 'migrate_safe_quarantine'::regnamespace AND relkind = 'r'")
    assert kept == sum(CASES[name].count(f"{verb} ") for verb in ("DELETE", "UPDATE", "TRUNCATE"))
    cli("down", "--to", "001", "--yes", "-s").ok()
    assert rows(database) == then
    database.query("DROP SCHEMA migrate_safe_quarantine")  # it stays, empty
    assert fingerprint(cli) == before


def test_what_a_down_wrote_by_hand_is_not_written_twice(cli, database, folder):
    folder.pair("001_base", BASE, "DROP SCHEMA public CASCADE;\n")
    folder.pair("002_change", "UPDATE users SET status = 'old' WHERE status IS NULL;\nDELETE FROM tags WHERE id = 1;\n",
                "-- as far as anybody knows\nUPDATE users SET status = NULL WHERE status = 'old';\n"
                "INSERT INTO tags VALUES (1, 1, '?');\nSELECT 7;\n")
    cli("up", "--to", "001", "-s").ok()
    then = rows(database)
    assert lost(keep(cli)) == []
    down = folder.read("002_change.down.sql")
    assert "'?'" not in down and "status = NULL" not in down and down.startswith("-- as far as anybody knows\nSELECT 7;\nINSERT INTO public.tags ")
    cli("up", "-s").ok()
    cli("down", "-s").ok()
    assert rows(database) == then


@pytest.mark.slow
def test_a_down_that_may_be_of_another_statement_keeps_the_file(cli_without_database, folder):
    folder.pair("001_base", BASE + "CREATE RULE r AS ON DELETE TO tags DO ALSO SELECT 1;", "DROP SCHEMA public CASCADE;\n")
    up = "UPDATE users SET status = 'old';\nUPDATE users SET id = DEFAULT WHERE id = 4;\n"
    folder.pair("002_change", up, "UPDATE users SET status = NULL;\n")
    reasons = [finding["unfixed"] for finding in lost(keep(cli_without_database))]
    assert reasons[0] == "its down writes rows, and of which statement is not sure" and "primary key" in reasons[1]
    assert folder.read("002_change.up.sql") == up


@pytest.mark.slow
def test_with_keep_in_the_policy_what_is_not_kept_is_found(cli_without_database, folder, tmp_path):
    folder.pair("001_base", BASE, "DROP SCHEMA public CASCADE;\n")
    folder.pair("002_change", "DELETE FROM tags WHERE id = 1;\n", "SELECT 1;\n")
    path = "migrations/002_change.up.sql"
    assert lost(cli_without_database("lint", "--json", path).json()) == []
    config = tmp_path / "migrate-safe.yaml"
    config.write_text("defaults:\n  keep: true\n")
    assert [each["line"] for each in lost(cli_without_database("lint", "--json", path).failed(1).json())] == [1]
    shown = cli_without_database("lint", "--diff", path).out
    assert "+WITH gone AS (" in shown and "-DELETE FROM tags WHERE id = 1;\n" in shown
    config.write_text("defaults:\n  keep: true\nlint:\n  rules:\n    rows-not-kept: off\n")
    assert lost(cli_without_database("lint", "--json", path).ok().json()) == []
    config.write_text("lint:\n  rules:\n    rows-not-kept: notice\n")
    assert "cannot be less than warning" in cli_without_database("lint", path).failed(5).err


# generate-rollback knows a copy by its comment

def generate(cli, *options):
    document = cli("generate-rollback", "--json", *options, timeout=300).json()
    made, = [each for each in document["migrations"] if each["version"] == "002"]
    return made


@pytest.mark.slow
@pytest.mark.slice
@pytest.mark.parametrize("name", CASES)
def test_a_generated_down_is_proven(cli, database, folder, name):
    folder.pair("001_base", BASE, "DROP SCHEMA public CASCADE;\n")
    folder.write("002_change.up.sql", CASES[name])
    cli("up", "--to", "001", "-s").ok()
    then, before = rows(database), fingerprint(cli)
    made = generate(cli, "002")
    assert made["state"] == "refused" and "kept (lint --fix --keep writes what keeps them)" in made["refusals"][0]
    assert lost(keep(cli)) == []
    made = generate(cli, "002")
    assert made["state"] == "proven" and made["loses"] == [], made
    text = folder.read("002_change.down.sql")
    assert "-- Puts back the rows of " in text
    for down in [name for name in folder.names() if name > "003" and ".down." not in name]:
        cli("generate-rollback", down[:3], "--overwrite", timeout=300).ok()  # of a further file
    cli("up", "-s").ok()
    assert rows(database) != then
    cli("down", "--to", "001", "-s").ok()
    assert rows(database) == then and fingerprint(cli) == before
    assert "exact" in cli("validate", "--downs", timeout=300).out


@pytest.mark.slow
def test_what_was_written_since(cli, database, folder):
    folder.pair("001_base", BASE, "DROP SCHEMA public CASCADE;\n")
    folder.write("002_change.up.sql", "UPDATE users SET status = 'old' WHERE id < 5;\nDELETE FROM tags WHERE id < 4;\n")
    assert lost(keep(cli)) == [] and generate(cli, "002")["state"] == "proven"
    cli("up", "-s").ok()
    database.query("UPDATE users SET email = 'new' WHERE id = 1; UPDATE users SET status = 'mine' WHERE id = 9; "
                   "INSERT INTO tags (tag) VALUES ('new'); UPDATE tags SET tag = 'new' WHERE id = 8")
    database.query("UPDATE users SET status = 'mine' WHERE id = 3")
    now = rows(database)
    refused = cli("down", "-s").failed(4)
    assert "1 rows of public.users were written or deleted since" in refused.err and rows(database) == now
    database.query("UPDATE users SET status = 'old' WHERE id = 3")
    cli("down", "-s").ok()
    assert database.query("SELECT status FROM users WHERE id IN (1, 3, 9) ORDER BY id") == [(None,), ("new",), ("mine",)]
    assert database.value("SELECT email FROM users WHERE id = 1") == "new"
    assert database.value("SELECT count(*) FROM tags WHERE tag = 'new'") == 2 and database.value("SELECT count(*) FROM tags") == 11


@pytest.mark.slow
def test_a_column_keeps_its_place(cli, database, folder):
    folder.pair("001_base", BASE, "DROP SCHEMA public CASCADE;\n")
    folder.write("002_change.up.sql", "ALTER TABLE users DROP COLUMN status;\n")
    cli("up", "--to", "001", "-s").ok()
    then, before = rows(database), fingerprint(cli)
    assert "(lint --fix --keep keeps a column, and its place)" in generate(cli, "002")["refusals"][0]
    keep(cli)
    assert generate(cli, "002")["state"] == "proven"
    cli("up", "-s").ok()
    cli("down", "-s").ok()
    assert rows(database) == then and fingerprint(cli) == before


# up (with NOTES before it), state, words
BY_HAND = {
    "less than was deleted": ("""
        CREATE TABLE migrate_safe_quarantine.notes_002_1_rows AS SELECT id, body FROM notes WITH NO DATA;
        WITH gone AS (DELETE FROM notes RETURNING id, body)
        INSERT INTO migrate_safe_quarantine.notes_002_1_rows SELECT * FROM gone WHERE id < 1000000;""",
        "delete", '"id", "body"', "refused", "the rows are nowhere kept"),
    "a column less": ("""
        CREATE TABLE migrate_safe_quarantine.notes_002_1_rows AS SELECT id FROM notes WITH NO DATA;
        WITH gone AS (DELETE FROM notes RETURNING id) INSERT INTO migrate_safe_quarantine.notes_002_1_rows SELECT id FROM gone;""",
        "delete", '"id"', "refused", "the rows are nowhere kept"),
    "of another table": ("""
        CREATE TABLE migrate_safe_quarantine.notes_002_1_rows AS SELECT id, body FROM notes WITH NO DATA;
        WITH gone AS (DELETE FROM heard RETURNING id, body)
        INSERT INTO migrate_safe_quarantine.notes_002_1_rows SELECT id, body FROM gone;""",
        "delete", '"id", "body"', "refused", "DELETE FROM heard: the rows are nowhere kept"),
    "some before all go": ("""
        CREATE TABLE migrate_safe_quarantine.notes_002_1_rows AS SELECT id, body FROM notes LIMIT 1000000;
        TRUNCATE notes;""", "truncate", '"id", "body"', "refused", "TRUNCATE notes: the rows are nowhere kept"),
    "no row was there": ("""
        CREATE TABLE migrate_safe_quarantine.notes_002_1_rows AS SELECT id, body FROM notes WITH NO DATA;
        WITH gone AS (DELETE FROM notes WHERE id % 2 = 3 RETURNING id, body)
        INSERT INTO migrate_safe_quarantine.notes_002_1_rows SELECT * FROM gone;""",
        "delete", '"id", "body"', "not proven", "no generated row is one that comes into notes_002_1_rows"),
    "with a trigger": ("""
        CREATE TABLE migrate_safe_quarantine.heard_002_1_rows AS SELECT id, body FROM heard WITH NO DATA;
        WITH gone AS (DELETE FROM heard RETURNING id, body)
        INSERT INTO migrate_safe_quarantine.heard_002_1_rows SELECT * FROM gone;""",
        "delete", '"id", "body"', "not proven", "what trigger hears on public.heard writes is not known"),
    "with a trigger of another kind": ("""
        CREATE TABLE migrate_safe_quarantine.touched_002_1_rows AS SELECT id, body, at FROM touched WITH NO DATA;
        WITH gone AS (DELETE FROM touched RETURNING id, body, at)
        INSERT INTO migrate_safe_quarantine.touched_002_1_rows SELECT * FROM gone;""",
        "delete", '"id", "body", "at"', "proven", ""),
    "with a trigger of that kind": ("""
        CREATE TABLE migrate_safe_quarantine.touched_002_1_rows AS
        SELECT id, body, body AS migrate_safe_new_body FROM touched WITH NO DATA;
        WITH new AS (UPDATE touched SET body = body || '!' RETURNING id, body)
        INSERT INTO migrate_safe_quarantine.touched_002_1_rows
        SELECT old.id, old.body, new.body FROM new JOIN touched AS old ON old.id = new.id;""",
        "update", '"body"', "not proven", "what trigger touches on public.touched writes is not known"),
    "with a trigger of a partition": ("""
        CREATE TABLE migrate_safe_quarantine.days_002_1_rows AS SELECT id, body FROM days WITH NO DATA;
        WITH gone AS (DELETE FROM days RETURNING id, body)
        INSERT INTO migrate_safe_quarantine.days_002_1_rows SELECT * FROM gone;""",
        "delete", '"id", "body"', "not proven", "what trigger hears on public.night writes is not known"),
    "under another name then": ("""
        CREATE TABLE migrate_safe_quarantine.notes_002_1_rows AS SELECT id, body FROM notes WITH NO DATA;
        WITH gone AS (DELETE FROM notes RETURNING id, body)
        INSERT INTO migrate_safe_quarantine.notes_002_1_rows SELECT * FROM gone;
        ALTER TABLE notes RENAME TO papers; ALTER TABLE papers RENAME body TO text;""",
        "delete", '"id", "body"', "proven", ""),
    "behind the rename": ("""
        ALTER TABLE notes RENAME TO papers; ALTER TABLE papers RENAME body TO text;
        CREATE TABLE migrate_safe_quarantine.papers_002_1_rows AS SELECT id, text FROM papers WITH NO DATA;
        WITH gone AS (DELETE FROM papers RETURNING id, text)
        INSERT INTO migrate_safe_quarantine.papers_002_1_rows SELECT * FROM gone;""",
        "delete", '"id", "text"', "proven", ""),
    "in between": ("""
        ALTER TABLE notes ADD COLUMN size int;
        CREATE TABLE migrate_safe_quarantine.notes_002_1_rows AS SELECT id, body, size FROM notes WITH NO DATA;
        WITH gone AS (DELETE FROM notes WHERE id % 2 = 0 RETURNING id, body, size)
        INSERT INTO migrate_safe_quarantine.notes_002_1_rows SELECT * FROM gone;
        ALTER TABLE notes ADD CHECK (id % 2 <> 0);""",
        "delete", '"id", "body", "size"', "proven", ""),
    "constants first": ("""
        INSERT INTO notes VALUES (900001, 'a');
        CREATE TABLE migrate_safe_quarantine.notes_002_1_rows AS
        SELECT id, body, body AS migrate_safe_new_body FROM notes WITH NO DATA;
        WITH new AS (UPDATE notes SET body = body || '!' RETURNING id, body)
        INSERT INTO migrate_safe_quarantine.notes_002_1_rows
        SELECT old.id, old.body, new.body FROM new JOIN notes AS old ON old.id = new.id;""",
        "update", '"body"', "proven", ""),
}
NOTES = """
CREATE SCHEMA migrate_safe_quarantine;
CREATE TABLE notes (id int PRIMARY KEY, body text);
CREATE TABLE heard (id int PRIMARY KEY, body text);
CREATE FUNCTION hear() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER hears AFTER DELETE ON heard FOR EACH ROW EXECUTE FUNCTION hear();
CREATE TABLE touched (id int PRIMARY KEY, body text, at timestamptz);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.at := now(); RETURN NEW; END';
CREATE TRIGGER touches BEFORE UPDATE ON touched FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TABLE days (id int PRIMARY KEY, body text) PARTITION BY LIST (id);
CREATE TABLE night PARTITION OF days DEFAULT PARTITION BY LIST (id);
CREATE TABLE night_a PARTITION OF night DEFAULT;
CREATE TRIGGER hears AFTER DELETE ON night FOR EACH ROW EXECUTE FUNCTION hear();
"""


@pytest.mark.slow
@pytest.mark.slice
@pytest.mark.parametrize("name", BY_HAND)
def test_a_copy_is_looked_at(cli_without_database, folder, name):
    up, capture, columns, state, words = BY_HAND[name]
    copy = next(word for word in up.split() if word.endswith("_rows"))
    table = copy.split(".")[1].split("_")[0]
    key = '"id"' if capture == "update" else ""
    folder.pair("001_base", NOTES, "DROP SCHEMA public CASCADE;\n")
    folder.write("002_change.up.sql", f"""{up}
        COMMENT ON TABLE {copy} IS 'migrate-safe quarantine: {{"version": "002", "kind": "rows", "schema": "public",
"was": "{table}", "by": "{capture}", "columns": [{columns}], "key": [{key}]}}';\n""".replace(",\n", ", "))
    made = generate(cli_without_database, "002")
    assert made["state"] == state, made
    assert words in "".join([*made["refusals"], made["not_proven"] or ""]), made
