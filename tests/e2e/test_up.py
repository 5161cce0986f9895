"""up: what is pending is applied, each file whole with its history, or not at all."""
import pytest

from harness.history import events, row, versions


def test_versions_are_applied_in_order_a_line_each(cli, folder, database):
    folder.tables(2)
    folder.pair("010_ten", "CREATE TABLE ten AS SELECT * FROM t_9;", "DROP TABLE ten;")
    folder.pair("009_nine", "CREATE TABLE t_9 AS SELECT 9 AS id;", "DROP TABLE t_9;")
    result = cli("up").ok()
    assert versions(database) == ["001", "002", "009", "010"]
    lines = [line.split()[1:3] for line in result.out.splitlines()[2:6]]
    assert lines == [["001", "table_1"], ["002", "table_2"], ["009", "nine"], ["010", "ten"]]
    assert "Applied 4 migrations" in result.out and "is at version 010" in result.out
    assert "next: migrate-safe status" in result.out
    assert result.err == ""


def test_ten_comes_after_nine(cli, folder, database):
    for number in (10, 9, 1):
        folder.pair(f"{number}_n", f"CREATE TABLE t_{number} ();", f"DROP TABLE t_{number};")
    cli("up").ok()
    assert versions(database) == ["1", "9", "10"]


def test_a_history_row_says_all(cli, folder, database):
    folder.tables(1)
    document = cli("up", "--json").ok().json()
    (name, layout, kind, up, down, by, done, total, dirty, run_id, digest, backup) = row(
        database, "001", "name", "layout", "kind", "up_sql", "down_sql", "applied_by",
        "statements_done", "statements_total", "dirty", "run_id", "plan_digest", "backup_id")
    assert (name, layout, kind, by) == ("table_1", "paired", "versioned", "postgres")
    assert (up, down) == ("CREATE TABLE t_1 (id int);\n", "DROP TABLE t_1;\n")
    assert (done, total, dirty, backup) == (1, 1, False, None)
    assert (str(run_id), digest) == (document["run_id"], document["plan_digest"])
    assert row(database, "001", "checksum")[0] == database.value(
        "SELECT encode(sha256(up_sql::bytea), 'hex') FROM migrate_safe.schema_migrations")


def test_history_journal_and_ddl_are_one_transaction(cli, folder, database):
    folder.tables(2)
    cli("up").ok()
    transactions = database.query("""
        SELECT h.xmin::text, j.xmin::text, c.xmin::text
        FROM migrate_safe.schema_migrations h JOIN migrate_safe.journal j USING (version)
        JOIN pg_class c ON c.oid = to_regclass('t_' || h.version::int) ORDER BY version""")
    assert all(len(set(line)) == 1 for line in transactions)
    assert transactions[0] != transactions[1]


def test_a_failing_file_leaves_nothing(cli, folder, database):
    folder.tables(2)
    folder.pair("003_bad", """
        CREATE TABLE half (id int);
        INSERT INTO half VALUES (1);
        COPY half FROM stdin;
        2
        3
        \\.
        SELECT 1 / (SELECT count(*) FROM half WHERE id > 3);
        """, "DROP TABLE half;")
    folder.tables(1, first=4)
    result = cli("up").failed(2)
    assert versions(database) == ["001", "002"]
    assert not database.has("half") and not database.has("t_4")
    assert events(database) == ["applied", "applied"]
    assert "migrations/003_bad.up.sql:7:1: error: division by zero" in result.err
    assert "nothing of version 003 is in the database; 2 migrations before it" in result.err
    assert "next:   correct migrations/003_bad.up.sql, then migrate-safe up" in result.err


def test_bad_copy_data_leaves_nothing(cli, folder, database):
    folder.write("001_data.up.sql", """
        CREATE TABLE t (id int);
        COPY t FROM stdin;
        1
        two
        \\.
        """)
    result = cli("up").failed(2)
    assert "migrations/001_data.up.sql:2:1: error: invalid input syntax" in result.err
    assert "COPY t, line 2" in result.err
    assert not database.has("t") and versions(database) == []


