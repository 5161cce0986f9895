"""What a traced script is measured to do: locks, files, scans, rows, WAL, and who had to wait."""
import pytest

from harness import waiting
from harness.tracer import Tracing

# The server is asked, not the program: under sanitizers it would say the same.
pytestmark = pytest.mark.once

TABLES = """
CREATE TABLE parent (id int PRIMARY KEY, note text);
CREATE TABLE t (id int PRIMARY KEY, a int, b text, parent_id int);
INSERT INTO parent SELECT n, 'x' FROM generate_series(1, 100) n;
INSERT INTO t SELECT n, n, 'x', n FROM generate_series(1, 100) n;
"""


@pytest.fixture
def traced(database, tmp_path):
    """traced(script) on the tables above."""
    database.query(TABLES)
    return lambda script, *arguments: Tracing(database, script, tmp_path / "script.sql", *arguments).result()


def waits(database, wait="Lock"):
    """The backend of a script under trace waits for a lock."""
    return lambda: database.value(f"""
        SELECT count(*) > 0 FROM pg_stat_activity
        WHERE application_name = 'migrate-safe' AND wait_event_type = '{wait}'""")


def test_locks_are_told_statement_by_statement(traced):
    trace = traced("""
        ALTER TABLE t ADD COLUMN c int;
        ALTER TABLE t ADD FOREIGN KEY (parent_id) REFERENCES parent;
        UPDATE t SET a = 2;
        SELECT * FROM parent;""")
    assert trace.places() == ["inside"] * 4 + ["commit"]
    assert trace[0].locked() == {"t": ["AccessExclusive"]}
    assert trace[1].locked() == {"parent": ["AccessShare", "RowShare", "ShareRowExclusive"],
                                 "t": ["AccessShare", "ShareRowExclusive"]}
    assert trace[2].locked() == {"t": ["RowExclusive"]}
    assert trace[3].locked() == {}
    assert set(trace.total["t"].locked) >= {"AccessExclusiveLock", "RowExclusiveLock"}
    assert trace.told == 5 and trace.error is None


def test_rewrites_scans_and_rows(traced):
    trace = traced("""
        CREATE INDEX ON t (a);
        ALTER TABLE t ALTER COLUMN a TYPE bigint;
        UPDATE t SET a = a + 1 WHERE id <= 30;
        DELETE FROM t WHERE id > 90;
        INSERT INTO t SELECT n, n FROM generate_series(200, 219) n;""")
    index, alter, update, delete, insert = trace.statements[:5]
    assert index["t_a_idx"].is_created and index["t_a_idx"].owner == "public.t"
    assert (index["t"].scans, index["t"].tuples_read, index["t"].is_rewritten) == (1, 100, False)
    assert alter["t"].is_rewritten and alter["t_pkey"].is_rewritten
    assert alter["t_a_idx"].is_created  # PostgreSQL drops it and makes another of that name
    assert alter["t"].scans >= 1 and not alter["t"].is_created
    assert (update.rows, update["t"].updated) == (30, 30)
    assert (delete.rows, delete["t"].deleted) == (10, 10)
    assert (insert.rows, insert["t"].inserted) == (20, 20)
    assert index.rows == -1
    assert all(statement.wal_bytes > 0 for statement in trace.statements[:5])
    assert trace.total["t"].inserted == 20 and trace.total["t"].is_rewritten


def test_toast_and_indexes_and_partitions(traced, database):
    database.query("""
        CREATE TABLE part (id int, v text) PARTITION BY LIST (id);
        CREATE TABLE part_1 PARTITION OF part FOR VALUES IN (1);
        CREATE TABLE part_2 PARTITION OF part FOR VALUES IN (2);
        CREATE INDEX part_id ON part (id)""")
    alter = traced("ALTER TABLE part ADD COLUMN x float8 DEFAULT random();")[0]
    assert alter.locked() == {"part": ["AccessExclusive"], "part_1": ["Share", "AccessExclusive"],
                              "part_2": ["Share", "AccessExclusive"]}
    assert alter["part_1"].is_rewritten and not alter["part"].is_rewritten
    assert alter["part_1_id_idx"].is_rewritten and alter["part_1_id_idx"].owner == "public.part_1"
    toast = [relation for relation in alter.relations.values() if relation.kind == "t"]
    assert {relation.owner for relation in toast} == {"public.part_1", "public.part_2"}


def test_created_and_dropped(traced):
    trace = traced("CREATE TABLE made (id int PRIMARY KEY); DROP TABLE t; DROP TABLE made;")
    assert trace[0]["made"].is_created and trace[0]["made_pkey"].is_created
    assert trace[1]["t"].is_dropped and trace[1]["t_pkey"].is_dropped and trace[1]["t_pkey"].owner == "public.t"
    assert trace[2]["made"].is_dropped


