"""`generate-rollback`: downs made from the ups alone, proven on rows, in the layout that is there; or refused with the reason."""
import pytest

from harness.folder import Folder
from harness.program import Program

pytestmark = pytest.mark.once

# version: up, state, words of the report (None: nothing is lost), words of the down
CASES = {
    "001": ("CREATE TABLE a (id int PRIMARY KEY, n int, t text); CREATE TABLE b (id serial PRIMARY KEY, a int REFERENCES a ON DELETE CASCADE)",
            "proven", "loses: table public.a and its rows (4 in the proof)", "DROP TABLE public.a;"),
    "002": ("ALTER TABLE a DROP n", "refused", "a new column is always the last one (lint --fix --keep keeps", None),
    "003": ("CREATE INDEX CONCURRENTLY a_t ON a (t)", "proven", "", "DROP INDEX public.a_t;"),
    "004": ("INSERT INTO a (id, t) VALUES (901, 'x'), (902, 'it''s')", "proven", "in the 2 rows that it wrote into public.a",
            "DELETE FROM ONLY public.a WHERE (id) IN (\n    ('901'),\n    ('902')\n);"),
    "005": ("ALTER TABLE a ADD z int DEFAULT 4; UPDATE a SET z = 5", "proven", "loses: the values of column public.a.z", "DROP COLUMN z;"),
    "006": ("UPDATE a SET t = 'y' WHERE t = 'no generated row has it'", "refused", "line 1: UPDATE a: the old values are nowhere kept (lint --fix --keep writes", None),
    "007": ("DELETE FROM a WHERE t = 'no generated row has it'", "refused", "line 1: DELETE FROM a: the rows are nowhere kept", None),
    "008": ("INSERT INTO b (a) VALUES (901)", "refused", "their keys are others on each database", None),
    "009": ("INSERT INTO a VALUES (903) ON CONFLICT DO NOTHING", "refused", "ON CONFLICT", None),
    "010": ("INSERT INTO b (id, a) SELECT id, id FROM a WHERE t = 'no generated row has it'", "refused", "rows that a query finds", None),
    "011": ("ALTER TABLE a DROP z", "not proven", "loses: values of column public.a.z, which the up destroys", "ADD COLUMN z"),
    "012": ("DO $$ BEGIN EXECUTE (SELECT 'SELECT 1'); END $$; COMMENT ON TABLE a IS 'x'",
            "not proven", "SQL that is put together when it runs", "COMMENT ON TABLE public.a IS NULL;"),
    "013": ("CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$", "proven", "", "DROP FUNCTION public.f();"),
    "014": ("CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 2; END $$", "proven", "", "BEGIN RETURN 1; END"),
    "015": ("ALTER TABLE b ALTER id TYPE bigint", "proven", "", "ALTER COLUMN id TYPE integer"),
    "016": ("ALTER TABLE a ALTER t TYPE varchar(200)", "not proven", "from text to character varying(200)", "TYPE text"),
    "017": ("GRANT SELECT ON a TO an_app_role", "proven", "", "REVOKE SELECT ON TABLE public.a FROM an_app_role"),
    "018": ("SELECT 1", "refused", "it changes neither schema nor rows", None),
    "019": ("CREATE TABLE seeds AS SELECT * FROM a; INSERT INTO seeds SELECT * FROM a; DELETE FROM seeds", "proven", "", "DROP TABLE public.seeds;"),
    "021": ("ALTER TABLE a RENAME t TO words; ALTER TABLE seeds RENAME TO grains", "proven", None, "RENAME COLUMN words TO t"),
    "020": ("DROP TABLE b", "not proven", "loses: rows of table public.b, which the up destroys", "CREATE TABLE public.b"),
    # what no generated row shows: see test_rollback_data.c
    "022": ("INSERT INTO a (id) SELECT 904 WHERE NOT EXISTS (SELECT FROM a WHERE id = 904)", "refused", "INSERT INTO a of rows that a query finds", None),
    "025": ("ALTER TABLE a ALTER words TYPE text USING CASE words WHEN 'rare' THEN 'x' ELSE words END",
            "not proven", "line 1: USING gives other values to column public.a.words", "TYPE character varying(200)"),
    "033": ("CREATE TYPE pair AS (a int, b int); CREATE TABLE pairs (id int PRIMARY KEY, p pair)", "proven", "loses: table public.pairs", "DROP TYPE"),
    "035": ("CREATE TABLE strict (id int, must int NOT NULL)", "proven", "loses: table public.strict", "DROP TABLE public.strict;"),
    "036": ("ALTER TABLE strict DROP must", "refused", "contains null values (lint --fix --keep keeps a column, and its values)", None),
    "034": ("ALTER TYPE pair DROP ATTRIBUTE b", "not proven", "loses: values of attribute public.pair.b, which the up destroys", "ADD ATTRIBUTE b"),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The report, the folder, and the program that runs there."""
    directory = tmp_path_factory.mktemp("rollbacks")
    folder = Folder(directory / "migrations")
    for version, (up, *_) in CASES.items():
        folder.write(f"{version}_x.up.sql", up + ";\n")
    program = Program(directory)
    yield program("generate-rollback", timeout=300).failed(1).out, folder, program
    program.close()


def paragraph(text, version):
    lines = text.splitlines()
    start = next(at for at, line in enumerate(lines) if line[12:15] == version and line[0] != " ")
    end = next((at for at in range(start + 1, len(lines)) if not lines[at].startswith("   ")), len(lines))
    return "\n".join(lines[start:end])


@pytest.mark.parametrize("version", CASES)
def test_a_down_is_made_or_refused(made, version):
    report, folder, _ = made
    _, state, words, sql = CASES[version]
    found = paragraph(report, version)
    assert found.startswith(state), report
    assert "loses" not in found if words is None else words in found
    if sql is None:
        assert f"{version}_x.down.sql" not in folder.names()
        return
    text = folder.read(f"{version}_x.down.sql")
    assert sql in text
    assert text.startswith(f"-- Rollback for {version}_x.up.sql\n-- Generated: 2")
    assert ("\n-- Proven: by round trip on PostgreSQL " in text) == (state == "proven")
    assert ("\n-- NOT PROVEN: " in text) == (state == "not proven")


def test_the_whole_stack_goes_down_again(made, database):
    _, folder, program = made
    for name in folder.names():
        if name.endswith(".up.sql") and name.replace(".up.", ".down.") not in folder.names():
            folder.remove(name)
    environment = {"DATABASE_URL": database.url}
    before = program("fingerprint", env=environment).ok().out
    database.query("CREATE ROLE an_app_role")
    try:
        program("up", env=environment).ok()
        result = program("down", "--to", "0", "-s", env=environment).failed(1)
        assert "034 loses: values of attribute public.pair.b, which the up destroys" in result.err
        assert "this needs your consent: the down of version 034 is not proven: the up destroys" in result.err
        program("down", "--to", "0", "-s", "--yes", env=environment).ok()
        assert program("fingerprint", env=environment).ok().out == before
    finally:
        database.query("DROP OWNED BY an_app_role; DROP ROLE an_app_role")
