"""up, down and redo with the backup that they begin with: which one, when, and what is said of it."""
import json
import pathlib
import re
import shlex

import pytest

from harness.history import versions
from harness.message import said
from harness.waiting import until

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("needs_pg_dump")]

HOOK = """#!/bin/sh
echo "stored $MIGRATE_SAFE_BACKUP_ID"
echo "$MIGRATE_SAFE_BACKUP_PATH|$MIGRATE_SAFE_BACKUP_ID|$MIGRATE_SAFE_BACKUP_MANIFEST" >>stored.txt
exit ${1:-0}
"""


@pytest.fixture
def shop(cli, folder, database):
    """001 is applied and has rows; 002 waits."""
    folder.pair("001_orders", "CREATE TABLE orders (id int PRIMARY KEY, total int);", "DROP TABLE orders;")
    cli("up").ok()
    database.query("INSERT INTO orders SELECT n, n FROM generate_series(1, 100) n")
    folder.pair("002_notes", "CREATE TABLE notes (id int);", "DROP TABLE notes;")
    return database


def shelf(cli):
    return cli("backup", "list", "--json").ok().json()["backups"]


def backup_ids(database):
    return dict(database.query("SELECT version, backup_id FROM migrate_safe.schema_migrations"))


def journal(database):
    return database.query("SELECT event, detail FROM migrate_safe.journal WHERE event LIKE 'backup%' ORDER BY id")


def test_the_first_up_has_nothing_to_lose(cli, folder, database):
    folder.tables(1)
    assert "backup none: there are no tables to lose yet" in cli("plan").ok().out
    assert "backup" not in cli("up").ok().out
    assert not (cli.cwd / "backups").exists() and backup_ids(database) == {"001": None}


@pytest.mark.sanitized
def test_up_makes_a_backup_and_restores_it_for_proof(cli, shop):
    assert re.search(r"^backup directory, everything of .* restored for proof, into backups/migrations$",
                     cli("plan").ok().out, re.MULTILINE)
    result = cli("up").ok()
    backup, = shelf(cli)
    assert backup["level"] == "restored" and backup["reason"] == "up 002" and backup["restore_ms"] > 0
    assert f"backup {backup['id']}, restored for proof" in result.out
    assert backup_ids(shop) == {"001": None, "002": backup["id"]}
    (event, detail), = journal(shop)
    assert event == "backup" and detail["backup_id"] == backup["id"] and detail["level"] == "restored"
    assert backup["id"] in (cli.cwd / "backups/migrations/latest-backup.txt").read_text()


def test_a_restore_point_is_written_where_the_role_may(cli, shop):
    document = cli("up", "--json").ok().json()
    name = f"migrate_safe_{document['run_id']}"
    path, = (cli.cwd / "backups/migrations").glob("backup-*.json")
    assert document["backup"]["restore_point"] == name == journal(shop)[0][1]["restore_point"]
    assert json.loads(path.read_text())["archive"]["restore_point"] == name


def test_the_session_with_the_lock_may_be_idle_meanwhile(cli, shop):
    if shop.server.major < 14:
        pytest.skip("idle_session_timeout is not there before PostgreSQL 14")
    cli("up", env={"PGOPTIONS": "-c idle_session_timeout=1000"}).ok()
    assert versions(shop) == ["001", "002"]


def test_with_nothing_pending_there_is_no_backup(cli, shop):
    cli("up", "-s").ok()
    cli("up").ok()
    assert shelf(cli) == []


def test_a_dry_run_makes_none(cli, shop):
    cli("up", "--dry-run").ok()
    assert shelf(cli) == [] and not (cli.cwd / "backups").exists()


def test_down_and_redo_make_one_each(cli, shop):
    cli("up", "-s").ok()
    cli("redo").ok()
    assert [backup["reason"] for backup in shelf(cli)] == ["redo 002"]
    cli("down").ok()
    assert [backup["reason"] for backup in shelf(cli)] == ["redo 002", "down 002"]
    assert versions(shop) == ["001"]


