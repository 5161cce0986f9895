"""Files that cannot be one transaction run step by step; history and journal say how far they got."""
import pytest

from harness.history import contents, events, row, versions

COUNTERS = ("statements_done", "statements_total", "dirty")


def test_concurrently_is_announced_and_counted(cli, folder, database):
    folder.write("001_index.up.sql", """
        CREATE TABLE t (id int);
        CREATE INDEX CONCURRENTLY i ON t (id);
        INSERT INTO t VALUES (1);
        """)
    cli("up").ok()
    assert row(database, "001", *COUNTERS) == (3, 3, False)
    assert events(database, "001") == ["steps_begun", "statements_done", "statement_started",
                                       "statements_done", "statements_done", "applied"]
    detail = database.value("SELECT detail FROM migrate_safe.journal WHERE event = 'statement_started'")
    assert (detail["statement"], detail["direction"]) == (2, "up")
    assert detail["sql"] == "CREATE INDEX CONCURRENTLY i ON t (id)"
    assert database.value("SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass")


def test_what_can_be_transactional_commits_with_its_counter(cli, folder, database):
    folder.write("001_steps.up.sql", "-- migrate-safe: no-transaction\n"
                                     "CREATE TABLE a (id int);\nCREATE TABLE b (id int);\n")
    cli("up").ok()
    tables = database.query("SELECT xmin::text FROM pg_class WHERE relname IN ('a', 'b') ORDER BY relname")
    counters = database.query(
        "SELECT xmin::text FROM migrate_safe.journal WHERE event = 'statements_done' ORDER BY id")
    assert tables == counters and tables[0] != tables[1]


def failed_in_the_middle(cli, folder):
    folder.tables(1)
    folder.write("002_middle.up.sql", """
        CREATE TABLE t (id int);
        CREATE INDEX CONCURRENTLY i ON t (id);
        INSERT INTO t VALUES (1);
        INSERT INTO t SELECT 1 / 0;
        INSERT INTO t VALUES (2);
        """)
    folder.tables(1, first=3)
    return cli("up").failed(2)


def test_a_failure_in_the_middle_leaves_it_dirty(cli, folder, database):
    result = failed_in_the_middle(cli, folder)
    assert "migrations/002_middle.up.sql:4:1: error: division by zero" in result.err
    assert "version 002 is dirty: 3 of its 5 statements are committed; 1 migration before it" \
           in result.err
    assert "then migrate-safe up goes on there" in result.err
    assert row(database, "002", *COUNTERS) == (3, 5, True)
    assert database.query("SELECT id FROM t") == [(1,)]
    assert versions(database) == ["001", "002"] and not database.has("t_3")


@pytest.mark.parametrize("arguments", [["down"], ["redo"], ["down", "--to", "0"]])
def test_half_applied_nothing_is_taken_back(cli, folder, database, arguments):
    failed_in_the_middle(cli, folder)
    before = contents(database)
    result = cli(*arguments, "--skip-backup").failed(1)
    assert "version 002 is half applied: 3 of 5 statements are committed" in result.err
    assert "migrate-safe recover" in result.err
    assert contents(database) == before


def test_up_goes_on_where_it_stopped(cli, folder, database):
    failed_in_the_middle(cli, folder)
    assert [step["version"] for step in cli("plan", "--json").ok().json()["steps"]] == ["002", "003"]
    folder.write("002_middle.up.sql", folder.read("002_middle.up.sql").replace("1 / 0", "7"))
    cli("up", "--skip-backup").ok()
    assert database.query("SELECT id FROM t ORDER BY id") == [(1,), (2,), (7,)]
    assert row(database, "002", *COUNTERS) == (5, 5, False) and database.has("t_3")


def test_status_says_how_far_it_got(cli, folder, database):
    failed_in_the_middle(cli, folder)
    out = cli("status", "--exit-code").failed(1).out
    assert "dirty" in out and "3 of 5 statements done" in out and "1 dirty" in out


def test_a_statement_that_failed_outside_a_transaction(cli, folder, database):
    """CREATE INDEX CONCURRENTLY leaves an invalid index: the journal names the statement."""
    folder.write("001_unique.up.sql", """
        CREATE TABLE t AS SELECT 1 AS id FROM generate_series(1, 2);
        CREATE UNIQUE INDEX CONCURRENTLY u ON t (id);
        """)
    result = cli("up").failed(2)
    assert "001_unique.up.sql:2:1: error: could not create unique index" in result.err
    assert row(database, "001", *COUNTERS) == (1, 2, True)
    assert events(database, "001")[-1] == "statement_started"