def test_what_a_transaction_made_and_drops_itself(traced):
    """Nothing is locked anew, and nothing was counted."""
    trace = traced("CREATE TABLE made (id int); CREATE VIEW seen AS SELECT 1; DROP VIEW seen; DROP TABLE made;")
    assert trace[2]["seen"].is_dropped and trace[3]["made"].is_dropped


def test_locks_that_are_let_go(traced):
    trace = traced("""
        SAVEPOINT s; LOCK TABLE t IN SHARE MODE; ROLLBACK TO s; LOCK TABLE t IN SHARE MODE; LOCK TABLE t IN SHARE MODE;""")
    assert [statement.locked().get("t") for statement in trace.statements[:5]] == [None, ["Share"], None, ["Share"], None]


def test_deferred_constraints_that_are_not_any_more(traced, database):
    database.query("ALTER TABLE t ADD FOREIGN KEY (parent_id) REFERENCES parent DEFERRABLE INITIALLY DEFERRED")
    trace = traced("INSERT INTO t (id, parent_id) VALUES (101, 1); SET CONSTRAINTS ALL IMMEDIATE; SELECT 1;")
    assert trace[1].locked() == {"parent": ["RowShare"]} and trace[2].locked() == {}


def test_what_is_not_valid_yet(traced):
    trace = traced("""
        ALTER TABLE t ADD CONSTRAINT positive CHECK (a > 0) NOT VALID;
        ALTER TABLE t VALIDATE CONSTRAINT positive;""")
    assert trace[0]["t"].unvalidated == "positive" and trace[0]["t"].scans == 0
    assert trace[1]["t"].unvalidated is None and trace[1]["t"].scans == 1


def test_notices_and_temporary_files(traced):
    trace = traced("""
        DO $$ BEGIN RAISE NOTICE 'said'; RAISE WARNING 'loud'; END $$;
        SET LOCAL work_mem = '64kB';
        SELECT count(*) FROM (SELECT n FROM generate_series(1, 100000) n ORDER BY random()) x;
        SET LOCAL client_min_messages = warning;
        DO $$ BEGIN RAISE NOTICE 'unheard'; END $$;""")
    assert trace[0].notices == [["NOTICE", "said"], ["WARNING", "loud"]]
    assert trace[0].temp_bytes == 0
    assert trace[2].temp_bytes > 500_000 and trace[2].notices == []
    assert trace[4].temp_bytes == -1 and trace[4].notices == []


def test_who_has_to_wait(traced):
    trace = traced("LOCK TABLE t IN SHARE MODE; SELECT pg_sleep(0.3);")
    reads, writes = trace[1].blocked_ms("t")
    assert reads == 0 < writes


@pytest.mark.slow
@pytest.mark.parametrize("held, reads, writes", [("ACCESS EXCLUSIVE", True, True), ("SHARE", False, True),
                                                 ("SHARE UPDATE EXCLUSIVE", False, False)])
def test_how_long_who_has_to_wait(traced, held, reads, writes):
    """A lock of known length: what the probes measured is within a tenth of it."""
    trace = traced(f"LOCK TABLE t IN {held} MODE; SELECT pg_sleep(1); SELECT 1;")
    sleep = trace[1]
    for blocked, should in zip(sleep.blocked_ms("t"), (reads, writes)):
        assert abs(blocked - should * sleep.took_us / 1000) <= 100, (held, blocked)
    assert trace.total["t"].writes_blocked_us >= sleep["t"].writes_blocked_us
    assert "parent" not in trace.total


@pytest.mark.slow
def test_a_lock_that_comes_while_a_statement_runs(traced, database):
    """Outside of a transaction it is known from samples alone."""
    database.query("""CREATE PROCEDURE works() LANGUAGE plpgsql AS $$ BEGIN
        PERFORM pg_sleep(0.4); COMMIT; LOCK TABLE t; PERFORM pg_sleep(0.8); COMMIT; PERFORM pg_sleep(0.3);
        UPDATE t SET a = 1; END $$""")
    trace = traced("-- migrate-safe: no-transaction\nCALL works();")
    assert trace.places() == ["outside"] and trace.error is None
    for blocked in trace[0].blocked_ms("t"):
        assert abs(blocked - 800) <= 80
    assert trace[0]["t"].updated == 100 and "AccessExclusiveLock" in trace[0]["t"].locked


@pytest.mark.slow
def test_what_is_reached_through_an_index_alone(traced, database):
    """REINDEX INDEX locks the table so that it may be read, but every plan opens the index, too."""
    database.query("""CREATE FUNCTION slow(a int) RETURNS int IMMUTABLE LANGUAGE plpgsql
                      AS 'BEGIN PERFORM pg_sleep(0.005); RETURN a; END'; CREATE INDEX slow_idx ON t (slow(a))""")
    reindex = traced("REINDEX INDEX slow_idx;")[0]
    assert reindex["t"].locked == ["ShareLock"]
    assert min(reindex.blocked_ms("t")) > 400


