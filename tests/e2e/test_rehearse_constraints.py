"""`rehearse`: constraints that refuse nothing, and queries of the old application that break."""
import pytest

pytestmark = pytest.mark.once

TABLE = "CREATE TABLE t (id int PRIMARY KEY, a text);\nINSERT INTO t VALUES (1, 'x'), (2, NULL);\n"


@pytest.fixture
def rehearse(cli_without_database, folder, tmp_path):
    """rehearse(up, down): version 002 behind a table; its findings as (word, message, detail)."""
    folder.pair("001_t", TABLE, "DROP TABLE t;\n")

    def run(up, down, code, *arguments):
        folder.pair("002_x", up + ";\n", down + ";\n")
        ran = cli_without_database("rehearse", "--from", "empty", "002", "--json", *arguments)
        document = (ran.failed(code) if code else ran.ok()).json()
        return [(found["problem"], found["message"], found.get("detail")) for found in document["migrations"][0]["findings"]]
    return run


def test_a_constraint_that_refuses_nothing(rehearse):
    (word, message, detail), = rehearse("ALTER TABLE t ADD CONSTRAINT k CHECK (true)", "ALTER TABLE t DROP CONSTRAINT k", 3)
    assert word == "constraint-broken" and message == 'check k of table public.t does not hold'
    assert detail == "it looks at no column: every row is taken"


def test_constraints_that_hold(rehearse):
    assert rehearse("ALTER TABLE t ADD CHECK (length(a) < 9), ADD UNIQUE (a), ADD up int REFERENCES t",
                    "ALTER TABLE t DROP up, DROP CONSTRAINT t_a_key, DROP CONSTRAINT t_a_check", 0) == []


def test_an_old_query_breaks(rehearse, tmp_path):
    """Behind the up it fails; the down brings it back."""
    (tmp_path / "compat").mkdir()
    (tmp_path / "compat/rows.sql").write_text("SELECT id, a FROM t ORDER BY id")
    (tmp_path / "compat/rows.expected").write_text("id,a\n1,x\n2,\n")
    found = rehearse("ALTER TABLE t RENAME a TO b", "ALTER TABLE t RENAME b TO a", 3, "--compat", "compat")
    assert [word for word, _, _ in found] == ["old-query-broken"]
    assert found[0][1] == 'after the up a smoke query fails: column "a" does not exist'


def test_an_old_query_that_never_worked(cli_without_database, folder, tmp_path):
    (tmp_path / "compat").mkdir()
    (tmp_path / "compat/rows.sql").write_text("SELECT nope FROM t")
    folder.pair("001_t", TABLE, "DROP TABLE t;\n")
    folder.pair("002_x", "SELECT 1;\n", "SELECT 1;\n")
    said = cli_without_database("rehearse", "--from", "empty", "002", "--compat", "compat").failed(1).err
    assert "compat/rows.sql:1:8" in said