def test_the_first_statement_fails(cli, folder, database):
    folder.write("001_first.up.sql", "CREATE INDEX CONCURRENTLY i ON nothing (id);\n")
    result = cli("up").failed(2)
    assert "nothing of version 001 is in the database" in result.err
    assert versions(database) == []
    assert events(database) == ["steps_begun", "statement_started", "statement_failed",
                                "steps_abandoned"]


def test_several_blocks_are_counted_transactions(cli, folder, database):
    folder.write("001_blocks.up.sql", """
        BEGIN;
        CREATE TABLE a (id int);
        INSERT INTO a VALUES (1);
        COMMIT;
        BEGIN ISOLATION LEVEL SERIALIZABLE;
        CREATE TABLE b AS SELECT current_setting('transaction_isolation') AS level;
        COMMIT;
        """)
    cli("up").ok()
    assert row(database, "001", *COUNTERS) == (3, 3, False)
    assert database.value("SELECT level FROM b") == "serializable"
    assert [detail["statement"] for detail, in database.query(
        "SELECT detail FROM migrate_safe.journal WHERE event = 'statements_done' ORDER BY id")] == [2, 3]


def test_a_block_that_fails_leaves_nothing_of_itself(cli, folder, database):
    folder.write("001_blocks.up.sql", """
        BEGIN;
        CREATE TABLE a (id int);
        COMMIT;
        BEGIN;
        CREATE TABLE b (id int);
        SELECT 1/0;
        COMMIT;
        """)
    result = cli("up").failed(2)
    assert "001_blocks.up.sql:6:1: error: division by zero" in result.err
    assert row(database, "001", *COUNTERS) == (1, 3, True)
    assert database.has("a") and not database.has("b")


def test_a_block_whose_commit_fails(cli, folder, database):
    folder.write("001_deferred.up.sql", """
        BEGIN;
        CREATE TABLE a (id int PRIMARY KEY);
        COMMIT;
        BEGIN;
        CREATE TABLE b (a int REFERENCES a DEFERRABLE INITIALLY DEFERRED);
        INSERT INTO b VALUES (1);
        COMMIT;
        """)
    result = cli("up").failed(2)
    assert "violates foreign key constraint" in result.err
    assert row(database, "001", *COUNTERS) == (1, 3, True)
    assert not database.has("b")


def test_down_in_steps(cli, folder, database):
    folder.pair("001_index", "CREATE TABLE t (id int);\nCREATE INDEX i ON t (id);",
                "DROP INDEX CONCURRENTLY i;\nDROP TABLE t;\n")
    cli("up").ok()
    cli("down", "-s").ok()
    assert versions(database) == [] and not database.has("t")
    assert events(database, "001") == ["applied", "down_steps_begun", "statement_started",
                                       "statements_done", "statements_done", "reverted"]


def test_down_in_steps_that_fails_is_dirty(cli, folder, database):
    folder.pair("001_index", "CREATE TABLE t (id int);\nCREATE INDEX i ON t (id);",
                "DROP INDEX CONCURRENTLY i;\nDROP TABLE nothing;\n")
    cli("up").ok()
    result = cli("down", "-s").failed(4)
    assert "001_index.down.sql:2:1: error:" in result.err
    assert "version 001 is dirty: 1 of its 2 statements are committed" in result.err
    assert row(database, "001", *COUNTERS) == (1, 2, True)


@pytest.mark.parametrize("statement", ["VACUUM t", "REINDEX INDEX CONCURRENTLY i", "VACUUM FULL t",
                                       "CREATE DATABASE %s_more TEMPLATE template0",
                                       "DROP DATABASE IF EXISTS %s_more", "CLUSTER",
                                       "ALTER SYSTEM RESET work_mem", "VACUUM (ANALYZE) t",
                                       "REFRESH MATERIALIZED VIEW CONCURRENTLY m",
                                       "ALTER TYPE e ADD VALUE 'b'", "ANALYZE t"])
