"""Each check of preflight says each of its verdicts, on real servers, about real causes."""
import contextlib
import json
import os
import signal

import pytest
from psycopg import sql

from harness.history import contents, events, versions
from harness.proxy import Proxy
from harness.waiting import until

pytestmark = pytest.mark.once

VERDICTS = ("pass", "warn", "fail", "unknown")
SECTIONS = ("migrations", "activity", "server", "disk", "relations", "policy")
SETTINGS = "migrate-safe.yaml"
FOREVER = "00:00-24:00"


class Seen:
    """One look, by its document."""

    def __init__(self, result):
        self.code = result.code
        self.document = result.json()
        self.checks = {check["id"]: check for check in self.document["checks"]}
        assert self.document["schema"] == "migrate-safe/preflight/1"
        assert len(self.checks) == len(self.document["checks"])
        for check in self.checks.values():
            assert check["verdict"] in VERDICTS and check["value"] and check["why"]
            assert (check["fix"] is None) == (check["verdict"] == "pass"), check
        assert self.code == (0 if self.document["passed"] else 1)

    def says(self, name, verdict, *pieces):
        check = self.checks[name]
        assert check["verdict"] == verdict, check
        for piece in pieces:
            assert piece in "\n".join([check["value"], check["fix"] or "", *check["details"]]), check
        return self


@pytest.fixture
def look(cli):
    return lambda *arguments, **options: Seen(cli("preflight", "--json", *arguments, **options))


@pytest.fixture
def settings(tmp_path):
    def write(**values):
        lines = [f"  {name.replace('_', '-')}: {json.dumps(value)}" for name, value in values.items()]
        (tmp_path / SETTINGS).write_text("\n".join(["defaults:", *lines]) + "\n")
    return write


@pytest.fixture
def half(cli, folder, database):
    """001 and 002 are applied."""
    folder.tables(2)
    cli("up").ok()
    return database


@pytest.fixture
def role(half):
    """An ordinary role that may read the history, and its environment."""
    name = f"ordinary_{half.name}"
    half.query(sql.SQL("""
        REVOKE CREATE ON SCHEMA public FROM public; CREATE ROLE {0} LOGIN; GRANT USAGE ON SCHEMA migrate_safe TO {0};
        GRANT SELECT ON ALL TABLES IN SCHEMA migrate_safe TO {0}""").format(sql.Identifier(name)))
    yield name
    half.query(sql.SQL("DROP OWNED BY {0} CASCADE; DROP ROLE {0}").format(sql.Identifier(name)))


def as_role(database, name):
    return {"DATABASE_URL": database.server.url(database.name, user=name)}


@contextlib.contextmanager
def holding(database, statement):
    with database.connect() as connection:
        connection.execute("BEGIN")
        connection.execute(statement)
        yield connection
        connection.execute("ROLLBACK")


# The document, the text, and that it only looks


def test_nothing_is_wrong(cli, look, folder, half, tmp_path):
    folder.tables(1, first=3)
    for report in (tmp_path / "logs").glob("*.json"):
        report.unlink()  # of the run
    seen = look()
    document = seen.document
    assert all(check["verdict"] == "pass" for check in seen.checks.values()), seen.checks
    assert [name for section in SECTIONS for name in seen.checks if name.startswith(section)] == list(seen.checks)
    assert document["run_id"] is None and document["versions"] == ["003"]
    assert (document["pending_migrations"], document["long_running_transactions"], document["blocking_locks"],
            document["schema_drift"], document["passed"]) == (1, 0, 0, False, True)
    assert document["schema_size_bytes"] > 1_000_000 and document["database"] == half.name
    assert document["server_version"].startswith(str(half.server.major)) and document["timestamp"].endswith("Z")
    report, = (tmp_path / "logs").glob("preflight-report-*.json")
    assert json.loads(report.read_text()) == document
    shown = cli("--preflight").ok().out
    lines = [line.split()[:2] for line in shown.splitlines() if line.startswith("  ") and line[2] != " "]
    assert [name for _, name in lines] == [name.split(".")[1] for name in seen.checks]
    assert "report: logs/preflight-report-" in shown and len(list((tmp_path / "logs").glob("*.json"))) == 2


