"""plan: the steps that up would take, without taking them."""
from harness.history import versions


def test_each_step_and_how_it_runs(cli, folder):
    folder.tables(1)
    folder.pair("002_index", "CREATE INDEX CONCURRENTLY i ON t_1 (id);", "DROP INDEX i;")
    folder.pair("003_blocks", "BEGIN;\nSELECT 1;\nCOMMIT;\nBEGIN;\nSELECT 2;\nCOMMIT;\n", "SELECT 1;")
    folder.pair("004_apart", "-- migrate-safe: no-transaction\nSELECT 1;\nSELECT 2;\n", "SELECT 1;")
    out = cli("plan").ok().out
    assert "4 migrations" in out.splitlines()[0]
    assert "one transaction" in line(out, "001")
    assert "step by step: CREATE INDEX CONCURRENTLY at line 1" in line(out, "002")
    assert "2 transactions of its own" in line(out, "003")
    assert "step by step: no-transaction" in line(out, "004")


def line(out, version):
    return next(line for line in out.splitlines() if line.strip().startswith(version))


def test_what_the_files_say_about_themselves(cli, folder):
    folder.write("001_a.sql", """
        -- Migration: add a
        -- Complexity: HIGH
        -- Estimated Duration: 30 seconds
        CREATE TABLE a (id int);
        """)
    step = cli("plan", "--json").ok().json()["steps"][0]
    assert (step["stated_complexity"], step["stated_duration_ms"]) == ("high", 30000)
    assert step["has_down"] is False
    out = cli("plan").ok().out
    assert "no down; its header says: high, 30.0 s" in out


def test_the_digest_is_that_of_the_run(cli, folder, database):
    folder.tables(2)
    digest = cli("plan", "--json").ok().json()["digest"]
    assert digest in cli("plan").ok().out
    assert cli("up", "--json").ok().json()["plan_digest"] == digest
    assert cli("plan", "--json").ok().json()["digest"] != digest


def test_the_digest_follows_the_files(cli, folder):
    folder.tables(2)
    digest = cli("plan", "--json").ok().json()["digest"]
    folder.write("002_table_2.up.sql", "CREATE TABLE t_2 (id bigint);")
    assert cli("plan", "--json").ok().json()["digest"] != digest


def test_it_takes_the_options_of_up(cli, folder, database):
    folder.tables(3)
    assert [step["version"] for step in cli("plan", "--to", "2", "--json").ok().json()["steps"]] == [
        "001", "002"]
    assert len(cli("plan", "--steps", "1", "--json").ok().json()["steps"]) == 1
    assert versions(database) == []


def test_it_says_why_up_would_refuse_now(cli, folder, database):
    folder.tables(1)
    database.query("CREATE TABLE goose_db_version (id int)")
    out = cli("plan").ok().out
    assert "  detail: found the history of another runner: public.goose_db_version (goose)\n" in out
    assert "refused now:" in out and "no history of migrate-safe" in out and "baseline" in out
    document = cli("plan", "--json").ok().json()
    assert "no history" in document["refused"] and "baseline" in document["hint"]
    cli("baseline", "0").ok()
    assert "refused" not in cli("plan").ok().out
    assert "backup none (--skip-backup)" in cli("plan", "--skip-backup").ok().out


def test_every_file_is_read_to_its_end(cli, folder, database):
    folder.tables(1)
    folder.write("002_open.up.sql", "SELECT 1;\nSELECT 'never closed;\n")
    assert "migrations/002_open.up.sql:2:8: error:" in cli("plan").failed(1).err
    assert cli("up").failed(1).err == cli("plan").failed(1).err
    assert versions(database) == [] and not database.has("t_1")


def test_nothing_to_plan(cli, folder):
    folder.tables(1)
    cli("up").ok()
    assert "0 migrations" in cli("plan").ok().out
    assert cli("plan", "--json").ok().json()["steps"] == []
