"""postflight: each check passing, failing, unknown; alone and behind up."""
import json

import pytest

from harness.history import contents, versions

pytestmark = pytest.mark.once


def policy(folder, *lines):
    (folder.path.parent / "migrate-safe.yaml").write_text("defaults:\n" + "".join(f"  {line}\n" for line in lines))


def checks(document):
    return {check["id"]: check for check in document["checks"]}


def behind(result):
    """Checks of the look behind an up."""
    return checks(result.json()["postflight"])


def verdicts(found):
    return {name: check["verdict"] for name, check in found.items()}


def report(folder):
    return [json.loads(path.read_text()) for path in sorted((folder.path.parent / "logs").glob("postflight-report-*.json"))]


@pytest.mark.sanitized
def test_all_is_well_and_kept(cli, folder, database):
    folder.tables(2)
    result = cli("up").ok()
    assert "postflight  " in result.out and result.err == ""
    (kept,) = report(folder)
    assert kept["schema"] == "migrate-safe/postflight/1"
    assert (kept["migrations_applied"], kept["dirty_migrations"], kept["validation_passed"]) == (2, 0, True)
    assert kept["run_id"] and kept["schema_checksum"] == cli("fingerprint").ok().out.split()[0]
    alone = cli("--postflight", "--json").ok().json()
    assert alone["run_id"] is None and alone["schema_checksum"] == kept["schema_checksum"]
    assert {n: c["value"] for n, c in checks(alone).items() if c["verdict"] != "pass"} == {}
    assert set(verdicts(checks(kept)).values()) == {"pass"}


# Each of these takes what the migration does not name; `found` is the check that says it.
LOST = {
    "privileges": (
        "CREATE VIEW v AS SELECT id FROM t; GRANT SELECT ON v TO {role};",
        "DROP VIEW v; CREATE VIEW v AS SELECT id, 1 AS one FROM t;",
        "kept.privileges", "fail", "GRANT SELECT ON public.v TO {role};"),
    "row security": (
        "ALTER TABLE t ENABLE ROW LEVEL SECURITY; CREATE POLICY mine ON t USING (true);",
        "ALTER TABLE t RENAME TO old; CREATE TABLE t AS TABLE old; DROP TABLE old;",
        "kept.row_security", "fail", "row security of public.t is off"),
    "policy": (
        "CREATE FUNCTION ok() RETURNS bool LANGUAGE sql AS 'SELECT true'; CREATE POLICY mine ON t USING (ok());",
        "DROP FUNCTION ok() CASCADE;",
        "kept.row_security", "fail", "policy mine on public.t is gone"),
    "trigger": (
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';"
        "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();",
        "DROP FUNCTION f() CASCADE;",
        "kept.triggers", "fail", "trigger g on public.t is gone"),
    "comment": (
        "CREATE VIEW v AS SELECT id FROM t; COMMENT ON VIEW v IS 'seen by the shop';",
        "DROP VIEW v; CREATE VIEW v AS SELECT id, 1 AS one FROM t;",
        "kept.comments", "warn", "the comment on view public.v is gone"),
    "owner": (
        "CREATE VIEW v AS SELECT id FROM t; ALTER VIEW v OWNER TO {role};",
        "DROP VIEW v; CREATE VIEW v AS SELECT id, 1 AS one FROM t;",
        "kept.owners", "warn", "view public.v belonged to {role}, now to postgres"),
    "objects": (
        "CREATE VIEW v AS SELECT id FROM t; CREATE VIEW w AS SELECT id FROM v;",
        "DROP VIEW v CASCADE;",
        "kept.objects", "warn", "view public.w is gone"),
}


@pytest.mark.parametrize("case", LOST)
def test_what_is_lost_by_the_way_is_told(cli, folder, database, roles, case):
    role = roles(f"reader_{database.name}")
    given, change, check, verdict, word = (text.format(role=role) for text in LOST[case])
    folder.pair("001_given", "CREATE TABLE t (id int);" + given, "DROP TABLE t CASCADE;")
    cli("up").ok()
    folder.pair("002_change", change, "SELECT 1;")
    result = cli("up", "--skip-backup", "--json").failed(3 if verdict == "fail" else 0)
    found = behind(result)
    assert found[check]["verdict"] == verdict
    assert word in "\n".join(found[check]["details"]) and word in result.err
    wrong = {name for name, value in verdicts(found).items() if value not in ("pass", verdict)}
    assert wrong <= {"kept.comments", "kept.owners", "kept.objects"}
    assert versions(database) == ["001", "002"]
    if verdict == "fail":
        assert "error: postflight: 1 check failed" in result.err
        assert "1 migration of this run is applied, and so it stays" in result.err
        assert result.json()["error"]["class"] == "verify"