def test_a_reader_without_any_right_to_write(look, folder, half, role):
    folder.write("003_more.up.sql", "ALTER TABLE t_1 ADD more int; CREATE INDEX CONCURRENTLY i ON t_2 (id);")
    before = contents(half), half.schema()
    half.query(sql.SQL("ALTER ROLE {} SET default_transaction_read_only = on").format(sql.Identifier(role)))
    seen = look(env=as_role(half, role)).says("server.writable", "fail", "default_transaction_read_only")
    assert not [check for check in seen.checks.values()
                if "read-only transaction" in check["value"] or "permission denied" in check["value"]]
    assert (contents(half), half.schema()) == before


def test_without_a_folder_of_logs_it_is_said_once(cli, folder, half, tmp_path):
    (tmp_path / "blocked").write_text("a file")
    result = cli("preflight", "--logs", "blocked/logs").ok()
    assert result.err.count("warning:") == 1 and "report:" not in result.out


# Files and history


def test_files(look, folder, half):
    folder.write("003_a.up.sql", "SELECT 'open;")
    assert look().says("migrations.files", "fail", "003_a.up.sql", "unterminated").code == 1
    folder.write("003_a.up.sql", "SELECT 1;")
    folder.write("3_b.up.sql", "SELECT 1;")
    look().says("migrations.files", "fail", "3_b.up.sql")


def test_edited(look, folder, half):
    folder.write("002_table_2.up.sql", "CREATE TABLE t_2 (id bigint);")
    look().says("migrations.edited", "fail", "002 ", "recover --accept").says("migrations.files", "pass")
    assert look("--force").code == 1


def test_late(look, folder, half):
    folder.tables(1, first=4)
    folder.write("001b_late.up.sql", "SELECT 1;")
    look().says("migrations.late", "fail", "001b", "--allow-late")
    assert look("--allow-late").says("migrations.late", "warn", "001b").code == 0
    seen = look("--force").says("migrations.late", "fail")
    assert seen.code == 0 and seen.checks["migrations.late"]["passed_over_by"] == "--force"


def test_dirty(cli, look, folder, half):
    half.query("INSERT INTO t_1 VALUES (1), (1)")
    folder.write("003_u.up.sql", "CREATE UNIQUE INDEX CONCURRENTLY u ON t_1 (id);")
    cli("up", "-s").failed(2)
    look().says("migrations.dirty", "warn", "003").says("relations.indexes", "warn", "public.u", "public.t_1")
    folder.remove("003_u.up.sql")
    look().says("migrations.dirty", "fail", "003", "migrate-safe recover")
    assert look("--force").code == 1


def test_a_database_without_history(look, folder, database):
    folder.tables(1)
    look().says("migrations.history", "pass", "0 applied")
    database.query("CREATE TABLE theirs (id int)")
    assert look("--force").says("migrations.history", "fail", "baseline").code == 1


def test_drift(cli, look, half):
    look().says("migrations.drift", "pass")
    half.query("ALTER TABLE t_1 ADD more int")
    seen = look().says("migrations.drift", "warn", "migrate-safe drift")
    assert seen.document["schema_drift"] is True
    seen = look("--skip-drift").says("migrations.drift", "unknown", "--skip-drift")
    assert seen.document["schema_drift"] is None


def test_lint(cli, look, folder, half, settings):
    look().says("migrations.lint", "pass", "nothing")
    folder.pair("003_i", "CREATE INDEX i ON t_1 (id);", "DROP INDEX i;")
    assert look().says("migrations.lint", "warn", "003_i.up.sql:1:", "create-index-blocking").code == 0
    settings(preflight_lint="warning")
    assert look().says("migrations.lint", "fail", "lint --fix").code == 1
    assert "preflight says no: migrations.lint" in cli("up", "-s").failed(1).err
    assert versions(half) == ["001", "002"]
    folder.pair("003_i", "CREATE INDEX CONCURRENTLY i ON t_1 (id);", "DROP INDEX CONCURRENTLY i;")
    look().says("migrations.lint", "pass")