def test_steps_run_in_transactions_of_their_own(traced):
    trace = traced("""-- migrate-safe: no-transaction
        CREATE TABLE one (id int);
        BEGIN; ALTER TABLE t ADD COLUMN x int; ALTER TABLE t ADD COLUMN y int; COMMIT;
        CREATE INDEX CONCURRENTLY t_a ON t (a);
        COPY one FROM stdin;
1
2
\\.
        DROP INDEX CONCURRENTLY t_a;""")
    assert trace.error is None
    assert trace.places() == ["inside", "commit", "inside", "inside", "commit", "outside", "inside", "commit", "outside"]
    assert [statement.transaction for statement in trace.statements] == [1, 1, 2, 2, 2, 0, 3, 3, 0]
    assert [statement.ordinal for statement in trace.statements] == [1, 0, 2, 3, 0, 4, 5, 0, 6]
    assert trace[6].rows == 2 and trace[6]["one"].inserted == 2
    assert trace[5]["t_a"].is_created and trace[5]["t_a"].is_index_valid and trace[5]["t"].scans == 2
    assert trace[8]["t_a"].is_dropped


def test_phases_of_an_index(database, tmp_path):
    database.query(TABLES)
    script = "CREATE INDEX CONCURRENTLY t_a ON t (a);"
    with database.connect() as writer, database.connect() as reader:
        with writer.transaction():
            writer.execute("UPDATE t SET a = 3 WHERE id = 1")
            tracing = Tracing(database, script, tmp_path / "script.sql")
            waiting.until(waits(database), "the wait for writers")
            seen_by_watcher(database)
            reader.execute("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1")
        waiting.until(lambda: database.value("SELECT phase = 'waiting for old snapshots' FROM "
                                             "pg_stat_progress_create_index"), "the wait for snapshots")
        seen_by_watcher(database)
        reader.execute("ROLLBACK")
        build = tracing.result()[0]
    phases = [phase["phase"] for phase in build.phases]
    assert phases[0] == "waiting for writers before build" and "waiting for old snapshots" in phases
    assert {phase["command"] for phase in build.phases} == {"CREATE INDEX CONCURRENTLY"}
    assert build["t"].locked == ["ShareUpdateExclusiveLock"] and build.blocked_ms("t") == (0, 0)
    assert build.waited_us > 0.5 * build.took_us


def seen_by_watcher(database):
    """It has looked at least twice since now."""
    since = database.value("SELECT clock_timestamp()")
    for _ in range(2):
        since = waiting.until(lambda: database.query(
            "SELECT max(query_start) FROM pg_stat_activity WHERE application_name = 'migrate-safe trace' "
            "HAVING max(query_start) > %s", [since]), "a look")[0][0]


@pytest.mark.slow
def test_a_wait_for_a_lock(database, tmp_path):
    database.query(TABLES)
    with database.connect() as holder:
        with holder.transaction():
            holder.execute("SELECT * FROM t")
            tracing = Tracing(database, "ALTER TABLE t ADD COLUMN c int;", tmp_path / "script.sql")
            waiting.until(waits(database), "the wait")
            holder.execute("SELECT pg_sleep(0.5)")
        alter = tracing.result()[0]
    assert abs(alter.waited_us - alter.took_us) < 0.1 * alter.took_us
    # who came behind it had to wait as well
    assert min(alter.blocked_ms("t")) > 0.8 * alter.took_us / 1000


def test_a_statement_that_fails(traced, database):
    trace = traced("ALTER TABLE t ADD COLUMN c int;\nALTER TABLE t ADD COLUMN a int;\nSELECT 1;")
    assert [statement.has_failed for statement in trace.statements] == [False, True]
    assert trace[1].sqlstate == "42701" and trace.error_line == 2 and trace.error_class == "server"
    assert trace.told == 2
    assert database.value("SELECT count(*) FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = 'c'") == 0


def test_an_index_that_fails_leaves_an_invalid_one(traced, database):
    database.query("UPDATE t SET a = 1")
    trace = traced("CREATE UNIQUE INDEX CONCURRENTLY t_a ON t (a);")
    assert trace[0].sqlstate == "23505" and not trace[0]["t_a"].is_index_valid
    assert trace[0]["t_a"].is_created


def test_a_backend_that_is_killed(traced):
    trace = traced("ALTER TABLE t ADD COLUMN c int; SELECT pg_terminate_backend(pg_backend_pid()); SELECT 1;")
    assert trace.error_class == "connection"
    assert [statement.has_failed for statement in trace.statements] == [False, True]


