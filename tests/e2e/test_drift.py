"""`drift`: the live schema beside what the history implies, and what status, plan and up say of it."""
import pytest

from harness.history import contents, events, versions
from harness.message import said
from harness.proxy import TO_SERVER
from harness.server import find_tool
from harness.waiting import until

pytestmark = pytest.mark.once


def differences(result):
    return {(found["change"], found["kind"], found["identity"]) for found in result.json()["differences"]}


def stored(database, columns="command, version", schema="migrate_safe"):
    return database.query(f"SELECT {columns} FROM {schema}.schema_snapshots ORDER BY id")


def test_a_change_by_hand_is_found_and_undone_it_is_gone(cli, folder, database):
    folder.tables(2)
    cli("up").ok()
    assert "equal: " in cli("drift").ok().out
    assert "drift: none since version 002, " in cli("status").ok().out
    database.query("ALTER TABLE t_1 ADD by_hand int; CREATE INDEX i ON t_2 (id)")
    found = cli("drift", "--json").failed(1)
    assert differences(found) == {("added", "column", "public.t_1.by_hand"), ("added", "index", "public.i")}
    document = found.json()
    assert (document["schema"], document["is_equal"]) == ("migrate-safe/drift/1", False)
    assert document["expected"]["from"] == "snapshot" and document["expected"]["version"] == "002"
    text = cli("drift").failed(1).out
    assert "+ column public.t_1.by_hand: added\n" in text and "\n2 differences\n" in text
    assert "drift: 2 differences since version 002, " in cli("status").ok().out
    assert cli("status", "--json").ok().json()["drift"]["differences"] == 2
    database.query("ALTER TABLE t_1 DROP by_hand; DROP INDEX i")
    assert cli("drift", "--json").ok().json()["is_equal"]
    assert cli("status", "--json").ok().json()["drift"]["state"] == "none"


def test_each_command_that_changes_the_history_stores(cli, folder, database):
    folder.tables(3)
    cli("baseline", "001").ok()
    cli("up", "--skip-backup").ok()
    cli("down", "--skip-backup").ok()
    cli("redo", "--skip-backup").ok()
    assert stored(database) == [("baseline", "001"), ("up", "003"), ("down", "002"), ("redo", "002")]
    cli("drift").ok()
    before = stored(database, "xmin::text")
    cli("up", "--to", "002").ok()
    cli("status").ok()
    cli("plan").ok()
    assert stored(database, "xmin::text") == before  # nothing to do costs nothing
    documents = stored(database, "document IS NOT NULL, fingerprint IS NOT NULL")
    assert documents == [(False, True)] * 3 + [(True, True)]


def test_a_baseline_that_records_nothing_new_accepts_nothing(cli, folder, database):
    folder.tables(2)
    database.query("CREATE TABLE t_1 (id int)")
    cli("baseline", "0").ok()
    cli("drift").ok()
    database.query("CREATE TABLE by_hand ()")
    cli("baseline", "0").ok()
    assert differences(cli("drift", "--json").failed(1)) == {("added", "table", "public.by_hand")}
    cli("baseline", "001").ok()
    assert stored(database, "command, version, drifted_before")[1:] == [("baseline", "001", 1)]


def test_history_shows_which_schema_each_run_has_left(cli, folder):
    folder.tables(2)
    cli("up", "--to", "1").ok()
    first = cli("fingerprint").ok().out.strip()
    cli("up", "--skip-backup").ok()
    second = cli("fingerprint").ok().out.strip()
    document = cli("history", "--json").ok().json()
    assert [row["fingerprint"] for row in document["migrations"]] == [second, first]
    assert [row["fingerprint"] for row in document["snapshots"]] == [second, first]
    assert first[:12] in cli("history").ok().out