# Who is at work


def test_sessions(cli, look, folder, half, settings, role):
    folder.write("003_more.up.sql", "ALTER TABLE t_1 ADD more int;")
    with holding(half, "SELECT * FROM t_1") as holder:
        pid = str(holder.info.backend_pid)
        seen = look().says("activity.long_transactions", "pass").says("activity.idle_in_transaction", "pass")
        seen.says("activity.blocking_locks", "fail", "t_1: pid " + pid, f"pg_terminate_backend({pid})")
        assert seen.document["blocking_locks"] == 1
        settings(preflight_long_transaction="1ms")
        seen = look().says("activity.long_transactions", "warn", f"pid {pid}", "idle in transaction")
        assert seen.document["long_running_transactions"] == 1
        seen.says("activity.idle_in_transaction", "warn", f"pg_terminate_backend({pid})")
        hidden = look(env=as_role(half, role)).says("activity.long_transactions", "unknown", "GRANT pg_read_all_stats")
        hidden.says("activity.idle_in_transaction", "unknown").says("activity.blocking_locks", "fail", pid)
        assert hidden.document["long_running_transactions"] is None
        # A run waits for them itself, as long as its deadline.
        result = cli("up", "-s", "--lock-deadline", "1ms").failed(2)
        assert "preflight: activity.blocking_locks: 1 on what the plan locks" in result.err
        folder.write("003_more.up.sql", "CREATE INDEX CONCURRENTLY i ON t_2 (id);")
        look().says("activity.long_transactions", "fail", pid).says("activity.blocking_locks", "pass")
        assert look("--force").code == 0
    settings()
    look().says("activity.blocking_locks", "pass").says("activity.long_transactions", "pass")


def test_who_waits_and_an_index_that_is_built(look, folder, half, role):
    folder.write("003_more.up.sql", "ALTER TABLE t_1 ADD more int;")
    look().says("activity.waiting", "pass").says("activity.index_builds", "pass")
    with holding(half, "INSERT INTO t_1 VALUES (1)") as holder, \
            contextlib.closing(half.connect()) as builder:
        waiting = f"SELECT 1 FROM pg_stat_progress_create_index WHERE pid = {builder.info.backend_pid}"
        builder.pgconn.send_query(b"CREATE INDEX CONCURRENTLY built ON t_1 (id)")
        builder.pgconn.flush()
        until(lambda: half.query(waiting))
        until(lambda: half.query("SELECT 1 FROM pg_locks WHERE NOT granted"))
        seen = look().says("activity.waiting", "warn", f"waits for pid {holder.info.backend_pid}")
        seen.says("activity.index_builds", "fail", str(builder.info.backend_pid), " on t_1")
        look(env=as_role(half, role)).says("activity.index_builds", "fail", str(builder.info.backend_pid))
        folder.write("003_more.up.sql", "ALTER TABLE t_2 ADD more int;")
        look().says("activity.index_builds", "pass", "1, of these")
        look(env=as_role(half, role)).says("activity.index_builds", "unknown")
        half.query("SELECT pg_terminate_backend(%s)", [builder.info.backend_pid])


def test_prepared_transactions(look, folder, half, settings):
    folder.write("003_more.up.sql", "ALTER TABLE t_1 ADD more int;")
    with half.connect() as connection:
        connection.execute("BEGIN; INSERT INTO t_1 VALUES (1); PREPARE TRANSACTION 'left behind'")
    try:
        look().says("activity.prepared_transactions", "fail", "ROLLBACK PREPARED 'left behind'") \
              .says("activity.blocking_locks", "fail", "left behind")
        folder.write("003_more.up.sql", "ALTER TABLE t_2 ADD more int;")
        look().says("activity.prepared_transactions", "pass", "1, of these")
        settings(preflight_long_transaction="1ms")
        look().says("activity.prepared_transactions", "warn", "left behind")
    finally:
        half.query("ROLLBACK PREPARED 'left behind'")
    look().says("activity.prepared_transactions", "pass")


