"""`rehearse`: each migration up, checked, down, compared and up again, on a private copy."""
import json
from xml.etree import ElementTree

import pytest

from harness.folder import Folder
from harness.program import Program

pytestmark = pytest.mark.once

# version: up, down (None: there is none), words of its findings
CASES = {
    "001": ("CREATE TABLE a (id int PRIMARY KEY, t text); INSERT INTO a SELECT g, g::text FROM generate_series(1, 50) g",
            "DROP TABLE a", []),
    "002": ("ALTER TABLE a ADD n int NOT NULL DEFAULT 1", "ALTER TABLE a DROP n", []),
    "003": ("CREATE INDEX CONCURRENTLY a_t ON a (t)", "DROP INDEX CONCURRENTLY a_t", []),
    "004": ("CREATE VIEW v AS SELECT id FROM a", None, ["down-missing"]),
    "005": ("CREATE TABLE b (id int)", "DROP TABLE b; CREATE TABLE left_over ()", ["down-differs"]),
    "005b": ("CREATE TABLE once (id int)", "SELECT 1", ["down-differs"]),  # and the up behind it fails, which is no news
    "006": ("CREATE TABLE c (id int)", "DROP TABLE nothing_of_that_name", ["down-failed"]),
    "007": ("UPDATE a SET t = 'x'", "UPDATE a SET t = 'y'", ["down-loses-rows"]),
    "008": ("-- migrate-safe: irreversible: nobody wants it back\nDROP VIEW v", None, []),
    "009": ("-- migrate-safe: verify: SELECT count(*) = 51 FROM a\nSELECT 1", "SELECT 1", ["verify-failed"]),
    "010": ("-- migrate-safe: verify: SELECT count(*) = 50 FROM a\nSELECT 1", "SELECT 1", []),
    "011": ("-- migrate-safe: idempotent\nCREATE TABLE IF NOT EXISTS d (id int)", "DROP TABLE d", []),
    "012": ("-- migrate-safe: idempotent\nCREATE TABLE e (id int)", "DROP TABLE e", ["not-idempotent"]),
    "013": ("ALTER TABLE a ADD CONSTRAINT few CHECK (id < 40) NOT VALID", "ALTER TABLE a DROP CONSTRAINT few",
            ["integrity"]),
    "014": ("ALTER TABLE a ADD CONSTRAINT all_of_them CHECK (id < 400) NOT VALID",
            "ALTER TABLE a DROP CONSTRAINT all_of_them", []),
    "015": ("-- Estimated Duration: 1 second\nSELECT pg_sleep(1.2)", "SELECT 1", ["estimate-exceeded", "too-slow"]),
    "016": ("CREATE TABLE IF NOT EXISTS f (id int)", "DROP TABLE f; CREATE TABLE f (id bigint)",
            ["down-differs"]),
    "017": ("CREATE ROLE rehearsed_role", "DROP ROLE rehearsed_role", []),
    "018": ("LOCK TABLE a; SELECT pg_sleep(0.4)", "SELECT 1", ["blocked-too-long"]),
    "019": ("GRANT SELECT ON a TO a_role_of_theirs", "REVOKE SELECT ON a FROM a_role_of_theirs", []),
    "020": ("SELECT pg_terminate_backend(pg_backend_pid())", "SELECT 1", ["up-failed"]),
    "021": ("SELECT 1", "SELECT 1", ["not-reached"]),
}


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    directory = tmp_path_factory.mktemp("rehearse")
    folder = Folder(directory / "migrations")
    for version, (up, down, _) in CASES.items():
        folder.write(f"{version}_x.up.sql", up + ";\n")
        if down:
            folder.write(f"{version}_x.down.sql", down + ";\n")
    program = Program(directory)
    yield program
    program.close()


@pytest.fixture(scope="module")
def document(program):
    return program("rehearse", "--from", "empty", "--migration-limit", "1s", "--blocked-limit", "200ms", "--json",
                   "--junit", "all.xml", "--sarif", "all.sarif", "--markdown", "all.md", "--html", "all.html",
                   timeout=300).failed(2).json()


def problems(migration):
    return [finding["problem"] for finding in migration["findings"]]


def test_all_forms_say_the_same(program, document):
    found = sorted(word for migration in [*document["migrations"], document] for word in problems(migration))
    junit = [failure.get("type") for failure in ElementTree.parse(program.cwd / "all.xml").iter("failure")]
    sarif = json.loads((program.cwd / "all.sarif").read_text())["runs"][0]
    failures = [word for word in found if word not in ("not-reached", "estimate-exceeded", "server-wide")]
    assert sorted(junit) == failures
    assert sorted(result["ruleId"] for result in sarif["results"]) == found
    page = program("report", document["digest"]).ok().out
    assert (program.cwd / "all.html").read_text() == page and f"Rehearsal failed:</strong> {len(failures)} problems" in page
    markdown = program("report", "--format", "markdown").ok().out
    assert (program.cwd / "all.md").read_text() == markdown and f"Rehearsal failed: {len(failures)} problems" in markdown