def test_what_commits_inside(traced, database):
    database.query("CREATE PROCEDURE commits() LANGUAGE plpgsql AS "
                   "'BEGIN UPDATE t SET a = 5; COMMIT; UPDATE t SET a = 6; END'")
    trace = traced("CALL commits();")
    assert trace[0].sqlstate == "2D000"
    trace = traced("-- migrate-safe: no-transaction\nSELECT 1;\nCALL commits();\nSELECT 2;")
    assert trace.error is None and trace.places() == ["inside", "commit", "outside", "inside", "commit"]
    assert [statement.ordinal for statement in trace.statements] == [1, 0, 2, 3, 0]
    assert trace[2]["t"].updated == 200


def test_settings_come_before_any_look(traced):
    trace = traced("BEGIN; SET TRANSACTION ISOLATION LEVEL SERIALIZABLE; SET LOCAL work_mem = '1MB';"
                   "SET TRANSACTION READ ONLY; SELECT * FROM t; COMMIT;")
    assert trace.error is None and trace[3]["t"].scans == 1


def test_what_a_session_holds_may_be_dropped(traced):
    trace = traced("SELECT 1; DEALLOCATE ALL; SELECT count(*) FROM t;")
    assert trace.error is None and trace[2]["t"].scans == 1
    trace = traced("SELECT 1; DO $$ BEGIN EXECUTE 'DEALLOCATE ALL'; END $$; SELECT count(*) FROM t;")
    assert trace.error is None and trace[2]["t"].scans == 1
    trace = traced("-- migrate-safe: no-transaction\nSELECT 1; DISCARD ALL; SELECT count(*) FROM t;")
    assert trace.error is None and trace[3]["t"].scans == 1


def test_a_script_may_be_another_role(traced, database, roles):
    role = roles(f"traced_{database.name}")
    database.query(f"ALTER TABLE t OWNER TO {role}")
    trace = traced(f"SET ROLE {role}; ALTER TABLE t ADD COLUMN c int; DISCARD PLANS; RESET ROLE; SELECT count(*) FROM t;")
    assert trace.error is None and trace[1].locked() == {"t": ["AccessExclusive"]}


@pytest.mark.slow
def test_published_tables_are_probed_too(traced, database):
    database.query("CREATE TABLE bare (a int, b int GENERATED ALWAYS AS (a) STORED); CREATE PUBLICATION p FOR TABLE bare")
    trace = traced("LOCK TABLE bare; SELECT pg_sleep(0.5);")
    assert min(trace[1].blocked_ms("bare")) > 400


def test_no_probe_changes_anything(traced, database):
    database.query("""
        CREATE TABLE fired (what text);
        CREATE FUNCTION fires() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO fired VALUES (TG_OP); RETURN NULL; END';
        CREATE TRIGGER fires AFTER INSERT OR DELETE ON t EXECUTE FUNCTION fires();
        CREATE RULE quiet AS ON DELETE TO parent DO ALSO INSERT INTO fired VALUES ('rule')""")
    scans = "SELECT seq_scan FROM pg_stat_user_tables WHERE relname = 'parent'"
    before = database.value(scans)
    trace = traced("LOCK TABLE t IN SHARE UPDATE EXCLUSIVE MODE; LOCK TABLE parent IN SHARE UPDATE EXCLUSIVE MODE;"
                   "SELECT pg_sleep(0.3);")
    assert trace[2].blocked_ms("t") == trace[2].blocked_ms("parent") == (0, 0)  # probed, then
    assert database.value("SELECT count(*) FROM fired") == 0
    assert database.value(scans) == before


@pytest.mark.slow
def test_more_tables_than_probes(traced, database):
    database.query("".join(f"CREATE TABLE many_{n} (a int);" for n in range(11)))
    trace = traced("LOCK TABLE " + ", ".join(f"many_{n}" for n in range(11)) + "; SELECT pg_sleep(0.2);")
    probed = [name for name, relation in trace.total.items() if relation.reads_blocked_us > 0]
    assert len(probed) == 8 and trace.unprobed == 3


def test_without_probes(traced):
    trace = traced("LOCK TABLE t; SELECT pg_sleep(0.1);", "no-probes")
    assert trace.total["t"].reads_blocked_us == -1 and trace[0].locked() == {"t": ["AccessExclusive"]}


def test_sizes(traced):
    trace = traced("CREATE TABLE big AS SELECT n, repeat('x', 500) FROM generate_series(1, 40000) n;")
    made = trace[0]
    assert made["big"].bytes_before == 0 and made["big"].bytes_after > 20_000_000
    assert made.size_after - made.size_before >= made["big"].bytes_after
    assert made.size_peak >= made.size_after and made.rows == 40000