def test_vacuum(look, folder, half, role):
    half.query("INSERT INTO t_1 SELECT g FROM generate_series(1, 20000) g; DELETE FROM t_1 WHERE id % 2 = 0")
    folder.write("003_more.up.sql", "ALTER TABLE t_1 ADD more int;")
    look().says("activity.vacuum", "pass", "0, of these")
    with contextlib.closing(half.connect()) as connection:
        connection.execute("SET vacuum_cost_delay = 100; SET vacuum_cost_limit = 1")
        connection.pgconn.send_query(b"VACUUM t_1")
        connection.pgconn.flush()
        until(lambda: half.query("SELECT 1 FROM pg_stat_progress_vacuum"))
        # Typed by hand it is in the way, as any session is; only against wraparound it is named here too.
        look().says("activity.vacuum", "pass", "t_1", "1, of these on what the plan locks: 0") \
              .says("activity.blocking_locks", "fail", "t_1")
        look(env=as_role(half, role)).says("activity.vacuum", "unknown")
        half.query("SELECT pg_terminate_backend(%s)", [connection.info.backend_pid])


@pytest.mark.slow
def test_vacuum_to_prevent_wraparound(cli, look, folder, programs):
    server = programs.new_server(autovacuum="on", autovacuum_naptime="1s").start()
    try:
        cli.url = server.url()
        folder.tables(1)
        cli("up").ok()
        folder.write("002_more.up.sql", "ALTER TABLE t_1 ADD more int;")
        server.query("INSERT INTO t_1 SELECT generate_series(1, 100000)")
        server.query("ALTER TABLE t_1 SET (autovacuum_freeze_max_age = 100000, autovacuum_vacuum_cost_delay = 100,"
                     " autovacuum_vacuum_cost_limit = 1)")
        server.query("DO 'BEGIN FOR i IN 1..110000 LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END'")
        server.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'autovacuum worker'")
        until(lambda: server.query("SELECT 1 FROM pg_stat_progress_vacuum JOIN pg_stat_activity USING (pid)"
                                   " WHERE relid = 't_1'::regclass AND query LIKE '%to prevent wraparound%'"))
        look().says("activity.vacuum", "fail", "to prevent wraparound").says("activity.blocking_locks", "fail")
        folder.write("002_more.up.sql", "SELECT 1;")
        look().says("activity.vacuum", "warn")
    finally:
        server.remove()


# The server


def test_standby_and_timeouts(look, half):
    look().says("server.timeouts", "pass", "none set").says("server.writable", "pass")
    look(env={"PGOPTIONS": "-c idle_in_transaction_session_timeout=1s"}).says(
        "server.timeouts", "warn", "idle_in_transaction_session_timeout 1s")
    seen = look("--force", env={"PGOPTIONS": "-c default_transaction_read_only=on"}).says("server.writable", "fail")
    assert seen.code == 1


def test_connections(look, half, role):
    def limit(count):
        half.query(sql.SQL("ALTER ROLE {} CONNECTION LIMIT {}").format(sql.Identifier(role), sql.Literal(count)))
    env = as_role(half, role)
    look(env=env).says("server.connections", "pass")
    limit(3)
    look(env=env).says("server.connections", "warn", "2 left")
    limit(1)
    look(env=env).says("server.connections", "fail", "0 left", "pg_stat_activity")