def test_up_and_plan_say_that_the_schema_has_drifted_and_go_on(cli, folder, database):
    folder.tables(3)
    cli("up", "--to", "001").ok()
    database.query("CREATE TABLE by_hand (id int)")
    line = "drift: 1 difference since version 001, "
    assert line in cli("plan").ok().out and line in cli("up", "--dry-run").ok().out
    assert cli("plan", "--json").ok().json()["drift"]["state"] == "found"
    result = cli("up", "--to", "002", "--json", "--skip-backup").ok()
    assert "warning: " + line in result.err
    assert (result.json()["drift"]["differences"], result.json()["drift"]["snapshot_stored"]) == (1, True)
    assert stored(database, "drifted_before") == [(None,), (1,)]
    # it is what is known now, and that is not forgotten
    text = cli("drift").ok().out
    assert "note: 1 difference was there already when the run that ended with version 002 began" in text
    assert differences(cli("drift", "--replay", "--json").failed(1)) == {("added", "table", "public.by_hand")}
    assert line not in cli("up", "--skip-backup").ok().err
    cli("up", "--skip-backup").ok()
    assert stored(database, "drifted_before")[2:] == [(0,)]


def test_skip_drift_does_not_look(cli, folder, database):
    folder.tables(2)
    cli("up", "--to", "001").ok()
    database.query("CREATE TABLE by_hand (id int)")
    for command in ("status", "plan"):
        assert "drift" not in cli(command, "--skip-drift").ok().out
        assert cli(command, "--skip-drift", "--json").ok().json()["drift"] is None
    assert "drift" not in cli("up", "--skip-drift", "--skip-backup").ok().err
    assert stored(database, "drifted_before") == [(None,), (None,)]


def test_what_is_intended_is_accepted_with_who_and_when(cli, folder, database):
    folder.tables(1)
    cli("up").ok()
    database.query("CREATE TABLE by_hand (id int)")
    code, line, advice = said(cli("drift", "--accept"))
    assert (code, "needs your consent" in line, advice) == (1, True, "add --yes")
    cli("drift").failed(1)
    cli("drift", "--accept", "--dry-run").failed(1)
    assert len(stored(database)) == 1
    assert cli("drift", "--accept", "--yes").ok().out.endswith("next: migrate-safe status\n")
    cli("drift").ok()
    assert stored(database, "command, version, taken_by, drifted_before")[1:] == [("drift", "001", "postgres", 1)]
    assert events(database)[-1] == "drift_accepted"
    text = cli("history").ok().out
    assert "drift accepted by postgres, schema " in text
    assert "drift: none since postgres accepted it, " in cli("status").ok().out
    document = cli("drift", "--accept", "--yes", "--json").ok().json()
    assert document["is_equal"] and not document["accepted"] and len(stored(database)) == 2
    database.query("DROP TABLE by_hand")
    document = cli("drift", "--accept", "--yes", "--json").ok().json()
    assert document["accepted"] and [found["change"] for found in document["differences"]] == ["missing"]


def test_accept_and_replay_at_once_are_refused(cli):
    assert cli("drift", "--accept", "--replay").failed(5)


def test_without_a_history(cli, folder, database):
    database.query("CREATE TABLE t ()")
    for options in ([], ["--accept", "--yes"]):
        code, line, advice = said(cli("drift", *options))
        assert (code, "there is no history" in line, "migrate-safe baseline" in advice) == (1, True, True)
    assert "drift" not in cli("status").ok().out
    assert cli("status", "--json").ok().json()["drift"] is None


def test_a_store_that_is_older_than_snapshots(cli, folder, database):
    folder.tables(2)
    cli("up", "--to", "001").ok()
    database.query("DROP TABLE migrate_safe.schema_snapshots, migrate_safe.approvals; DELETE FROM migrate_safe.store_steps WHERE step >= 3")
    code, line, advice = said(cli("drift"))
    assert (code, "no snapshot of the schema is stored yet" in line) == (1, True)
    assert "drift --replay" in advice and "drift --accept" in advice
    assert "drift: not known, no snapshot" in cli("status").ok().out
    assert cli("history", "--json").ok().json()["snapshots"] == []
    cli("up", "--skip-backup").ok()
    cli("drift").ok()


def test_acceptance_begins_where_nothing_is_stored(cli, folder, database):
    folder.tables(1)
    cli("up").ok()
    database.query("DROP TABLE migrate_safe.schema_snapshots, migrate_safe.approvals; DELETE FROM migrate_safe.store_steps WHERE step >= 3")
    cli("drift", "--accept", "--yes").ok()
    cli("drift").ok()