@pytest.mark.sanitized
def test_a_failed_up_names_the_way_back(cli, folder, shop):
    folder.pair("002_notes", "CREATE TABLE notes (id nonsense);", "DROP TABLE notes;")
    result = cli("up").failed(2)
    backup, = shelf(cli)
    found = re.search(r"^  backup: (\S+), restored for proof \(its restore took \d+\.\d s\); "
                      r"back to it: migrate-safe (.*)$", result.err, re.MULTILINE)
    assert found[1] == backup["id"] and found[2] == f"backup restore {backup['id']}"
    document = cli("up", "--json").failed(2).json()
    assert document["backup"]["level"] == "restored" and document["backup"]["restore"].startswith("migrate-safe ")


def way_back(cli, result):
    """The command that a failed run prints, run as a shell would."""
    command = re.search(r"^  backup: .*: migrate-safe (backup restore .*)$", result.err, re.MULTILINE)[1]
    return command, cli(*shlex.split(command), "--yes", env={"DATABASE_URL": None}).ok()


@pytest.mark.sanitized
def test_the_way_back_leads_to_the_same_database(cli, folder, shop):
    folder.pair("002_notes", "CREATE TABLE notes (id nonsense);", "DROP TABLE notes;")
    (cli.cwd / "it's mine.yaml").write_text(f"environments:\n  live:\n    database: {json.dumps(shop.url)}\n"
                                            "    dir: migrations\n")
    place = ("--env", "live", "--config", "it's mine.yaml")
    command, restored = way_back(cli, cli("up", *place, env={"DATABASE_URL": None}).failed(2))
    assert "--env live" in command and f"{shop.name} is the restored database" in restored.out
    place = ("--database", shop.url, "--backup-folder", "kept here")
    command, restored = way_back(cli, cli("up", *place, env={"DATABASE_URL": None}).failed(2))
    assert "--database" in command and f"{shop.name} is the restored database" in restored.out


def test_the_way_back_of_a_part_leads_beside(cli, folder, shop):
    folder.pair("002_notes", "DROP TABLE orders; CREATE TABLE notes (id nonsense);", "DROP TABLE notes;")
    result = cli("up", "--content", "affected", "--database", shop.url).failed(2)
    assert "to have it beside: migrate-safe backup restore" in result.err
    command, restored = way_back(cli, result)
    beside = re.search("--into (\\S+)", command)[1]
    assert f"{beside} is restored; {shop.name} is as it was" in restored.out
    shop.server.query(f'DROP DATABASE "{beside}"')


@pytest.mark.sanitized
def test_a_backup_elsewhere_is_named_by_its_path(cli, folder, shop):
    folder.pair("002_notes", "CREATE TABLE notes (id nonsense);", "DROP TABLE notes;")
    result = cli("up", "--backup-folder", "kept", "--backup-form", "custom").failed(2)
    assert re.search(r"back to it: migrate-safe backup restore kept/backup-\S+\.dump$", result.err, re.MULTILINE)


@pytest.mark.parametrize("level, words", [("exists", "not proven"), ("readable", "read to its end"),
                                          ("equal", "restored and compared row by row")])
def test_the_level_is_a_setting(cli, shop, level, words):
    result = cli("up", "--backup-level", level).ok()
    backup, = shelf(cli)
    assert words in result.out and backup["level"] == level
    assert (backup["restore_ms"] is None) == (level in ("exists", "readable"))


def test_where_no_server_can_be_started_it_is_read_to_its_end_and_said(cli, shop, tmp_path):
    env = {"MIGRATE_SAFE_PG_BIN": tmp_path / "nowhere"}
    why = f"read to its end (no server programs of PostgreSQL {shop.server.major} are here to restore it)"
    assert why in cli("plan", env=env).ok().out
    assert why in cli("up", env=env).ok().out
    assert shelf(cli)[0]["level"] == "readable"
    assert cli("down", "--level", "restored", env=env).code == 5  # who asks for it gets it, or an error


def test_accepted_needs_checks(cli, shop):
    assert said(cli("up", "--level", "accepted")) == (
        5, "migrate-safe: error: backup-level accepted (--level) needs checks, and there are none",
        "name a file of SQL that must give true: --backup-checks FILE")
    (cli.cwd / "checks.sql").write_text("SELECT count(*) = 100 FROM orders;\n")
    cli("up", "--level", "accepted", "--checks", "checks.sql").ok()
    assert shelf(cli)[0]["level"] == "accepted"