def test_extensions(look, folder, half):
    folder.write("003_e.up.sql", "CREATE EXTENSION not_there;")
    look().says("server.extensions", "fail", "not_there is not available", "apt-get install")
    folder.write("003_e.up.sql", "CREATE EXTENSION IF NOT EXISTS plpgsql;")
    look().says("server.extensions", "pass", "plpgsql installed")


def test_a_server_in_bad_shape(cli, look, folder, programs):
    """Archiving that fails, a slot whose WAL is lost, few places in the lock table, a standby that is gone."""
    server = programs.new_server(archive_mode="on", archive_command="false", max_slot_wal_keep_size="1MB",
                                 max_locks_per_transaction=10, max_connections=10, max_prepared_transactions=0,
                                 superuser_reserved_connections=0).start()
    try:
        cli.url = server.url()
        folder.tables(1)
        cli("up").ok()
        server.query("CREATE TABLE parts (id int PRIMARY KEY) PARTITION BY LIST (id)")
        for number in range(30):
            server.query(f"CREATE TABLE part_{number} PARTITION OF parts FOR VALUES IN ({number})")
        folder.write("002_more.up.sql", "ALTER TABLE t_1 ADD more int;")
        look().says("server.slots", "pass").says("server.locks", "pass").says("server.standbys", "pass")
        server.query("SELECT pg_create_physical_replication_slot('nobody', true)")
        server.query("SELECT pg_switch_wal() FROM (SELECT pg_logical_emit_message(true, 'x', 'y')) x")
        until(lambda: server.query("SELECT 1 FROM pg_stat_archiver WHERE failed_count > 0"))
        look().says("server.archive", "warn", "archiving fails").says(
            "server.slots", "warn", "nobody: inactive", "pg_drop_replication_slot('nobody')")
        folder.write("002_more.up.sql", "ALTER TABLE parts ADD more int DEFAULT random() * 10;")
        look().says("server.archive", "fail", "archive_command").says("server.locks", "warn", "30 partitions") \
              .says("server.slots", "warn")
        lost = "SELECT 1 FROM pg_replication_slots WHERE wal_status = 'lost'"
        for _ in range(6):
            server.query("SELECT pg_switch_wal() FROM (SELECT pg_logical_emit_message(true, 'x', 'y')) x")
        server.query("CHECKPOINT")
        until(lambda: server.query(lost))
        look().says("server.slots", "fail", "WAL lost")
        for number in range(30, 60):
            server.query(f"CREATE TABLE part_{number} PARTITION OF parts FOR VALUES IN ({number})")
        look().says("server.locks", "fail", "60 partitions", "max_locks_per_transaction = ")
        server.query("ALTER SYSTEM SET synchronous_standby_names = 'gone'")
        server.query("SELECT pg_reload_conf()")
        until(lambda: server.query("SHOW synchronous_standby_names") == [("gone",)])
        look().says("server.standbys", "fail", "each COMMIT waits", "gone")
        server.query("ALTER SYSTEM RESET synchronous_standby_names")
        server.query("SELECT pg_reload_conf()")
    finally:
        server.remove()


# Room


def grow(database, relation):
    """Says that it has 100 TB: a part of it that has no bytes."""
    path = database.server.data / database.value("SELECT pg_relation_filepath(%s::regclass)", [relation])
    with open(f"{path}.1", "wb") as file:
        os.truncate(file.fileno(), 10 * 2 ** 40)
    return f"{path}.1"


def test_room(look, folder, half, role, settings):
    half.query("CREATE TABLE large (id int); INSERT INTO large VALUES (1)")
    folder.write("003_more.up.sql", "ALTER TABLE t_1 ADD more int;")
    look().says("disk.server", "pass").says("disk.backup", "pass").says("disk.restore", "pass")
    folder.write("003_more.up.sql", "ALTER TABLE large ALTER id TYPE bigint;")
    look().says("disk.server", "pass")
    look(env=as_role(half, role)).says("disk.server", "unknown", "df -h")
    with holding(half, "LOCK TABLE large IN ACCESS EXCLUSIVE MODE"):
        look().says("disk.server", "unknown", "lock timeout")
    part = grow(half, "large")
    try:
        seen = look().says("disk.server", "fail", "large: 11 TB").says("disk.backup", "warn", "at most the database")
        assert "disk.restore" not in seen.checks  # above 10 GB none is restored unless somebody says so
        settings(backup_level="restored")
        look().says("disk.restore", "fail", "TMPDIR")
        assert "disk.backup" not in look("--skip-backup").checks
        folder.write("003_more.up.sql", "CREATE INDEX CONCURRENTLY i ON large (id);")
        look().says("disk.server", "fail", "large: 3.7 TB")
    finally:
        os.remove(part)