MEANT = {
    "revoked": ("GRANT SELECT ON t TO {role};", "REVOKE SELECT ON t FROM {role};"),
    "dropped": ("CREATE POLICY p ON t USING (true); ALTER TABLE t ENABLE ROW LEVEL SECURITY;",
                "DROP POLICY p ON t; ALTER TABLE t DISABLE ROW LEVEL SECURITY;"),
    "in a DO": ("CREATE POLICY p ON t USING (true);", "DO $$ BEGIN DROP POLICY p ON t; END $$;"),
    "with its table": ("CREATE TABLE u (id int REFERENCES t); GRANT SELECT ON u TO {role}; COMMENT ON TABLE u IS 'x';",
                       "DROP TABLE u;"),
    "renamed": ("GRANT SELECT ON t TO {role}; COMMENT ON TABLE t IS 'x'; CREATE POLICY p ON t USING (true);",
                "ALTER TABLE t RENAME TO u; CREATE SCHEMA s; ALTER TABLE u SET SCHEMA s;"),
    "a column": ("ALTER TABLE t ADD a int CHECK (a > 0); CREATE INDEX ON t (a); COMMENT ON COLUMN t.a IS 'x';",
                 "ALTER TABLE t DROP COLUMN a;"),
    "its rows": ("INSERT INTO t SELECT generate_series(1, 50);", "DELETE FROM t;"),
}


@pytest.mark.parametrize("case", MEANT)
def test_what_a_statement_takes_is_meant(cli, folder, database, roles, case):
    role = roles(f"reader_{database.name}")
    given, change = (text.format(role=role) for text in MEANT[case])
    folder.pair("001_given", "CREATE TABLE t (id int PRIMARY KEY);" + given, "DROP TABLE t CASCADE;")
    cli("up").ok()
    folder.pair("002_change", change, "SELECT 1;")
    result = cli("up", "--skip-backup", "--json").ok()
    assert set(verdicts(behind(result)).values()) == {"pass"}, result


def test_sql_that_is_not_written_down_makes_it_a_warning(cli, folder, database):
    folder.pair("001_given", "CREATE TABLE t (id int); CREATE POLICY p ON t USING (true);", "DROP TABLE t;")
    cli("up").ok()
    folder.pair("002_do", "DO $$ BEGIN EXECUTE format('DROP POLICY %I ON t', chr(112)); END $$;", "SELECT 1;")
    assert behind(cli("up", "--json").ok())["kept.row_security"]["verdict"] == "warn"


def test_rows_of_an_untouched_table_must_stay(cli, folder, database):
    folder.pair("001_given", """
        CREATE TABLE a (id int PRIMARY KEY);
        CREATE TABLE b (a int REFERENCES a ON DELETE CASCADE);
        CREATE TABLE c (a int REFERENCES a);
        INSERT INTO a SELECT generate_series(1, 40);
        INSERT INTO b SELECT generate_series(1, 40);
        """, "DROP TABLE a, b, c;")
    cli("up").ok()
    folder.pair("002_delete", "DELETE FROM a WHERE id > 20;", "SELECT 1;")
    found = behind(cli("up", "--json").ok())["data.rows"]
    assert found["verdict"] == "warn" and found["details"] == ["public.b: 20 of 40 rows are gone"]
    folder.pair("003_truncate", "TRUNCATE a CASCADE;", "SELECT 1;")
    result = cli("up", "--skip-backup", "--json").failed(3)
    assert behind(result)["data.rows"]["details"] == ["public.b: 20 of 20 rows are gone, it was truncated or rewritten"]


