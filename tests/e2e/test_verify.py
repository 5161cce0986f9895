"""What must hold before a migration is recorded: verify scripts and verify directives."""
import pytest

from harness.history import events, row, versions
from harness.message import hint

COUNTERS = ("statements_done", "statements_total", "dirty")
UP = "-- migrate-safe: verify: {}\nCREATE TABLE t (id int);\nINSERT INTO t VALUES (1);\n"


def with_directive(folder, sql):
    folder.pair("001_t", UP.format(sql), "DROP TABLE t;")


@pytest.mark.parametrize("sql", ["SELECT count(*) = 1 FROM t", "SELECT true;", "VALUES (1 = 1)",
                                 "TABLE (SELECT true)", "WITH a AS (SELECT id FROM t) SELECT id = 1 FROM a"])
def test_a_directive_that_is_true(cli, folder, database, sql):
    with_directive(folder, sql.replace("TABLE (SELECT true)", "SELECT * FROM (SELECT true) AS a"))
    assert "verified by 1 query" in cli("plan").ok().out
    cli("up").ok()
    assert versions(database) == ["001"] and row(database, "001", *COUNTERS) == (2, 2, False)


ANSWERS = [
    ("SELECT count(*) = 2 FROM t", "verify: the query returned false"),
    ("SELECT NULL::bool", "verify: the query returned null"),
    ("SELECT true FROM t WHERE id = 2", "verify: the query returned no row"),
    ("SELECT true FROM generate_series(1, 3)", "verify: the query returned more than one row"),
    ("SELECT true, true", "verify: the query returned 2 columns"),
    ("SELECT count(*) FROM t", 'verify: the query returned "1", which is no boolean'),
]


@pytest.mark.parametrize("sql, message", ANSWERS)
def test_a_directive_that_is_not_true(cli, folder, database, sql, message):
    with_directive(folder, sql)
    result = cli("up").failed(3)
    assert f"migrations/001_t.up.sql:1:26: error: {message}\n" in result.err
    assert f"  1 | {sql}\n" in result.err
    assert hint(result) == "it must return one row with one column that is true"
    assert "state:  nothing of version 001 is in the database" in result.err
    assert not database.has("t") and versions(database) == []


def test_a_directive_that_the_server_refuses(cli, folder, database):
    with_directive(folder, "SELECT count(*) = 1 FROM nowhere")
    result = cli("up").failed(3)
    assert ('migrations/001_t.up.sql:1:51: error: verify: relation "nowhere" does not exist'
            in result.err)
    assert not database.has("t")
    with_directive(folder, "SELECT 1 / (count(*) - 1) = 1 FROM t")
    result = cli("up").failed(3)
    assert "migrations/001_t.up.sql:1:26: error: verify: division by zero" in result.err
    assert hint(result) == "correct the migration, or what its verify asks for"


@pytest.mark.parametrize("sql, where, message", [
    ("SELECT true; SELECT true", "1:39", "verify takes one query, and this is a second one"),
    ("SELECT 'open", "1:33", "unterminated quoted string"),
])
def test_a_directive_that_cannot_be_one_query(cli, folder, database, sql, where, message):
    with_directive(folder, sql)
    for command, code in (("validate", 1), ("plan", 1), ("up", 1)):
        assert f"migrations/001_t.up.sql:{where}: error: {message}" in cli(command).failed(code).err
    assert versions(database) == []


@pytest.mark.parametrize("sql", ["COMMIT", "ROLLBACK", "DROP TABLE t", "INSERT INTO t VALUES (2) RETURNING true"])
def test_a_directive_is_a_query_and_nothing_else(cli, folder, database, sql):
    with_directive(folder, sql)
    assert "verify: syntax error" in cli("up").failed(3).err
    assert not database.has("t") and versions(database) == []


def test_many_directives_and_the_first_failure_counts(cli, folder, database):
    lines = [f"-- migrate-safe: verify: SELECT {number} < 250\n" for number in range(300)]
    folder.write("001_t.up.sql", "".join(lines) + "CREATE TABLE t (id int);\n")
    result = cli("up").failed(3)
    assert "migrations/001_t.up.sql:251:26: error: verify: the query returned false" in result.err
    assert not database.has("t")
    folder.write("001_t.up.sql", "".join(lines[:250]) + "CREATE TABLE t (id int);\n")
    assert "verified by 250 queries" in cli("plan").ok().out
    cli("up").ok()