def test_room_by_the_newest_backup(needs_pg_dump, cli, look, folder, half, tmp_path):
    folder.tables(1, first=3)
    cli("backup", "create").ok()
    look().says("disk.backup", "pass", "as the newest one").says("policy.backup", "pass", "the newest is")
    manifest, = (tmp_path / "backups/migrations").glob("*.json")
    document = json.loads(manifest.read_text())
    document["size_bytes"] = 10 ** 15
    manifest.write_text(json.dumps(document))
    look().says("disk.backup", "fail", "backup-folder")


# Rights, and what is unsound already


def test_privileges(cli, look, folder, half, role):
    half.query("CREATE SCHEMA app; CREATE TABLE app.orders (id int PRIMARY KEY); CREATE TABLE app.mine (id int)")
    half.query(sql.SQL("ALTER TABLE app.mine OWNER TO {}; GRANT USAGE ON SCHEMA app TO {}").format(
        sql.Identifier(role), sql.Identifier(role)))
    env = as_role(half, role)
    folder.write("003_all.up.sql", """
        ALTER TABLE app.mine ADD COLUMN o int REFERENCES app.orders (id);
        INSERT INTO app.orders VALUES (1);
        UPDATE app.orders SET id = 2;
        CREATE TRIGGER t BEFORE INSERT ON app.orders EXECUTE FUNCTION f();
        TRUNCATE app.orders;
        ALTER TABLE t_1 ADD more int;
        CREATE INDEX ON app.mine (id);
        CREATE TABLE made (id int);
        INSERT INTO made VALUES (1);
        ALTER TABLE made ADD more int;
        CREATE TABLE app.new (id int);
        CREATE SCHEMA other;
        DELETE FROM absent;
    """)
    seen = look(env=env).says("relations.privileges", "fail", "003_all.up.sql:1: REFERENCES on app.orders",
                              ":2: INSERT on app.orders", ":3: UPDATE on app.orders", ":4: TRIGGER on app.orders",
                              ":5: TRUNCATE on app.orders", ":6: to be the owner of public.t_1",
                              ":7: CREATE on the schema of app.mine", "CREATE on public, for made",
                              ":11: CREATE on schema app", ":12: CREATE on database")
    assert len(seen.checks["relations.privileges"]["details"]) == 10
    look().says("relations.privileges", "pass")
    role_sql = sql.Identifier(role)
    half.query(sql.SQL("""
        GRANT ALL ON app.orders TO {0}; GRANT CREATE ON SCHEMA app, public TO {0}; ALTER TABLE t_1 OWNER TO {0};
        GRANT CREATE ON DATABASE {1} TO {0}""").format(role_sql, sql.Identifier(half.name)))
    look(env=env).says("relations.privileges", "pass")
    half.query(sql.SQL("REVOKE ALL ON app.orders FROM {0}; GRANT REFERENCES (id) ON app.orders TO {0};"
                       "ALTER TABLE t_1 OWNER TO postgres").format(role_sql))
    folder.write("003_all.up.sql", "ALTER TABLE app.mine ADD COLUMN o int REFERENCES app.orders (id);")
    look(env=env).says("relations.privileges", "pass")