def test_killed_before_the_snapshot_was_stored(cli, folder, database):
    """The migration is committed, the snapshot is not: nothing is called equal until it is settled."""
    folder.tables(3)
    cli("up", "--to", "001").ok()
    with database.connect() as other:
        other.execute("BEGIN")
        other.execute("LOCK TABLE migrate_safe.schema_snapshots IN EXCLUSIVE MODE")
        running = cli.start("up", "--to", "002", "--skip-drift", "--skip-backup")
        pid, = until(lambda: database.query("SELECT pid FROM pg_locks WHERE NOT granted AND relation ="
                                            " 'migrate_safe.schema_snapshots'::regclass"))[0]
        running.kill().finish()
        database.query(f"SELECT pg_terminate_backend({pid}, 60000)")
    assert versions(database) == ["001", "002"] and stored(database) == [("up", "001")]
    code, line, advice = said(cli("drift"))
    assert (code, "the last change of the history has no snapshot" in line) == (1, True)
    assert "drift --replay" in advice and "drift --accept" in advice
    assert "drift: not known, the last change" in cli("status").ok().out
    cli("drift", "--replay").ok()
    assert "Nothing to do" in cli("up", "--to", "002").ok().out
    cli("drift").failed(1)  # what nobody looked at is not taken for what is to be
    cli("up", "--skip-backup").ok()
    cli("drift").ok()
    assert stored(database, "drifted_before")[1:] == [(None,)]


def test_applied_and_taken_back_without_a_snapshot(cli, folder, database):
    """The history is as it was, and yet went on."""
    folder.tables(2)
    cli("up", "--to", "001").ok()
    database.query("CREATE TABLE kept AS SELECT * FROM migrate_safe.schema_snapshots")
    cli("up", "--skip-backup").ok()
    cli("down", "--skip-backup").ok()
    database.query("DELETE FROM migrate_safe.schema_snapshots WHERE id > 1; DROP TABLE kept")
    database.query("UPDATE migrate_safe.schema_snapshots SET document = ''")
    assert "the last change of the history has no snapshot" in cli("drift").failed(1).err


def test_two_runners_leave_one_truth(cli, folder, database):
    folder.tables(4)
    running = [cli.start("up", "--wait-runner", "1min") for _ in range(3)]
    for each in running:
        each.finish().ok()
    assert len(stored(database)) == 1
    cli("drift").ok()


def test_a_migration_that_stopped_half_way(cli, folder, database):
    folder.write("001_t.up.sql", "CREATE TABLE t AS SELECT 1 AS id FROM generate_series(1, 2);")
    folder.write("001_t.down.sql", "DROP TABLE t;")
    folder.write("002_u.up.sql", "CREATE UNIQUE INDEX CONCURRENTLY u ON t (id);")
    folder.write("002_u.down.sql", "DROP INDEX u;")
    cli("up").failed(2)
    assert stored(database) == []
    code, line, advice = said(cli("drift"))
    assert (code, "002 stopped half way" in line, "migrate-safe recover" in advice) == (1, True, True)
    cli("drift", "--accept", "--yes").failed(1)
    cli("recover", "--undo", "--yes").ok()
    assert stored(database) == [("recover", "001")]
    cli("drift").ok()


def test_what_keeps_the_schema_from_being_read_is_stored_and_fails_nothing(cli, folder, database):
    folder.tables(2)
    cli("up", "--to", "001").ok()
    database.query("CREATE TABLE a (x int); CREATE VIEW v AS SELECT x FROM a")
    with database.connect() as other:
        other.execute("BEGIN")
        other.execute("LOCK TABLE a IN ACCESS EXCLUSIVE MODE")
        result = cli("up", "--skip-backup", "--skip-drift").ok()
        assert "drift: not known, " in cli("status").ok().out
    assert "no snapshot of the schema was stored" in result.err and "locked" in result.err
    (fingerprint, why), = stored(database, "fingerprint, why")[1:]
    assert fingerprint is None and "keeps what is to be read locked" in why
    assert "the last run could store no snapshot" in cli("drift").failed(1).err
    cli("drift", "--accept", "--yes").ok()
    cli("drift").ok()