@pytest.mark.parametrize("version", CASES)
def test_each_migration_has_its_findings(document, version):
    found, = (each for each in document["migrations"] if each["version"] == version)
    assert sorted(problems(found)) == sorted(CASES[version][2]), found["findings"]


def test_an_error_has_its_place(document):
    found, = (each for each in document["migrations"] if each["version"] == "006")
    finding, = found["findings"]
    assert finding["file"].endswith("006_x.down.sql") and finding["sqlstate"] == "42P01"
    assert finding["position"] == {"line": 1, "column": 1}


def test_what_is_there_behind_the_last_is_what_all_ups_make(document, program):
    """The copy went astray several times and was brought back."""
    befores = [each.get("fingerprint_before") for each in document["migrations"][:19]]
    afters = [each.get("fingerprint_after") for each in document["migrations"][:19]]
    assert befores[1:] == afters[:-1]


def test_roles_are_told(document):
    assert not [line for line in document["server_wide"] if "rehearsed_role" not in line]
    assert [line for line in document["server_wide"] if "rehearsed_role" in line]
    assert [finding["problem"] for finding in document["findings"]] == ["server-wide"]


def test_what_passes_exits_with_0(cli_without_database, folder):
    folder.pair("001_x", "CREATE TABLE a (id int PRIMARY KEY);\n", "DROP TABLE a;\n")
    folder.pair("002_x", "ALTER TABLE a ADD t text CHECK (t <> '');\n", "ALTER TABLE a DROP t;\n")
    result = cli_without_database("rehearse", "--from", "empty").ok()
    assert "001" in result.out and "002" in result.out
    assert cli_without_database("rehearse", "002").ok().out.count("002") >= 1
    assert "not pending" not in cli_without_database("rehearse", "--from", "empty", "003").failed(5).err


def test_without_migrations_there_is_nothing_to_do(cli, folder):
    folder.pair("001_x", "CREATE TABLE a (id int);\n", "DROP TABLE a;\n")
    cli("up", "--skip-backup").ok()
    files = ["--junit", "r.xml", "--sarif", "r.sarif", "--markdown", "r.md", "--html", "r.html"]
    assert "Nothing to rehearse" in cli("rehearse", *files).ok().out
    texts = {file: (cli.cwd / file).read_text() for file in files[1::2]}  # a CI job waits for them
    assert "(null)" not in "".join(texts.values()) and "No migration is pending." in texts["r.md"]
    assert 'failures="0"' in texts["r.xml"] and json.loads(texts["r.sarif"])["runs"][0]["results"] == []
    assert "version 001 is not pending" in cli("rehearse", "001").failed(5).err


def test_where_its_files_cannot_be_written_nothing_is_run(cli_without_database, folder):
    folder.pair("001_x", "SELECT pg_sleep(600);\n", "SELECT 1;\n")
    for place in "gone/r.xml", "migrations":
        assert f"{place} cannot be written" in cli_without_database("rehearse", "--from", "empty", "--junit", place).failed(5).err


def test_passwords_are_in_no_report(cli_without_database, folder):
    folder.pair("001_x", "DO $$ BEGIN PERFORM 'postgresql://ann:hunter22@db/shop'; END $$;\n", "SELECT 1;\n")
    shown = cli_without_database("rehearse", "--from", "empty", "--json", "--html", "r.html", "--verbose").ok().out
    page = (cli_without_database.cwd / "r.html").read_text()
    assert "PERFORM" in shown and "hunter22" not in shown
    assert "PERFORM" in page and "hunter22" not in page


def test_on_a_copy_of_live_rows(cli, folder, database):
    """A migration that only fails where rows are, and the target stays as it is."""
    folder.pair("001_x", "CREATE TABLE a (id int, t text);\n", "DROP TABLE a;\n")
    cli("up", "--skip-backup").ok()
    database.query("INSERT INTO a SELECT g % 3, g::text FROM generate_series(1, 30) g")
    folder.pair("002_x", "CREATE UNIQUE INDEX a_id ON a (id);\n", "DROP INDEX a_id;\n")
    folder.pair("003_x", "DROP TABLE a;\n", "CREATE TABLE a (id int, t text);\n")
    before = cli("fingerprint").ok().out
    document = cli("rehearse", "--from", "dump", "--json").failed(2).json()
    assert [problems(each) for each in document["migrations"]] == [["up-failed"], ["not-reached"]]
    assert document["migrations"][0]["findings"][0]["sqlstate"] == "23505"
    assert document["copy"]["kind"] == "dump" and document["copy"]["rows"] == 30
    assert [each["risk"] for each in document["migrations"]] == ["low", "high"]
    assert cli("fingerprint").ok().out == before