def test_privileges_that_are_not_certain(cli, look, folder, half, role):
    half.query("CREATE SCHEMA app")
    env = as_role(half, role)
    folder.write("003_a.up.sql", "SET search_path = app; ALTER TABLE t_1 ADD more int;")
    look(env=env).says("relations.privileges", "pass")
    folder.write("003_a.up.sql", "SET ROLE postgres; ALTER TABLE public.t_1 ADD more int;")
    look(env=env).says("relations.privileges", "warn", "a script changes its role")
    folder.write("003_a.up.sql", 'ALTER TABLE U&"\\0074_1" ADD more int;')
    look(env=env).says("relations.privileges", "fail", "to be the owner of public.t_1")
    folder.write("003_a.up.sql", "ALTER TABLE t_1 ADD more int;")
    half.query(sql.SQL("GRANT ALL ON ALL TABLES IN SCHEMA migrate_safe TO {}").format(sql.Identifier(role)))
    result = cli("up", "-s", env=env).failed(1)
    assert "preflight says no: relations.privileges" in result.err and "ALTER TABLE public.t_1 OWNER TO" in result.err
    assert versions(half) == ["001", "002"]


def test_what_is_unsound(look, folder, half):
    look().says("relations.indexes", "pass").says("relations.constraints", "pass")
    half.query("CREATE INDEX broken ON t_1 (id); UPDATE pg_index SET indisvalid = false"
               " WHERE indexrelid = 'broken'::regclass; ALTER TABLE t_2 ADD CONSTRAINT positive CHECK (id > 0) NOT VALID")
    folder.write("003_more.up.sql", "ALTER TABLE public.t_1 ADD more int;")
    look().says("relations.indexes", "warn", "public.broken on public.t_1", "touches: 1", "DROP INDEX CONCURRENTLY") \
          .says("relations.constraints", "warn", "VALIDATE CONSTRAINT positive", "touches: 0")


# Policy


def test_rehearsal(cli, look, folder, half, settings):
    folder.tables(1, first=3)
    look().says("policy.rehearsal", "pass")
    settings(rehearsal="wanted")
    look().says("policy.rehearsal", "warn", "migrate-safe rehearse")
    settings(rehearsal="required")
    assert look().says("policy.rehearsal", "fail").code == 1
    assert look("--force").code == 0
    settings(rehearsal="required", force_allows=["activity"])
    assert look("--force").code == 1
    cli("up", "-s", "--force").failed(1)
    settings(rehearsal="required", force_allows=["policy.rehearsal"])
    cli("up", "-s", "--force").ok()


def test_backup_age(needs_pg_dump, cli, look, folder, half, settings):
    folder.tables(1, first=3)
    settings(backup_max_age="1h")
    look().says("policy.backup", "pass", "restored for proof")
    look("-s").says("policy.backup", "fail", "there is none", "migrate-safe backup create")
    assert "preflight says no: policy.backup" in cli("up", "-s").failed(1).err
    cli("backup", "create").ok()
    look("-s").says("policy.backup", "pass", "the newest is")
    settings(backup_max_age="1ms")
    look("-s").says("policy.backup", "fail", "old")
    settings(backup_max_age="1h")
    cli("up", "-s").ok()


