"""`validate --downs`: every down is tried on a throwaway server with rows in it, and called what it is."""
import pytest

from harness.folder import Folder
from harness.program import Program

pytestmark = pytest.mark.once

# version: up, down, verdict, words of the report
CASES = {
    "001": ("CREATE TABLE a (id int PRIMARY KEY, t text NOT NULL, n int); CREATE TABLE b (id serial PRIMARY KEY, a int REFERENCES a)",
            "DROP TABLE b; DROP TABLE a", "exact", "written since, goes: rows of table public.a"),
    "002": ("ALTER TABLE a ADD x int", "ALTER TABLE a DROP x", "exact", "values of column public.a.x"),
    "003": ("CREATE INDEX CONCURRENTLY a_n ON a (n)", "DROP INDEX CONCURRENTLY a_n", "exact", ""),
    "004": ("ALTER TABLE a DROP n", "ALTER TABLE a ADD n int", "differs", "~ column public.a.n: changed, position"),
    "005": ("CREATE VIEW v AS SELECT id FROM a", "", "differs", "+ view public.v"),
    "006": ("INSERT INTO a VALUES (901, 'x')", "SELECT 1", "differs", "left behind: rows of table public.a (1 of 9)"),
    "007": ("COMMENT ON TABLE a IS 'x'", "COMMENT ON TABLE aa IS NULL", "fails", "migrations/007_x.down.sql:1:1: relation \"aa\" does not exist"),
    "008": ("UPDATE a SET t = 'lost'", "UPDATE a SET t = 'also'", "loses rows", "lost: values of column public.a.t (all 8)"),
    "009": ("ALTER TABLE b DROP a", "-- Loses: the values of b.a\nALTER TABLE b ADD a int REFERENCES a", "loses rows", "(its file says so)"),
    "010": ("DELETE FROM a WHERE id < 0", "DELETE FROM a WHERE t = (SELECT max(t) FROM a)", "loses rows", "lost: rows of table public.a"),
    "011": ("GRANT SELECT ON a TO an_app_role", "REVOKE SELECT ON a FROM an_app_role", "exact", ""),
    "012": ("-- migrate-safe: irreversible: it cannot be\nSELECT 1", "SELECT 1", "not tried", "irreversible: it cannot be"),
    "013": ("CREATE TABLE c (id int CHECK (id > 0))", "ALTER TABLE c DROP CONSTRAINT c_id_check; DROP TABLE c; CREATE TABLE IF NOT EXISTS left_over ()",
            "differs", "+ table public.left_over"),
    "014": ("ALTER TABLE b ALTER id TYPE bigint", "ALTER TABLE b ALTER id TYPE int", "exact", ""),
    "015": ("CREATE TYPE mood AS ENUM ('a'); CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'", "DROP FUNCTION f(); DROP TYPE mood", "exact", ""),
    "016": ("ALTER TABLE b ADD must int NOT NULL", "ALTER TABLE b DROP must", "exact", "since the up fails with more: column \"must\""),
    "017": ("CREATE EXTENSION of_nobody", "DROP EXTENSION of_nobody", "not tried", "the up does not run here"),
    "018": ("SELECT 1", "SELECT 1", "not tried", "version 017 before it does not run here: migrations/017_x.up.sql:1:1"),
}


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    directory = tmp_path_factory.mktemp("downs")
    folder = Folder(directory / "migrations")
    for version, (up, down, _, _) in CASES.items():
        folder.pair(f"{version}_x", up + ";\n", down + ";\n")
    program = Program(directory)
    yield program("validate", "--downs", timeout=300).failed(1).out
    program.close()


def paragraph(text, version):
    """The line of a version, and the moved ones below it."""
    lines = text.splitlines()
    start = next(at for at, line in enumerate(lines) if line[12:15] == version and line[0] != " ")
    end = next((at for at in range(start + 1, len(lines)) if not lines[at].startswith("   ")), len(lines))
    return "\n".join(lines[start:end])


@pytest.mark.parametrize("version", CASES)
def test_a_down_is_what_it_is_called(report, version):
    _, _, verdict, words = CASES[version]
    found = paragraph(report, version)
    assert found.startswith(verdict), report
    assert words in found


def test_counts_stand_at_the_end(report):
    assert report.endswith("\n7 exact, 4 differ, 1 fail, 3 lose rows, 3 not tried\n")


def test_what_has_no_down_is_counted(cli_without_database, folder):
    folder.pair("001_x", "CREATE TABLE a ();", "DROP TABLE a;")
    folder.write("002_x.up.sql", "-- migrate-safe: irreversible: so\nSELECT 1;")
    for number in range(3, 9):
        folder.write(f"{number:03d}_x.up.sql", "SELECT 1;")
    result = cli_without_database("validate", "--downs").ok()
    assert result.out.endswith("\n6 migrations have no down (003, 004, 005, 006, 007 and 1 more): migrate-safe generate-rollback\n")
    assert cli_without_database("validate", "--downs", "--json").ok().json()["without_down"] == [f"{number:03d}" for number in range(3, 9)]


def test_a_repeatable_migration_has_no_way_back(cli_without_database, folder):
    folder.write("V1__a.sql", "CREATE TABLE a (id int);")
    folder.write("R__v.sql", "CREATE OR REPLACE VIEW v AS SELECT 1 AS n;")
    again = "it runs again whenever its text changes"
    assert again in cli_without_database("generate-rollback", "v").failed(1).out
    assert "1 proven, 0 not proven, 0 refused" in cli_without_database("generate-rollback").ok().out
    assert again in cli_without_database("validate", "--downs", "v").failed(1).out
    assert "\n1 exact," in cli_without_database("validate", "--downs").ok().out