def test_a_backup_that_its_checks_refuse_stops_everything(cli, shop):
    (cli.cwd / "checks.sql").write_text("SELECT count(*) = 99 FROM orders;\n")
    result = cli("up", "--level", "accepted", "--checks", "checks.sql").failed(1)
    assert "nothing of the migrations was run" in result.err
    assert versions(shop) == ["001"] and not shop.has("notes")


def test_skipping_it_is_journaled(cli, shop, tmp_path):
    cli("up", "-s").ok()
    assert [(event, detail["by"]) for event, detail in journal(shop)] == [("backup_skipped", "-s")]
    assert shelf(cli) == []
    (tmp_path / "migrate-safe.yaml").write_text("defaults:\n  skip-backup: true\n")
    cli("down").ok()
    assert journal(shop)[-1][1]["by"] == "migrate-safe.yaml:2:3"


def test_skipping_it_is_refused_where_the_environment_requires_one(cli, shop, tmp_path):
    (tmp_path / "migrate-safe.yaml").write_text(
        f"environments:\n  production:\n    database: {shop.url}\n    require-backup: true\n")
    assert said(cli("up", "-s", "--env", "production")) == (
        1, "migrate-safe: error: migrate-safe.yaml:4:5 requires a backup, and -s says to make none",
        "leave -s out; a recent backup may count: see backup-fresh")
    assert said(cli("up", "--no-require-backup", "--env", "production"))[0] == 5
    assert versions(shop) == ["001"]
    assert "refused now" in cli("plan", "-s", "--env", "production").ok().out
    cli("up", "--env", "production").ok()
    assert len(shelf(cli)) == 1


def test_a_fresh_one_of_the_same_schema_and_version_counts(cli, folder, shop):
    folder.pair("002_notes", "CREATE TABLE notes (id nonsense);", "DROP TABLE notes;")
    cli("up").failed(2)
    first, = shelf(cli)
    folder.pair("002_notes", "CREATE TABLE notes (id int);", "DROP TABLE notes;")
    assert f"backup {first['id']} is fresh enough" in cli("plan", "--backup-fresh", "1h").ok().out
    cli("up", "--backup-fresh", "1h").ok()
    assert len(shelf(cli)) == 1 and backup_ids(shop)["002"] == first["id"]
    assert journal(shop)[-1][0] == "backup_counts"
    cli("down", "--backup-fresh", "1h").ok()  # another version by now
    assert len(shelf(cli)) == 2


def test_one_that_was_made_before_the_schema_changed_does_not_count(cli, folder, shop):
    folder.pair("002_notes", "CREATE TABLE notes (id nonsense);", "DROP TABLE notes;")
    cli("up").failed(2)
    shop.query("CREATE INDEX by_total ON orders (total)")
    cli("up", "--backup-fresh", "1h").failed(2)
    assert len(shelf(cli)) == 2


def test_one_that_was_damaged_does_not_count(cli, folder, shop):
    folder.pair("002_notes", "CREATE TABLE notes (id nonsense);", "DROP TABLE notes;")
    cli("up", "--form", "custom").failed(2)
    path, = (cli.cwd / "backups/migrations").glob("*.dump")
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    result = cli("up", "--backup-fresh", "1h").failed(1)
    assert "was changed since it was made" in result.err


def contents(cli):
    path, = (cli.cwd / "backups/migrations").glob("backup-*.json")
    manifest = json.loads(path.read_text())
    return manifest["content"], {table["name"] for table in manifest["data"]["tables"]}


def test_affected_holds_the_rows_of_what_is_destroyed(cli, folder, shop):
    folder.write("002_notes.up.sql", "CREATE TABLE notes (id int);")
    cli("up", "-s").ok()
    folder.pair("003_drop", "ALTER TABLE orders DROP COLUMN total;", "ALTER TABLE orders ADD COLUMN total int;")
    assert "the schema and the rows of 1 table" in cli("plan", "--content", "affected").ok().out
    cli("up", "--content", "affected").ok()
    content, tables = contents(cli)
    assert content == "affected" and "orders" in tables and "notes" not in tables


