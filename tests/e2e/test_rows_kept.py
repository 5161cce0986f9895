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


def test_a_down_that_may_be_of_another_statement_keeps_the_file(cli_without_database, folder):
    folder.pair("001_base", BASE + "CREATE RULE r AS ON DELETE TO tags DO ALSO SELECT 1;", "DROP SCHEMA public CASCADE;\n")
    up = "UPDATE users SET status = 'old';\nUPDATE users SET id = DEFAULT WHERE id = 4;\n"
    folder.pair("002_change", up, "UPDATE users SET status = NULL;\n")
    reasons = [finding["unfixed"] for finding in lost(keep(cli_without_database))]
    assert reasons[0] == "its down writes rows, and of which statement is not sure" and "primary key" in reasons[1]
    assert folder.read("002_change.up.sql") == up


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