def test_hours(cli, look, folder, half, settings, tmp_path):
    folder.tables(1, first=3)
    settings(quiet_hours=[FOREVER])
    look().says("policy.quiet_hours", "fail", "quiet hours", "wait until ")
    assert "preflight says no: policy.quiet_hours" in cli("up", "-s").failed(1).err
    assert "preflight says no" in cli("down", "-s").failed(1).err
    day = half.value("SELECT to_char(now() AT TIME ZONE 'Asia/Tokyo', 'dy')")
    settings(quiet_hours=[f"{day} {FOREVER} Asia/Tokyo"])
    look().says("policy.quiet_hours", "fail", "Asia/Tokyo")
    other = half.value("SELECT to_char(now() AT TIME ZONE 'Asia/Tokyo' + interval '2 days', 'dy')")
    settings(quiet_hours=[f"{other} {FOREVER} Asia/Tokyo"])
    look().says("policy.quiet_hours", "pass")
    settings(change_hours=[f"{other} {FOREVER} Asia/Tokyo"])
    look().says("policy.quiet_hours", "fail", "outside of the hours", "wait until ")
    settings(change_hours=[f"{other} {FOREVER} Asia/Tokyo", FOREVER])
    look().says("policy.quiet_hours", "pass", "changes may be made now")
    settings(quiet_hours=["09:00-17:00 Nowhere/There"])
    look().says("policy.quiet_hours", "fail", "Nowhere/There")
    settings(quiet_hours=["at night"])
    assert "is no time of the week" in cli("preflight").failed(5).err
    settings(quiet_hours=[FOREVER], force_allows=["none"])
    cli("up", "-s", "--force").failed(1)
    settings(quiet_hours=[FOREVER])
    result = cli("up", "-s", "--force").ok()
    assert "policy.quiet_hours: quiet hours" in result.err and "(passed over by --force)" in result.err
    assert "preflight_passed_over" in events(half)
    detail = half.value("SELECT detail FROM migrate_safe.journal WHERE event = 'preflight_passed_over'")
    assert [check["id"] for check in detail["checks"]] == ["policy.quiet_hours"] and detail["by"] == "--force"


def test_unknown_words(cli, folder, half, settings):
    settings(force_allows=["everything"])
    assert "force-allows takes one of none, migrations" in cli("preflight").failed(5).err
    settings(preflight="maybe")
    assert "preflight takes one of on, off" in cli("preflight").failed(5).err


# Inside of a run


def test_a_run_looks_first_and_says_so(cli, folder, half, settings, tmp_path):
    folder.tables(1, first=3)
    half.query("CREATE INDEX broken ON t_1 (id); UPDATE pg_index SET indisvalid = false"
               " WHERE indexrelid = 'broken'::regclass")
    for report in (tmp_path / "logs").glob("*.json"):
        report.unlink()
    result = cli("up", "-s", "--json").ok()
    document = result.json()
    assert document["preflight"]["warn"] >= 1 and document["preflight"]["passed"] is True
    assert document["preflight"]["run_id"] == document["run_id"]
    assert "warning: preflight: relations.indexes: 1" in result.err
    report, = (tmp_path / "logs").glob("preflight-report-*.json")
    assert json.loads(report.read_text())["run_id"] == document["run_id"]
    down = cli("down", "-s").ok()
    assert down.out.startswith("preflight  ") and "1 warning" in down.out.splitlines()[0]
    assert cli("redo", "-s").ok().out.startswith("preflight  ")
    settings(preflight="off", quiet_hours=[FOREVER])
    off = cli("up", "-s", "--json").ok()
    assert off.json()["preflight"] is None and "preflight" not in off.err


def test_nothing_pending_nothing_looked_at(cli, half, settings):
    settings(quiet_hours=[FOREVER])
    assert "Nothing to do" in cli("up").ok().out


# When the server does not answer


def test_the_connection_is_lost(cli, look, folder, half, cluster):
    folder.tables(1, first=3)
    with Proxy(cluster) as proxy:
        proxy.cut_before("to server", "pg_stat_progress_vacuum")
        seen = look(env={"DATABASE_URL": proxy.url(half.name)})
        assert seen.checks["activity.vacuum"]["verdict"] == "unknown"
        assert seen.checks["migrations.pending"]["verdict"] == "pass"


def test_ctrl_c(cli, folder, half, cluster):
    folder.tables(1, first=3)
    with Proxy(cluster) as proxy:
        stalled = proxy.stall_after("to server", "pg_stat_progress_vacuum")
        running = cli.start("preflight", env={"DATABASE_URL": proxy.url(half.name)})
        assert stalled.hit.wait(60)
        running.interrupt()
        proxy.resume()
        assert running.finish().code in (130, -signal.SIGINT)