def test_the_application_works_beside_it(cli_without_database, folder):
    folder.pair("001_x", "CREATE TABLE a (id int PRIMARY KEY);\nINSERT INTO a SELECT generate_series(1, 9);\n", "DROP TABLE a;\n")
    folder.pair("002_x", "LOCK TABLE a;\nSELECT pg_sleep(0.6);\n", "SELECT 1;\n")
    load = Folder(cli_without_database.cwd / "load")
    load.write("one.sql", "SELECT count(*) FROM a;\n")
    document = cli_without_database("rehearse", "--from", "empty", "--load", "load", "--load-rate", "50", "--json").ok().json()
    first, second = (each["up"]["load"] for each in document["migrations"])
    assert first["sessions"] == 0 and 'relation "a" does not exist' in first["error"]
    assert second["before"]["transactions"] >= 40 and second["during"]["errors"] == 0
    assert second["during"]["max_us"] > 500_000 > second["before"]["max_us"]


ROWS = {  # whose rows are looked at again, and whose are not
    "renamed and written to": ("ALTER TABLE r RENAME TO z; UPDATE z SET n = 3", "ALTER TABLE z RENAME TO r", ["down-loses-rows"]),
    "by a trigger": ("INSERT INTO a VALUES (900, 'x')", "DELETE FROM a WHERE id = 900", ["down-differs"]),
    "by a cascade": ("DELETE FROM p WHERE id = 1", "INSERT INTO p VALUES (1)", ["down-loses-rows"]),
    "in a function": ("DO $$ BEGIN EXECUTE 'UPDATE q SET n = n + 1'; END $$", "SELECT 1", ["down-loses-rows"]),
    "in a schema of another name": ("ALTER SCHEMA s RENAME TO s2; UPDATE s2.w SET n = 3", "ALTER SCHEMA s2 RENAME TO s", ["down-loses-rows"]),
    "outside of a transaction": ("CREATE INDEX CONCURRENTLY i ON q (n); CALL grow()", "DROP INDEX i", ["down-loses-rows"]),
    "emptied": ("TRUNCATE q", "SELECT 1", ["down-loses-rows"]),
    "not at all": ("COMMENT ON TABLE a IS 'x'; CREATE TABLE made (id int)", "COMMENT ON TABLE a IS NULL; DROP TABLE made", []),
    "put back": ("UPDATE q SET n = n + 1", "UPDATE q SET n = n - 1", []),
    "not, beside a column": ("ALTER TABLE k ADD m int DEFAULT 1", "ALTER TABLE k DROP m", []),
    "where they are not counted": ("SET track_counts = off; UPDATE k SET n = 77", "SELECT 1", ["down-loses-rows"]),
    "with a column": ("ALTER TABLE k DROP m", "ALTER TABLE k ADD m int DEFAULT 2", ["down-differs"]),
    "with a column, made as it was": ("ALTER TABLE a DROP t", "ALTER TABLE a ADD t text", ["down-loses-rows"]),
    "with their type": ("ALTER TYPE mood RENAME VALUE 'sad' TO 'glad'", "ALTER TYPE mood RENAME VALUE 'glad' TO 'sad'", []),
    "of that type": ("UPDATE moods SET n = n + 1", "UPDATE moods SET n = n - 1", []),
}
BASE = """
CREATE TABLE a (id int PRIMARY KEY, t text); CREATE TABLE log (id int); CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE c (id int, p int REFERENCES p ON DELETE CASCADE); CREATE TABLE q (n int);
CREATE TABLE k (n int); INSERT INTO k VALUES (1), (2);
CREATE TYPE mood AS ENUM ('sad'); CREATE TABLE moods (n int, mood mood); INSERT INTO moods VALUES (1, 'sad');
CREATE SCHEMA s; CREATE TABLE s.w (n int); CREATE TABLE r (n int);
INSERT INTO a VALUES (1, 'a'); INSERT INTO p VALUES (1), (2); INSERT INTO c VALUES (1, 1), (2, 2); INSERT INTO q VALUES (1), (2); INSERT INTO s.w VALUES (1); INSERT INTO r VALUES (1);
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO log VALUES (new.id); RETURN new; END $$;
CREATE PROCEDURE grow() LANGUAGE plpgsql AS $$ BEGIN UPDATE q SET n = n + 5; COMMIT; END $$;
"""


@pytest.mark.slice
@pytest.mark.parametrize("trigger", ["CREATE TRIGGER noted AFTER INSERT", "CREATE CONSTRAINT TRIGGER noted AFTER INSERT"])
def test_rows_are_compared_wherever_they_were_written(cli_without_database, folder, trigger):
    late = " DEFERRABLE INITIALLY DEFERRED" if "CONSTRAINT" in trigger else ""
    folder.write("001_base.up.sql", f"{BASE}{trigger} ON a{late} FOR EACH ROW EXECUTE FUNCTION note();\n")
    for number, (up, down, _) in enumerate(ROWS.values(), 2):
        folder.pair(f"{number:03d}_x", up + ";\n", down + ";\n")
    document = cli_without_database("rehearse", "--from", "empty", "--allow-missing-downs", "--json").json()
    assert not [each["findings"] for each in document["migrations"] if "up-failed" in problems(each)]
    found = [problems(each) for each in document["migrations"][1:]]
    assert dict(zip(ROWS, found)) == {name: wanted for name, (_, _, wanted) in ROWS.items()}
