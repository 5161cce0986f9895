"""The queries of the old application, before and after: smoke queries, and what pg_stat_statements has."""
import json
import subprocess
import types

import pytest

from harness.database import Database
from harness.program import find_binary

pytestmark = pytest.mark.once

BINARY = find_binary().parent / "tests/unit/run/old_asker"
T = "CREATE TABLE t (id int PRIMARY KEY, a text, n numeric); INSERT INTO t VALUES (1, 'x', 1.50), (2, NULL, 2), (3, '', NULL)"


@pytest.fixture
def ask(database, tmp_path):
    """ask(script, {name: text}): the smoke queries around the script."""
    database.query(T)
    folder = tmp_path / "compat"

    def run(script, files=None, target=None, same=True):
        if files is not None:
            folder.mkdir()
        for name, text in (files or {}).items():
            (folder / name).write_text(text)
        ran = subprocess.run([BINARY, database.url, folder if files is not None else "-", target.url if target else "-", script]
                             + ["same"] * same, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
        assert ran.returncode == 0, ran.stderr
        said = types.SimpleNamespace(**json.loads(ran.stdout))
        said.findings = [types.SimpleNamespace(**finding) for finding in said.findings]
        return said
    return run


ANSWER = 'id,a,n\n1,x,1.50\n2,,2\n3,"",\n'
QUERY = "SELECT id, a, n\nFROM t ORDER BY id;\n"


def test_what_still_works_is_no_finding(ask):
    said = ask("ALTER TABLE t ADD b int", {"one.sql": QUERY, "one.expected": ANSWER, "two.sql": "SELECT count(*) FROM t", "notes.txt": ""})
    assert (said.files, said.statements, said.findings, said.error) == (2, 0, [], None)
    assert said.without == "no target was given"


def test_a_query_that_fails(ask):
    finding, = ask("ALTER TABLE t RENAME a TO b", {"one.sql": QUERY}).findings
    assert finding.problem == "old-query-broken" and finding.message.startswith("after the up a smoke query fails: column")
    assert (finding.file.rpartition("/")[2], finding.line, finding.column, finding.sqlstate) == ("one.sql", 1, 12, "42703")


def test_another_answer_is_told_line_by_line(ask):
    finding, = ask("UPDATE t SET a = 'y' WHERE id = 1; DELETE FROM t WHERE id = 3", {"one.sql": QUERY, "one.expected": ANSWER}).findings
    assert finding.message == "after the up a smoke query answers otherwise"
    assert finding.detail == ('line 2:\n  expected: 1,x,1.50\n  now:      1,y,1.50\n'
                              'line 4:\n  expected: 3,"",\n  now:      no such line')


def test_another_answer_of_other_data_is_none(ask):
    assert ask("DELETE FROM t", {"one.sql": QUERY}, same=False).findings == []


def test_rows_that_nobody_ordered(ask):
    """An update puts a row elsewhere."""
    moved = "UPDATE t SET a = a WHERE id = 1"
    assert ask(moved, {"one.sql": "SELECT id, a FROM t"}).findings == []


def test_rows_that_were_ordered_come_in_it(ask):
    finding, = ask("UPDATE t SET n = 9 - n", {"one.sql": "SELECT id FROM t WHERE n > 0 order  by n".replace("  ", " ")}).findings
    assert "line 2" in finding.detail


def test_windows_line_ends_and_quotes(ask):
    answer = 'say,"with, comma"\r\n"a ""b""\nc",1\r\n'
    assert ask("", {"one.sql": "SELECT E'a \"b\"\\nc' AS say, 1 AS \"with, comma\"", "one.expected": answer}).error is None


def test_nothing_of_it_stays(ask, database):
    said = ask("", {"one.sql": "INSERT INTO t VALUES (9, 'z'); SET search_path = nowhere; SELECT count(*) FROM public.t",
                    "one.expected": "count\n4\n"})
    assert said.error is None and database.value("SELECT count(*) FROM t") == 3


def test_what_does_not_work_before_is_an_error(ask):
    said = ask("", {"one.sql": "SELECT 1;\nSELECT nope FROM t"})
    assert (said.error, said.error_class, said.error_line) == ('column "nope" does not exist', "check", 2)
    assert said.error_file.endswith("one.sql")


def test_an_expectation_that_is_wrong_before_is_an_error(ask):
    said = ask("", {"one.sql": "SELECT 1 AS a", "one.expected": "a\n2\n"})
    assert said.error_class == "check" and "before the migrations" in said.error
    assert "expected: 2" in said.error_detail


def test_what_differs_by_itself_is_an_error(ask):
    said = ask("", {"one.sql": "SELECT clock_timestamp()"})
    assert said.error_class == "check" and "each time" in said.error


@pytest.mark.parametrize("text", ["COMMIT", "COPY t FROM stdin;\n9\n\\.\n"])
def test_it_cannot_end_its_transaction(ask, text):
    said = ask("", {"one.sql": text})
    assert said.error_class == "check" and "one transaction" in said.error


@pytest.mark.parametrize("text", ["", "-- nothing\n"])
def test_a_file_without_a_statement(ask, text):
    assert ask("", {"one.sql": text}).error == "it has no statement"


def test_a_folder_without_queries(ask):
    said = ask("", {"readme": ""})
    assert said.error_class == "config" and said.error.endswith("has no smoke query")


def test_a_target_without_the_extension(ask, new_database):
    said = ask("", target=new_database())
    assert (said.statements, said.without) == (0, "the database has no extension pg_stat_statements")


def test_the_extension_is_not_loaded(ask, new_database):
    target = new_database()
    target.query("CREATE EXTENSION pg_stat_statements")
    said = ask("", target=target)
    assert "shared_preload_libraries" in said.without and said.error is None


@pytest.fixture(scope="module")
def watched(programs):
    """A server that keeps statements."""
    server = programs.new_server(shared_preload_libraries="pg_stat_statements").start()
    server.query("CREATE ROLE shop LOGIN; CREATE ROLE blind LOGIN")
    yield server
    server.remove()


@pytest.fixture
def target(watched):
    database = Database(watched, "target").create()
    database.query("CREATE EXTENSION pg_stat_statements; CREATE SCHEMA app; ALTER ROLE shop IN DATABASE target SET search_path = app; "
                   "GRANT USAGE ON SCHEMA app TO shop; GRANT SELECT ON pg_stat_statements TO public")
    database.query("SET search_path = app;" + T + "; GRANT ALL ON app.t TO shop")
    database.query("SELECT pg_stat_statements_reset()")
    yield database
    database.drop()


def as_role(database, role, *statements):
    with database.connect(user=role) as connection:
        for text in statements:
            connection.execute(text)


def test_statements_of_the_target(ask, target, database, roles):
    roles("shop")
    as_role(target, "shop", "SELECT a FROM t WHERE id = 1", "/* app */ (SELECT 1)", "INSERT INTO t VALUES (9) ON CONFLICT (id) DO NOTHING",
            "WITH x AS (SELECT n FROM t LIMIT 1) UPDATE t SET n = 1 WHERE id = 9", "DELETE FROM t WHERE id IN (9, 10)",
            "CREATE TEMP TABLE tmp (a int)", "SELECT a FROM tmp", "SET work_mem = '4MB'", "BEGIN", "COMMIT")
    database.query("ALTER TABLE t SET SCHEMA public; CREATE SCHEMA app; GRANT USAGE ON SCHEMA app TO shop; ALTER TABLE t SET SCHEMA app")
    said = ask("ALTER TABLE app.t RENAME a TO b", target=target)
    assert (said.unprepared, said.statements, said.without) == (1, 5, None)
    finding, = said.findings
    assert finding.message == 'after the up a statement of the application cannot be prepared: column "a" does not exist'
    assert (finding.file, finding.sqlstate) == (None, "42703")
    assert finding.detail == "SELECT a FROM t WHERE id = $1\nasked by shop, 1 times"
    assert target.value("SELECT count(*) FROM app.t") == 3


def test_a_role_that_the_copy_has_not(ask, target, database):
    as_role(target, "shop", "SELECT a FROM app.t WHERE id = 1")
    database.query("CREATE SCHEMA app; ALTER TABLE t SET SCHEMA app")
    said = ask("", target=target)
    assert (said.statements, said.unprepared, said.findings) == (1, 0, [])


def test_a_role_that_loses_its_schema(ask, target, database, roles):
    roles("shop")
    as_role(target, "shop", "SELECT a FROM app.t WHERE id = 1")
    database.query("CREATE SCHEMA app; ALTER TABLE t SET SCHEMA app; GRANT USAGE ON SCHEMA app TO shop")
    finding, = ask("REVOKE USAGE ON SCHEMA app FROM shop", target=target).findings
    assert "permission denied for schema app" in finding.message


def test_statements_that_are_hidden(ask, target):
    as_role(target, "shop", "SELECT 1")
    blind = types.SimpleNamespace(url=target.url.replace("user=postgres", "user=blind").replace("//postgres@", "//blind@"))
    assert "pg_read_all_stats" in ask("", target=blind).without


def test_a_statement_with_another_in_it_is_not_run(ask, target, database):
    """What the server keeps is one statement; a comment at its end hides nothing of ours."""
    as_role(target, "shop", "SELECT 1 -- and; DROP TABLE t")
    said = ask("", target=target)
    assert (said.statements, said.findings) == (1, []) and database.has("t")