def test_indexes_and_constraints_that_do_not_hold(cli, folder, database):
    folder.pair("001_given", "CREATE TABLE t (id int); INSERT INTO t VALUES (1);", "DROP TABLE t;")
    cli("up").ok()
    folder.pair("002_said", "ALTER TABLE t ADD CONSTRAINT positive CHECK (id > 0) NOT VALID;", "SELECT 1;")
    found = behind(cli("up", "--skip-backup", "--json").ok())["schema.constraints"]
    assert found["verdict"] == "warn" and "as the migrations say" in found["value"]
    assert found["details"] == ["positive on public.t"]
    folder.pair("003_unsaid", """
        DO $$ BEGIN EXECUTE 'ALTER TABLE t ADD CONSTRAINT small CHECK (id < 9) ' || reverse('DILAV TON'); END $$;
        CREATE INDEX i ON t (id);
        UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'i'::regclass;
        """, "SELECT 1;")
    result = cli("up", "--skip-backup", "--json").failed(3)
    assert behind(result)["schema.indexes"]["verdict"] == "fail"
    assert behind(result)["schema.indexes"]["details"] == ["public.i"]
    assert behind(result)["schema.constraints"]["verdict"] == "fail"
    alone = checks(cli("postflight", "--json").ok().json())
    assert (alone["schema.indexes"]["verdict"], alone["schema.constraints"]["verdict"]) == ("warn", "warn")
    database.query("ALTER TABLE t VALIDATE CONSTRAINT positive; ALTER TABLE t VALIDATE CONSTRAINT small; REINDEX INDEX i")
    alone = checks(cli("postflight", "--json").ok().json())
    assert (alone["schema.indexes"]["verdict"], alone["schema.constraints"]["verdict"]) == ("pass", "pass")


def test_a_sequence_behind_its_column(cli, folder, database):
    folder.pair("001_given", "CREATE TABLE t (id serial PRIMARY KEY); CREATE TABLE u (id serial);", "DROP TABLE t, u;")
    cli("up").ok()
    folder.pair("002_rows", "INSERT INTO t SELECT generate_series(1, 5);", "SELECT 1;")
    result = cli("up", "--json").failed(3)
    found = behind(result)["data.sequences"]
    assert found["details"] == ["public.t_id_seq will give 1, and id of public.t has 5"]
    assert found["fix"] in result.err
    assert cli("postflight").failed(3).out.count("fail ") == 1
    database.query(found["fix"])
    assert checks(cli("postflight", "--json").ok().json())["data.sequences"]["value"].startswith("2 looked at")
    folder.pair("003_rows", "INSERT INTO u VALUES (7);", "SELECT 1;")
    assert behind(cli("up", "--skip-backup", "--json").ok())["data.sequences"]["verdict"] == "warn"  # not unique


def test_up_gives_new_and_rewritten_tables_their_statistics(cli, folder, database):
    analyzed = "SELECT array_agg(DISTINCT tablename ORDER BY tablename) FROM pg_stats WHERE schemaname = 'public'"
    folder.pair("001_new", """
        CREATE TABLE full_one AS SELECT g AS id, 'x' || g AS name FROM generate_series(1, 500) g;
        CREATE TABLE empty_one (id int);
        """, "DROP TABLE full_one, empty_one;")
    cli("up").ok()
    assert database.value(analyzed) == ["full_one"]
    folder.pair("002_index", "CREATE INDEX by_name ON full_one (lower(name));", "DROP INDEX by_name;")
    assert behind(cli("up", "--json").ok())["data.statistics"]["verdict"] == "pass"
    assert database.value(analyzed) == ["by_name", "full_one"]
    folder.pair("003_rewrite", "ALTER TABLE full_one ALTER id TYPE bigint;", "SELECT 1;")
    result = cli("up", "--analyze", "off", "--skip-backup", "--json").ok()
    found = behind(result)["data.statistics"]
    assert (found["verdict"], found["fix"]) == ("warn", "ANALYZE public.full_one;")
    assert "ANALYZE public.full_one;" in result.err


def test_analyze_that_would_wait_is_left_and_told(cli, folder, database):
    folder.pair("001_given", "CREATE TABLE t AS SELECT generate_series(1, 9) AS id;", "DROP TABLE t;")
    cli("up").ok()
    folder.pair("002_index", "CREATE INDEX i ON t ((id + 1));", "DROP INDEX i;")
    with database.connect() as other:
        other.execute("BEGIN; LOCK TABLE t IN SHARE MODE")  # CREATE INDEX may, ANALYZE may not
        result = cli("up", "--skip-backup", "--json").ok()
        other.execute("ROLLBACK")
    assert "ANALYZE public.t was not run" in result.err
    assert behind(result)["data.statistics"]["fix"] == "ANALYZE public.t;"