@pytest.mark.parametrize("sql, what", [
    ("UPDATE orders SET total = 0;", "002 runs UPDATE"),
    ("DO $$ BEGIN DELETE FROM orders; END $$;", "002 runs DO"),
    ("DROP TABLE IF EXISTS nothing CASCADE;", "002 runs DROP TABLE"),
])
def test_what_may_reach_further_is_backed_up_as_a_whole(cli, folder, shop, sql, what):
    folder.pair("002_notes", sql, "SELECT 1;")
    assert f"everything ({what})" in cli("plan", "--content", "affected").ok().out
    cli("up", "--content", "affected").ok()
    assert contents(cli)[0] == "all"


def test_rows_without_their_schema_are_proven_as_far_as_they_can_be(cli, shop):
    cli("up", "--content", "data").ok()
    backup, = shelf(cli)
    assert backup["content"] == "data" and backup["level"] == "readable"


@pytest.fixture
def hook(tmp_path):
    path = tmp_path / "store"
    path.write_text(HOOK)
    path.chmod(0o755)
    return path


def test_the_hook_knows_what_was_made(cli, shop, hook):
    cli("up", "--after-backup", f"{hook} 0", "--form", "custom").ok()
    path, name, manifest = (cli.cwd / "stored.txt").read_text().strip().split("|")
    assert name == shelf(cli)[0]["id"]
    assert path == f"{cli.cwd}/backups/migrations/backup-{name}.dump"
    assert manifest == f"{cli.cwd}/backups/migrations/backup-{name}.json"
    assert f"after-backup: stored {name}" in (cli.cwd / "logs/migrations.jsonl").read_text()


def test_the_hook_of_a_backup_that_is_made_by_hand(cli, shop, hook):
    cli("backup", "--after-backup", f"{hook} 0").ok()
    assert shelf(cli)[0]["id"] in (cli.cwd / "stored.txt").read_text()
    result = cli("backup", "create", "--after-backup", f"{hook} 1").failed(1)
    assert "ended with 1" in result.err and len(shelf(cli)) == 2


def test_a_hook_that_fails_stops_everything_or_warns(cli, shop, hook):
    result = cli("up", "--after-backup", f"{hook} 3").failed(1)
    assert "ended with 3" in result.err and versions(shop) == ["001"]
    assert "after-backup-failure: warn" in result.err
    result = cli("up", "--after-backup", f"{hook} 3", "--after-backup-failure", "warn").ok()
    assert "warning" in result.err and versions(shop) == ["001", "002"]


def test_a_backup_whose_hook_failed_does_not_count_without_it(cli, folder, shop, hook):
    cli("up", "--after-backup", f"{hook} 3").failed(1)
    cli("up", "--backup-fresh", "1h", "--after-backup", f"{hook} 3").failed(1)
    assert versions(shop) == ["001"] and len(shelf(cli)) == 1
    (cli.cwd / "stored.txt").unlink(missing_ok=True)
    cli("up", "--backup-fresh", "1h", "--after-backup", f"{hook} 0").ok()
    assert shelf(cli)[0]["id"] in (cli.cwd / "stored.txt").read_text() and len(shelf(cli)) == 1


def test_a_hook_that_is_not_there(cli, shop):
    result = cli("up", "--after-backup", "/no/such/program").failed(1)
    assert "/no/such/program" in result.err and versions(shop) == ["001"]


def test_ctrl_c_meanwhile_runs_nothing_and_leaves_no_child(cli, shop, tmp_path):
    hook = tmp_path / "slow"
    hook.write_text("#!/bin/sh\necho $$ >started\nexec sleep 600\n")
    hook.chmod(0o755)
    running = cli.start("up", "--after-backup", hook, "--level", "exists")
    until(lambda: (tmp_path / "started").exists() and (tmp_path / "started").read_text().strip(), "the hook")
    child = int((tmp_path / "started").read_text())
    result = running.interrupt().finish().failed(130)
    assert "nothing of the migrations was run" in result.err and versions(shop) == ["001"]
    assert not pathlib.Path(f"/proc/{child}").exists()
    cli("up").ok()


def test_a_folder_that_cannot_be_made_stops_it_before_anything(cli, shop, tmp_path):
    (tmp_path / "backups").write_text("a file")
    result = cli("up").failed(5)
    assert "nothing of the migrations was run" in result.err and "--backup-folder DIR" in result.err
    assert versions(shop) == ["001"]
