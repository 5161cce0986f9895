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
    assert "Nothing to rehearse" in cli("rehearse").ok().out
    assert "version 001 is not pending" in cli("rehearse", "001").failed(5).err


def test_on_a_copy_of_live_rows(cli, folder, database):
    """A migration that only fails where rows are, and the target stays as it is."""
    folder.pair("001_x", "CREATE TABLE a (id int, t text);\n", "DROP TABLE a;\n")
    cli("up", "--skip-backup").ok()
    database.query("INSERT INTO a SELECT g % 3, g::text FROM generate_series(1, 30) g")
    folder.pair("002_x", "CREATE UNIQUE INDEX a_id ON a (id);\n", "DROP INDEX a_id;\n")
    folder.pair("003_x", "CREATE TABLE b (id int);\n", "DROP TABLE b;\n")
    before = cli("fingerprint").ok().out
    document = cli("rehearse", "--from", "dump", "--json").failed(2).json()
    assert [problems(each) for each in document["migrations"]] == [["up-failed"], ["not-reached"]]
    assert document["migrations"][0]["findings"][0]["sqlstate"] == "23505"
    assert document["copy"]["kind"] == "dump" and document["copy"]["rows"] == 30
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