def test_the_command_finds_tables_without_statistics(cli, folder, database):
    folder.pair("001_given", "CREATE TABLE t AS SELECT generate_series(1, 9) AS id;", "DROP TABLE t;")
    cli("up", "--analyze", "off").ok()
    database.query("SELECT pg_stat_reset()")  # what this session has counted is told at its end
    database.query("INSERT INTO t VALUES (1)")
    found = checks(cli("postflight", "--json").ok().json())["data.statistics"]
    assert found["verdict"] == "warn" and found["fix"] == "ANALYZE public.t;"


def test_what_migrations_verify_is_asked_again(cli, folder, database):
    folder.write("001_one.up.sql", "-- migrate-safe: verify: SELECT count(*) = 0 FROM t\nCREATE TABLE t (id int);")
    folder.write("001_one.down.sql", "DROP TABLE t;")
    folder.pair("002_two", "INSERT INTO t VALUES (1);", "DELETE FROM t;")
    found = behind(cli("up", "--json").ok())["checks.verify"]
    assert found["verdict"] == "warn" and "001: verify: the query returned false" in found["details"][0]
    assert checks(cli("postflight", "--json").failed(3).json())["checks.verify"]["verdict"] == "fail"
    database.query("DELETE FROM t")
    assert checks(cli("postflight", "--json").ok().json())["checks.verify"]["value"] == "1 asked again, all hold"
    folder.write("003_three.up.sql", "-- migrate-safe: verify: SELECT nextval('s') > 0\nCREATE SEQUENCE s;")
    folder.write("003_three.down.sql", "DROP SEQUENCE s;")
    cli("up", "--skip-backup").ok()
    assert checks(cli("postflight", "--json").ok().json())["checks.verify"]["verdict"] == "unknown"


def test_dirty_pending_and_drifted(cli, folder, database):
    folder.tables(1)
    cli("up").ok()
    folder.tables(1, first=2)
    database.query("DROP TABLE t_1")
    found = checks(cli("postflight", "--json").ok().json())
    assert found["history.plan"]["value"] == "1 is pending"
    assert (found["schema.drift"]["verdict"], found["kept.objects"]["verdict"]) == ("warn", "warn")
    folder.pair("003_half", "CREATE TABLE h (id int);\nCREATE INDEX CONCURRENTLY i ON h (no_such);", "DROP TABLE h;")
    cli("up", "--skip-backup").failed(2)
    document = cli("postflight", "--json").failed(3).json()
    assert checks(document)["history.dirty"]["value"] == "version 003 stopped half way"
    assert (document["dirty_migrations"], document["validation_passed"]) == (1, False)


def test_what_could_not_be_read_is_unknown(cli, folder, database):
    folder.tables(1)
    cli("up").ok()
    folder.tables(1, first=2)
    result = cli("up", "--skip-drift", "--json").ok()
    assert behind(result)["kept.privileges"]["verdict"] == "unknown"
    assert "could not be made" in result.err
    with database.connect() as other:
        other.execute("BEGIN; LOCK TABLE t_1 IN ACCESS EXCLUSIVE MODE")
        database.query("CREATE TABLE u (id serial primary key)")
        other.execute("LOCK TABLE u IN ACCESS EXCLUSIVE MODE")
        found = checks(cli("postflight", "--json").ok().json())
        other.execute("ROLLBACK")
    assert found["data.sequences"]["verdict"] == "unknown"


def test_it_can_be_switched_off(cli, folder, database):
    policy(folder, "postflight: off")
    folder.pair("001_given", "CREATE TABLE t (id serial PRIMARY KEY); INSERT INTO t VALUES (1);", "DROP TABLE t;")
    result = cli("up", "--json").ok()
    assert result.json()["postflight"] is None and report(folder) == []
    assert "up does not take --postflight" in cli("up", "--postflight=on").failed(5).err


@pytest.mark.sanitized
def test_one_at_a_time_looks_behind_each(cli, folder, database):
    policy(folder, "one-at-a-time: yes")
    folder.pair("001_one", "CREATE TABLE t (id serial PRIMARY KEY);", "DROP TABLE t;")
    folder.pair("002_two", "INSERT INTO t VALUES (1);", "DELETE FROM t;")
    folder.pair("003_three", "SELECT setval('t_id_seq', 9);", "SELECT 1;")
    result = cli("up", "--json").failed(3)
    assert versions(database) == ["001", "002"]
    assert "2 migrations of this run are applied, and so it stays; 1 behind were not begun" in result.err
    assert "migrate-safe up goes on" in result.err
    assert [step["state"] for step in result.json()["migrations"]] == ["applied", "applied", "not_run"]
    assert len(report(folder)) == 2
    policy(folder)
    assert cli("up", "--skip-backup", "--json").ok()
    assert versions(database) == ["001", "002", "003"]