@pytest.fixture
def repeatables(folder):
    """V2's column is in a view, V3's rows meet a trigger, V4 is in nobody's way; R__later runs behind V4 only."""
    folder.write("V1__t.sql", "CREATE TABLE t (id int PRIMARY KEY, a int); CREATE TABLE log (n int);")
    folder.write("V2__e.sql", "ALTER TABLE t ADD e int;")
    folder.write("V3__s.sql", "INSERT INTO t VALUES (901, 1);")
    folder.write("V4__f.sql", "ALTER TABLE t ADD f int; ALTER TABLE t ADD g int;")
    folder.write("R__v.sql", "CREATE OR REPLACE VIEW v AS SELECT id, e FROM t; GRANT SELECT ON v TO an_app_role;")
    folder.write("R__later.sql", "CREATE OR REPLACE FUNCTION later() RETURNS bigint LANGUAGE sql AS 'SELECT count(f) FROM t';")
    folder.write("R__x.sql", "CREATE OR REPLACE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS"
                             " 'BEGIN INSERT INTO public.log VALUES (1); RETURN NULL; END';"
                             "DROP TRIGGER IF EXISTS x ON t; CREATE TRIGGER x AFTER DELETE ON t FOR EACH ROW EXECUTE FUNCTION note();")
    return folder


def test_a_down_is_tried_where_repeatable_migrations_stand(cli_without_database, repeatables):
    repeatables.write("U1__t.sql", "DROP TABLE t, log;")
    repeatables.write("U2__e.sql", "ALTER TABLE t DROP e;")
    repeatables.write("U3__s.sql", "DELETE FROM t WHERE id = 901; DROP FUNCTION note() CASCADE;")
    repeatables.write("U4__f.sql", "DROP FUNCTION later(); ALTER TABLE t DROP f; ALTER TABLE t DROP g;")
    document = cli_without_database("validate", "--downs", "--json").failed(1).json()
    first, view, trigger, alone = document["migrations"]
    assert first["verdict"] == "exact" and not first["fails_without_repeatables"]
    assert (view["verdict"], view["stage"]) == ("fails", "down, with the repeatable migrations")
    assert view["error"]["message"].startswith("cannot drop column e of table t because other objects depend on it")
    assert trigger["verdict"] == "differs" and trigger["left_behind"] == [{"what": "rows of table public.log", "count": 1, "of": 9}]
    assert alone["verdict"] == "exact" and "function later() does not exist" in alone["fails_without_repeatables"]
    repeatables.write("U2__e.sql", "DROP VIEW IF EXISTS v; ALTER TABLE t DROP e;")
    assert cli_without_database("validate", "--downs", "2").ok().out.startswith("exact       2 e")


def test_no_down_is_proven_that_fails_where_they_stand(cli_without_database, repeatables):
    document = cli_without_database("generate-rollback", "--json").failed(1).json()
    first, view, rows, free = document["migrations"]
    assert [one["state"] for one in (first, view, rows, free)] == ["proven", "not proven", "not proven", "proven"]
    assert "view public.v depends on column e of table public.t" in view["not_proven"]
    assert rows["not_proven"] == "line 1: trigger x on public.t, and what that writes is not known"


def test_only_what_is_named_is_tried(cli_without_database, folder):
    folder.pair("001_x", "CREATE TABLE a ();", "DROP TABLE a;")
    folder.pair("002_x", "CREATE TABLE b ();", "DROP TABLE nothing;")
    folder.write("003_x.up.sql", "CREATE TABLE c ();")
    document = cli_without_database("validate", "--downs", "1", "--json").ok().json()
    assert document["exact"] == 1 and document["not_tried"] == 0 and document["server"]
    found, = document["migrations"]
    assert found["verdict"] == "exact" and found["version"] == "001" and found["differences"] == []
    result = cli_without_database("validate", "--downs", "003").failed(1)
    assert "not tried   003 x\n            it has no down\n" in result.out
    assert "versions are for --downs" in cli_without_database("validate", "001").failed(5).err


def test_what_is_kept_for_looking_is_out_of_the_scripts_reach(cli_without_database, folder):
    folder.pair("001_x", "CREATE TABLE a (id int PRIMARY KEY, t text);\nDEALLOCATE ALL;", "DROP TABLE a;\nDEALLOCATE ALL;")
    folder.pair("002_x", "-- migrate-safe: no-transaction\nALTER TABLE a ADD n int;\nDISCARD ALL;",
                "-- migrate-safe: no-transaction\nALTER TABLE a DROP n;\nDISCARD ALL;")
    document = cli_without_database("validate", "--downs", "--json").ok().json()
    assert document["exact"] == 2


def test_the_databases_roles_and_server_are_taken(cli, folder, roles):
    name = roles("a role of the team's")
    folder.pair("001_x", f'CREATE SCHEMA own AUTHORIZATION "{name}";', "DROP SCHEMA own;")
    folder.pair("002_x", "CREATE TABLE whose AS SELECT current_user AS who;", "DROP TABLE whose;")
    assert "2 exact" in cli("validate", "--downs").ok().out