def test_a_deferred_constraint_that_fails_at_commit_leaves_nothing(cli, folder, database):
    folder.write("001_deferred.up.sql", """
        CREATE TABLE a (id int PRIMARY KEY);
        CREATE TABLE b (a int REFERENCES a DEFERRABLE INITIALLY DEFERRED);
        INSERT INTO b VALUES (1);
        """)
    result = cli("up").failed(2)
    assert "001_deferred.up.sql:1:1: error: at COMMIT of version 001: insert or update on table " \
           '"b" violates foreign key' in result.err
    assert not database.has("a") and versions(database) == [] and events(database) == []
    cli("status").ok()


def test_after_the_file_is_corrected_the_rest_follows(cli, folder, database):
    folder.tables(1)
    folder.write("002_bad.up.sql", "SELECT nothing;")
    cli("up").failed(2)
    folder.write("002_bad.up.sql", "SELECT 'nothing';")
    cli("up", "--skip-backup").ok()
    assert versions(database) == ["001", "002"]


@pytest.mark.parametrize("arguments, expected", [
    (["up", "--steps", "2"], ["001", "002"]),
    (["--apply", "--steps=2"], ["001", "002"]),
    (["up", "--steps", "99"], ["001", "002", "003", "004"]),
    (["up", "--to", "003"], ["001", "002", "003"]),
    (["up", "--to", "3"], ["001", "002", "003"]),
    (["up", "--to=1"], ["001"]),
    (["apply"], ["001", "002", "003", "004"]),
    (["up", "--to", "004", "--steps", "1"], ["001"]),
])
def test_how_far(cli, folder, database, arguments, expected):
    folder.tables(4)
    cli(*arguments).ok()
    assert versions(database) == expected


@pytest.mark.parametrize("to, what", [("009", "version"), ("x", "version or name"),
                                      (" ", "version or name"), ("1.5", "version")])
def test_to_a_version_that_is_not_there(cli, folder, database, to, what):
    folder.tables(1)
    result = cli("up", "--to", to).failed(5)
    assert f'there is no migration with {what} "{to}"' in result.err
    assert versions(database) == []


def test_to_a_version_that_is_applied_does_nothing(cli, folder, database):
    folder.tables(3)
    cli("up", "--to", "002").ok()
    assert "Nothing to do" in cli("up", "--to", "001").ok().out
    assert versions(database) == ["001", "002"]


@pytest.mark.parametrize("steps", ["0", "-1", "one", "", "1x"])
def test_steps_are_a_number_from_one(cli, folder, database, steps):
    folder.tables(1)
    assert f'--steps takes a whole number from 1, not "{steps}"' in cli(
        "up", f"--steps={steps}").failed(5).err
    assert not database.has("t_1")


def test_with_nothing_pending_no_check_runs(cli, folder, database):
    """No backup is asked for, no right to write is needed."""
    folder.tables(1)
    cli("up").ok()
    database.query("SELECT 1")
    read_only = {"PGOPTIONS": "-c default_transaction_read_only=on"}
    result = cli("up", env=read_only).ok()
    assert result.out == "Nothing to do: everything is applied\n" and result.err == ""
    assert cli("up", "--json", env=read_only).ok().json()["done"] == 0


def test_extensions_and_views_are_no_tables_of_the_user(cli, folder, database):
    """No data could be lost: neither baseline nor backup is asked for."""
    database.query("CREATE VIEW v AS SELECT 1; CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'")
    folder.tables(1)
    cli("up").ok()


def test_a_connection_that_may_only_read_is_refused(cli, folder, database):
    folder.tables(1)
    result = cli("up", env={"PGOPTIONS": "-c default_transaction_read_only=on"}).failed(1)
    assert "is read-only for this session (default_transaction_read_only)" in result.err
    assert "or as a role that may write" in result.err