@pytest.mark.sanitized
def test_on_failure_takes_back_what_postflight_refused(cli, folder, database):
    policy(folder, "on-failure: undo-run", "on-failure-unproven: yes")
    folder.pair("001_one", "CREATE TABLE t (id serial PRIMARY KEY);", "DROP TABLE t;")
    folder.pair("002_two", "INSERT INTO t VALUES (1);", "DELETE FROM t;")
    result = cli("up", "--json").failed(3)
    assert versions(database) == [] and not database.has("t")
    assert result.json()["on_failure"]["undone"] == ["002", "001"]


def test_the_schema_that_was_rehearsed(cli, folder, database):
    folder.tables(1)
    cli("rehearse").ok()
    assert behind(cli("up", "--json").ok())["schema.rehearsed"]["value"].startswith("the schema is the rehearsed one")
    assert checks(cli("postflight", "--json").ok().json())["schema.rehearsed"]["value"].startswith("the schema is the")
    assert behind(cli("down", "--json", "--skip-backup").ok())["schema.rehearsed"]["value"].startswith("not compared")


def test_another_result_than_the_rehearsed_one(cli, folder, database):
    folder.tables(1)
    cli("up").ok()
    folder.pair("002_day", "DO $$ BEGIN EXECUTE format('CREATE TABLE day (made timestamptz DEFAULT %L)', now()); END $$;",
                "DROP TABLE day;")
    cli("rehearse", "--from", "dump").failed(3)  # it is never the same twice
    found = behind(cli("up", "--skip-backup", "--json").ok())["schema.rehearsed"]
    assert found["verdict"] == "warn" and "another one than the rehearsal left" in found["value"]
    policy(folder, "rehearsal: required")
    cli("down", "--skip-backup").ok()
    assert behind(cli("up", "--skip-backup", "--force", "--json").failed(3))["schema.rehearsed"]["verdict"] == "fail"


def test_it_reads_only(cli, folder, database, roles):
    folder.pair("001_one", "CREATE TABLE t (id serial PRIMARY KEY); INSERT INTO t DEFAULT VALUES;", "DROP TABLE t;")
    cli("up").ok()
    before = contents(database)
    reader = roles(f"reader_{database.name}")
    database.query(f"GRANT pg_read_all_data TO {reader}; ALTER ROLE {reader} SET default_transaction_read_only = on")
    found = cli("postflight", "--json", env={"DATABASE_URL": database.url.replace("postgres@", f"{reader}@")}).ok().json()
    assert set(verdicts(checks(found)).values()) <= {"pass", "warn"}, found  # the reader's own grant is no drift
    assert found["schema_checksum"] == cli("fingerprint").ok().out.split()[0]
    assert contents(database) == before


def test_orphans_of_a_key_that_is_not_validated(cli, folder, database):
    folder.pair("001_given", """
        CREATE TABLE a (id int PRIMARY KEY);
        CREATE TABLE b (a int);
        INSERT INTO b VALUES (7);
        """, "DROP TABLE b, a;")
    cli("up").ok()
    folder.pair("002_key", "ALTER TABLE b ADD FOREIGN KEY (a) REFERENCES a NOT VALID;", "SELECT 1;")
    assert behind(cli("up", "--skip-backup", "--json").ok())["data.orphans"]["verdict"] == "warn"
    alone = checks(cli("postflight", "--json").failed(3).json())
    assert alone["data.orphans"]["verdict"] == "fail"
    database.query("DELETE FROM b")
    alone = checks(cli("postflight", "--json").ok().json())
    assert "every row refers to one that is there" in alone["data.orphans"]["value"]


def test_the_teams_own_checks(cli, folder, database):
    own = folder.path.parent / "checks"
    own.mkdir()
    (own / "no_nines.sql").write_text("SELECT id FROM t WHERE id = 9;\n")
    folder.pair("001_given", "CREATE TABLE t (id int);", "DROP TABLE t;")
    assert behind(cli("up", "--json").ok())["checks.user"]["verdict"] == "pass"
    folder.pair("002_nine", "INSERT INTO t VALUES (9);", "DELETE FROM t;")
    assert behind(cli("up", "--skip-backup", "--json").failed(3))["checks.user"]["verdict"] == "fail"
    assert "no_nines" in cli("postflight").failed(3).out