def test_a_role_that_may_not_read_all_calls_nothing_equal(cli, folder, database, roles):
    folder.tables(1)
    cli("up").ok()
    database.query("CREATE EXTENSION postgres_fdw; CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw;"
                   "CREATE USER MAPPING FOR postgres SERVER s OPTIONS (password 'x')")
    cli("drift", "--accept", "--yes").ok()
    cli("drift").ok()
    name = roles(f"weak_{database.name}")
    cli.url = database.server.url(database.name, user=name)
    database.query(f"GRANT USAGE ON SCHEMA migrate_safe TO {name};"
                   f"GRANT SELECT ON migrate_safe.schema_migrations, migrate_safe.journal, migrate_safe.store_steps TO {name}")
    result = cli("drift").failed(5)
    assert "permission denied for table schema_snapshots" in result.err and "GRANT SELECT" in result.err
    assert "drift: not known, permission denied" in cli("status").ok().out
    assert "permission denied" in cli("history").ok().err
    database.query(f"GRANT SELECT ON migrate_safe.schema_snapshots TO {name}")
    result = cli("drift").failed(1)
    assert "equal" not in result.out and "user mapping" in result.err
    assert "none since" not in cli("status").ok().out


def test_a_schema_of_another_name(cli, folder, database):
    folder.tables(1)
    cli("up", "--schema", "Our own").ok()
    assert stored(database, schema='"Our own"') == [("up", "001")]
    cli("drift", "--schema", "Our own").ok()
    database.query("CREATE TABLE by_hand ()")
    cli("drift", "--schema", "Our own", "--accept", "--yes").ok()
    cli("drift", "--schema", "Our own").ok()
    assert "there is no history" in cli("drift").failed(1).err


def test_replay_runs_what_is_applied_and_nothing_else(cli, folder, database):
    folder.tables(3)
    cli("up", "--to", "002").ok()
    document = cli("drift", "--replay", "--json").ok().json()
    assert document["is_equal"] and not document["is_whole"] and document["pending"] == 1
    assert document["expected"]["from"] == "folder" and document["expected"]["version"] == "002"
    assert "note: 1 pending migration is no part of it" in cli("drift", "--replay").ok().out
    database.query("ALTER TABLE t_1 ALTER id SET NOT NULL")
    found = {("changed", "column", "public.t_1.id")}
    if database.server.major >= 18:
        found.add(("added", "constraint", "t_1_id_not_null on public.t_1"))
    assert differences(cli("drift", "--replay", "--json").failed(1)) == found


@pytest.mark.parametrize("change, word", [
    (lambda folder: folder.write("001_table_1.up.sql", "CREATE TABLE other ();"), "was edited after it was applied"),
    (lambda folder: (folder.remove("001_table_1.up.sql"), folder.remove("001_table_1.down.sql")), "has no file any more"),
], ids=["edited", "gone"])
def test_a_folder_that_is_not_what_ran_is_not_replayed(cli, folder, change, word):
    folder.tables(2)
    cli("up").ok()
    change(folder)
    code, line, advice = said(cli("drift", "--replay"))
    assert (code, word in line, "migrate-safe drift" in advice) == (1, True, True)
    cli("drift").ok()  # the snapshot needs no folder


def test_a_replay_says_what_was_recorded_only(cli, folder, database):
    database.query("CREATE TABLE before (id int); CREATE TABLE t_1 (id int)")
    folder.tables(1)
    cli("baseline", "001").ok()
    result = cli("drift", "--replay").failed(1)
    assert "+ table public.before: added\n" in result.out and "recorded, not run" in result.out


def test_a_snapshot_of_another_major_is_compared_object_by_object(cli, folder, database):
    folder.tables(1)
    cli("up").ok()
    database.query("UPDATE migrate_safe.schema_snapshots SET server_major = 12")
    assert "the snapshot is of PostgreSQL 12" in cli("drift").ok().out