def test_the_files_own_transaction_is_merged_with_ours(cli, folder, database):
    folder.write("001_own.up.sql", "BEGIN;\nCREATE TABLE a (id int);\nCOMMIT;\n")
    folder.write("002_own.up.sql", "begin transaction;\nCREATE TABLE b (id int);\nSELECT 1/0;\nend;\n")
    result = cli("up").failed(2)
    assert "002_own.up.sql:3:1: error: division by zero" in result.err
    assert versions(database) == ["001"] and database.has("a") and not database.has("b")
    assert "WARNING" not in result.err and "warning" not in result.err


def test_the_isolation_level_may_be_a_statement(cli, folder, database):
    """Ours come before it, and no query may: our BEGIN asks for it."""
    folder.write("001_a.up.sql", "SET LOCAL work_mem = '8MB';\nSET TRANSACTION ISOLATION LEVEL REPEATABLE READ;\n"
                                 "CREATE TABLE seen AS SELECT current_setting('transaction_isolation') AS level;\n")
    cli("up").ok()
    assert database.value("SELECT level FROM seen") == "repeatable read"


@pytest.mark.parametrize("level", ["SERIALIZABLE", "REPEATABLE READ", "READ COMMITTED"])
def test_the_files_own_isolation_level_is_kept(cli, folder, database, level):
    folder.write("001_level.up.sql", f"""
        BEGIN ISOLATION LEVEL {level};
        CREATE TABLE seen AS SELECT current_setting('transaction_isolation') AS level;
        COMMIT;
        """)
    cli("up").ok()
    assert database.value("SELECT level FROM seen") == level.lower()


def test_savepoints_are_the_files_own(cli, folder, database):
    folder.write("001_savepoint.up.sql", """
        CREATE TABLE a (id int);
        SAVEPOINT s;
        CREATE TABLE b (id int);
        ROLLBACK TO SAVEPOINT s;
        RELEASE s;
        """)
    cli("up").ok()
    assert database.has("a") and not database.has("b")


def test_functions_and_blocks_are_single_statements(cli, folder, database):
    folder.write("001_bodies.up.sql", """
        CREATE FUNCTION one() RETURNS int LANGUAGE plpgsql AS $body$
        BEGIN; RETURN 1; END; $body$;
        DO $$ BEGIN PERFORM one(); EXECUTE 'CREATE TABLE d (t text DEFAULT '';'')'; END; $$;
        CREATE FUNCTION two() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT 2; END;
        /* ; /* nested; */ ; */
        CREATE TABLE "semi;colon" (t text DEFAULT E'\\';');
        """.replace("BEGIN; RETURN", "BEGIN RETURN"))
    if database.server.major < 14:
        folder.write("001_bodies.up.sql", folder.read("001_bodies.up.sql").replace(
            "BEGIN ATOMIC SELECT 1; SELECT 2; END", "AS 'SELECT 2'"))
    cli("up").ok()
    assert database.query("SELECT one(), two()") == [(1, 2)]
    assert row(database, "001", "statements_total") == (4,)


def test_a_file_without_statements_is_applied_as_such(cli, folder, database):
    folder.write("001_empty.up.sql", "-- nothing yet\n")
    cli("up").ok()
    assert row(database, "001", "statements_total") == (0,)


def test_notices_are_shown_when_asked_and_warnings_always(cli, folder):
    folder.write("001_talk.up.sql", """
        DO $$ BEGIN RAISE NOTICE 'a notice'; RAISE WARNING 'a warning'; END $$;
        CREATE TABLE IF NOT EXISTS t (id int);
        """)
    result = cli("up").ok()
    assert "warning: a warning" in result.err and "a notice" not in result.err
    folder.write("002_talk.up.sql", "DO $$ BEGIN RAISE NOTICE 'a second notice'; END $$;")
    assert "notice: a second notice" in cli("up", "-s", "--verbose").ok().err


def test_rows_of_a_select_are_nobodys(cli, folder):
    folder.write("001_select.up.sql", "SELECT 'shown to nobody' FROM generate_series(1, 1000);\n"
                                      "COPY (SELECT 'neither is this') TO STDOUT;\nVALUES (1);\n")
    result = cli("up").ok()
    assert "nobody" not in result.out + result.err and "neither" not in result.out + result.err