def test_nothing_of_a_verify_stays(cli, folder, database):
    folder.write("001_f.up.sql", """
        CREATE TABLE t (id int);
        CREATE FUNCTION f() RETURNS bool LANGUAGE plpgsql AS $$
        BEGIN INSERT INTO t VALUES (7); SET search_path = nowhere; RETURN true; END $$;
        -- migrate-safe: verify: SELECT f()
        """)
    cli("up").ok()
    assert database.query("SELECT id FROM t") == []


def test_a_verify_runs_as_the_login_and_after_the_script_is_reset(cli, folder, database):
    folder.write("001_t.up.sql", """
        -- migrate-safe: verify: SELECT current_setting('search_path') <> 'nowhere'
        SET search_path = nowhere;
        """)
    cli("up").ok()


def test_a_verify_waits_for_no_lock_and_tries_again(cli, folder, database):
    database.query("CREATE TABLE busy (id int)")
    cli("baseline", "0").ok()
    with_directive(folder, "SELECT count(*) = 0 FROM busy")
    with database.connect() as other:
        other.execute("BEGIN; LOCK TABLE busy")
        result = cli("up", "-s", "--lock-deadline", "500ms").failed(2)
        assert "gave up after" in result.err and "once the lock is free" in result.err
        assert not database.has("t")
    cli("up", "-s").ok()


STEPS = """\
-- migrate-safe: verify: SELECT count(*) = 1 FROM wanted
CREATE TABLE t (id int);
CREATE INDEX CONCURRENTLY i ON t (id);
"""


def failed_in_steps(cli, folder, database):
    database.query("CREATE TABLE wanted (id int)")
    cli("baseline", "0").ok()
    folder.pair("001_t", STEPS, "DROP TABLE t;")
    return cli("up", "-s").failed(3)


def test_in_steps_a_failed_verify_leaves_it_dirty(cli, folder, database):
    result = failed_in_steps(cli, folder, database)
    assert "migrations/001_t.up.sql:1:26: error: verify: the query returned false" in result.err
    assert ("state:  version 001 is dirty: all 2 of its statements are committed, and what verifies "
            "them failed" in result.err)
    assert ("next:   correct what it asks for, then migrate-safe up --skip-backup verifies again and "
            "records it; or see: migrate-safe recover" in result.err)
    assert row(database, "001", *COUNTERS) == (2, 2, True) and database.has("t")
    out = cli("recover").failed(1).out
    assert "stopped half way up: 2 of 2 statements are committed" in out
    assert "runs no statement again; verifies, and records it as applied" in out
    assert cli("up", "-s").failed(3).err.count("verify: the query returned false") == 1


@pytest.mark.parametrize("arguments", [["up", "-s"], ["recover", "--resume"]])
def test_in_steps_the_next_run_verifies_again(cli, folder, database, arguments):
    failed_in_steps(cli, folder, database)
    database.query("INSERT INTO wanted VALUES (1)")
    cli(*arguments).ok()
    assert row(database, "001", *COUNTERS) == (2, 2, False)
    assert events(database, "001")[-1] == "applied"


def test_in_steps_the_directive_may_be_corrected(cli, folder, database):
    failed_in_steps(cli, folder, database)
    folder.write("001_t.up.sql", STEPS.replace("= 1", "= 0"))
    cli("up", "-s").ok()
    assert "1 applied, 0 pending" in cli("status").ok().out


def test_in_steps_it_can_be_taken_back(cli, folder, database):
    failed_in_steps(cli, folder, database)
    cli("recover", "--undo", "--yes").ok()
    assert not database.has("t") and versions(database) == []


def test_redo_verifies(cli, folder, database):
    with_directive(folder, "SELECT true")
    cli("up").ok()
    with_directive(folder, "SELECT false")
    cli("redo", "-s").failed(3)
    assert versions(database) == [] and not database.has("t")


def test_json(cli, folder, database):
    with_directive(folder, "SELECT false")
    step = cli("plan", "--json").ok().json()["steps"][0]
    assert (step["verified"], step["verify_file"]) == (True, None)
    document = cli("up", "--json").failed(3).json()
    assert document["error"]["class"] == "verify" and document["exit_code"] == 3