@pytest.mark.parametrize("change", ["replace(document, 't_1', 't_9')", "left(document, 100)", "''", "'{}'"])
def test_a_snapshot_that_was_changed_is_not_believed(cli, folder, database, change):
    folder.tables(1)
    cli("up").ok()
    database.query(f"UPDATE migrate_safe.schema_snapshots SET document = {change}")
    assert "stored snapshot" in cli("drift").err and cli("drift").code in (1, 5)
    cli("drift", "--accept", "--yes").ok()
    cli("drift").ok()


def test_text_that_is_not_utf8_has_no_snapshot(cli, folder, cluster, database):
    name = f"{database.name}_ascii"
    cluster.query(f"CREATE DATABASE {name} ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0")
    try:
        cli.url = cluster.url(name)
        folder.write("001_t.up.sql", "CREATE TABLE t (id int);\nCOMMENT ON TABLE t IS E'\\xe9';")
        folder.write("001_t.down.sql", "DROP TABLE t;")
        assert "no snapshot of the schema was stored" in cli("up").ok().err
        assert "could store no snapshot" in cli("drift").failed(1).err
    finally:
        cluster.query(f"DROP DATABASE {name} WITH (FORCE)")


def test_behind_a_restore_the_snapshot_is_the_backups(cli, folder, shop):
    if find_tool("pg_dump", shop.server.major) is None:
        pytest.skip("no pg_dump for this server is installed")
    cli.url = shop.url
    folder.tables(3)
    cli("baseline", "0").ok()
    cli("up", "--to", "002", "--skip-backup").ok()
    cli("backup", "create").ok()
    cli("up", "--skip-backup").ok()
    cli("backup", "restore", "latest", "--yes").ok()
    assert versions(shop) == ["001", "002"]
    assert "none since version 002" in cli("status").ok().out
    shop.query("CREATE TABLE by_hand ()")
    cli("drift").failed(1)


def test_nothing_is_written_without_accept(cli, folder, database):
    folder.tables(2)
    cli("up", "--to", "001").ok()
    before = contents(database)
    database.query("CREATE TABLE by_hand ()")
    for command in (["drift"], ["drift", "--replay"], ["drift", "--json"], ["status"], ["plan"]):
        cli(*command)
    assert contents(database) == before


def test_a_connection_that_is_lost_leaves_no_snapshot_and_the_runs_own_error(cli, folder, database):
    folder.tables(1)
    folder.pair("002_dies", "SELECT pg_terminate_backend(pg_backend_pid());", "SELECT 1;")
    result = cli("up").failed(5)
    assert versions(database) == ["001"] and stored(database) == []
    assert "no snapshot of the schema was stored" in result.err and "  next:   migrate-safe status" in result.err
    assert "no snapshot of the schema is stored yet" in cli("drift").failed(1).err


def test_the_sql_of_either_way(cli, folder, database):
    folder.tables(2)
    cli("up").ok()
    database.query("ALTER TABLE t_1 ADD by_hand int; CREATE INDEX i ON t_2 (id)")
    forward = cli("drift", "--sql", "forward").failed(1).out
    back = cli("drift", "--sql", "back").failed(1).out
    assert "proven on PostgreSQL " in forward and "ADD COLUMN by_hand" in forward
    document = cli("drift", "--sql", "back", "--json").failed(1).json()
    assert document["refusals"] == [] and document["sql"]
    changed = cli("fingerprint").ok().out
    database.query(back)
    cli("drift").ok()
    database.query(forward)
    assert cli("fingerprint").ok().out == changed
    assert cli("drift", "--accept", "--sql", "back").code == cli("drift", "--sql", "x").code == 5
    # one database: a rename is known, and never dropped and made again
    database.query("ALTER TABLE t_2 RENAME TO renamed")
    assert "ALTER TABLE public.renamed RENAME TO t_2;\n" in cli("drift", "--sql", "back").failed(1).out


def test_a_connection_that_is_cut_while_the_schema_is_read(cli, folder, database, proxy):
    folder.tables(1)
    proxy.cut_within(TO_SERVER, b"pg_event_trigger")
    cli.url = proxy.url(database.name)
    result = cli("up").ok()
    assert "no snapshot of the schema was stored" in result.err and "internal error" not in result.err
    assert versions(database) == ["001"] and stored(database) == []