def test_statements_that_need_it_are_recognised(cli, folder, database, statement):
    folder.write("001_t.up.sql", "CREATE TABLE t (id int PRIMARY KEY); CREATE INDEX i ON t (id);\n"
                                 "CREATE MATERIALIZED VIEW m AS SELECT id FROM t;\n"
                                 "CREATE UNIQUE INDEX ON m (id); CREATE TYPE e AS ENUM ('a');\n")
    folder.write("002_it.up.sql", statement.replace("%s", database.name) + ";\n")
    try:
        cli("up").ok()
    finally:
        database.server.query(f"DROP DATABASE IF EXISTS {database.name}_more")
    assert versions(database) == ["001", "002"]


def test_copy_in_steps(cli, folder, database):
    folder.write("001_copy.up.sql", "-- migrate-safe: no-transaction\nCREATE TABLE t (id int, v text);\n"
                                    "COPY t FROM stdin;\n1\tone\n2\t\\N\n\\.\nCOPY t TO STDOUT;\n"
                                    "COPY t FROM stdin WITH (FORMAT csv);\n3,\"th\nree\"\n\\.\n")
    cli("up").ok()
    assert database.query("SELECT * FROM t ORDER BY id") == [(1, "one"), (2, None), (3, "th\nree")]
    assert row(database, "001", *COUNTERS) == (4, 4, False)


def test_the_order_of_things_inside_a_block_is_refused_before_anything_runs(cli, folder, database):
    folder.tables(1)
    folder.write("002_wrong.up.sql", "BEGIN;\nVACUUM t_1;\nCOMMIT;\n")
    result = cli("up").failed(1)
    assert "002_wrong.up.sql:2:1: error: VACUUM cannot run inside the transaction that BEGIN opens " \
           "at line 1" in result.err
    assert not database.has("t_1")


@pytest.mark.parametrize("text, place, message", [
    ("SELECT 1;\nROLLBACK;\n", "2:1", "ROLLBACK would undo the migration it stands in"),
    ("COMMIT;\n", "1:1", "COMMIT without BEGIN"),
    ("BEGIN;\nSELECT 1;\n", "1:1", "BEGIN without COMMIT"),
    ("BEGIN;\nBEGIN;\nCOMMIT;\n", "2:1", "BEGIN inside a transaction that is open already"),
    ("BEGIN;\nPREPARE TRANSACTION 'x';\n", "2:1", "two-phase commit cannot be part of a migration"),
])
def test_transactions_that_cannot_be_merged(cli, folder, database, text, place, message):
    folder.write("001_x.up.sql", text.encode())
    assert f"migrations/001_x.up.sql:{place}: error: {message}" in cli("up").failed(1).err
    assert versions(database) == []


COMMITS = """
CREATE TABLE t (id int);
CREATE PROCEDURE batches() LANGUAGE plpgsql AS $$
BEGIN
  FOR i IN 1..3 LOOP INSERT INTO t VALUES (i); COMMIT; END LOOP;
END $$;
"""


@pytest.mark.parametrize("statement", ["CALL batches()", "DO $$ BEGIN CALL batches(); COMMIT; END $$"])
def test_what_commits_by_itself_runs_alone(cli, folder, database, statement):
    folder.write("001_t.up.sql", COMMITS)
    folder.write("002_it.up.sql", f"-- migrate-safe: no-transaction\nSELECT 1;\n{statement};\nSELECT 2;\n")
    cli("up").ok()
    assert database.query("SELECT id FROM t ORDER BY id") == [(1,), (2,), (3,)]
    assert row(database, "002", *COUNTERS) == (3, 3, False)
    assert events(database, "002") == ["steps_begun", "statements_done", "statement_started",
                                       "statements_done", "statements_done", "applied"]


def test_what_commits_by_itself_says_how_to_run_it(cli, folder, database):
    folder.write("001_t.up.sql", COMMITS + "CALL batches();\n")
    result = cli("up").failed(2)
    assert "invalid transaction termination (SQLSTATE 2D000)" in result.err
    assert "-- migrate-safe: no-transaction" in result.err
    assert not database.has("t")


def test_set_transaction_says_where_it_belongs(cli, folder, database):
    folder.write("001_t.up.sql", "BEGIN;\nSELECT 1;\nCOMMIT;\n"
                                 "BEGIN;\nSET TRANSACTION ISOLATION LEVEL SERIALIZABLE;\nSELECT 1;\nCOMMIT;\n")
    assert "hint:   say it in BEGIN: BEGIN ISOLATION LEVEL SERIALIZABLE" in cli("up").failed(2).err
