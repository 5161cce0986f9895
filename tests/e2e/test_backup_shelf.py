"""backup list and backup prune: what is shown, what goes, and above all what stays."""
import json

import pytest

from harness.message import said
from harness.shelf import Shelf


@pytest.fixture
def shelf(tmp_path):
    return Shelf(tmp_path / "backups/migrations")


@pytest.fixture
def offline(cli_without_database):
    return cli_without_database


def decisions(result):
    """{name: stays or goes} of a --json document."""
    document = result.json()
    assert document["schema"] == "migrate-safe/backup-prune/1"
    return {item["name"]: word for word in ("goes", "stays") for item in document[word]}


def test_an_empty_shelf(offline):
    assert "No backups in backups/migrations" in offline("backup", "list").ok().out
    assert offline("backup", "list", "--json").ok().json() == {
        "schema": "migrate-safe/backup-list/1", "folder": "backups/migrations", "backups": []}
    assert "Nothing to remove" in offline("backup", "prune").ok().out


def test_list_shows_age_size_proof_and_time(offline, shelf):
    old = shelf.add(40, level="exists", restore_ms=0)
    new = shelf.add(0, level="equal", size_bytes=2_500_000)
    rows = offline("backup", "list").ok().out.splitlines()
    assert rows[1].split()[:8] == [old, "40", "days", "22", "bytes", "custom", "all", "exists"]
    assert "never" in rows[1] and "2.5 MB" in rows[2] and "equal" in rows[2] and "1.5 s" in rows[2]
    listed = offline("backup", "list", "--json").ok().json()["backups"]
    assert [backup["id"] for backup in listed] == [old, new]
    assert [backup["restore_ms"] for backup in listed] == [None, 1500]


def test_list_says_what_is_broken(offline, shelf):
    whole, bare, cut = shelf.add(3), shelf.add(2), shelf.add(1)
    shelf.bytes(bare).unlink()
    shelf.manifest(cut).write_text('{"schema": "migrate-safe/backup/1"')
    shown = offline("backup", "list").ok().out
    assert whole in shown and f"backup-{bare}.dump is not there, only its manifest is" in shown
    assert shown.count("broken:") == 2
    listed = offline("backup", "list", "--json").ok().json()["backups"]
    assert [bool(backup["error"]) for backup in listed] == [False, True, True]


def test_the_folder_is_a_setting(offline, tmp_path):
    elsewhere = Shelf(tmp_path / "kept/here")
    name = elsewhere.add()
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/ms.yaml").write_text("defaults:\n  backup-folder: ../kept/here\n")
    assert name in offline("backup", "list", "--config", "etc/ms.yaml").ok().out
    assert name in offline("backup", "list", "--backup-folder", "kept/here").ok().out
    below = Shelf(tmp_path / "etc/backups/migrations").add(1)
    (tmp_path / "etc/ms.yaml").write_text("defaults:\n")
    assert below in offline("backup", "list", "--config", "etc/ms.yaml").ok().out


def test_prune_by_age(offline, shelf):
    oldest, old, proven, *newest = (shelf.add(days, level) for days, level in [
        (50, "equal"), (45, "exists"), (40, "restored"), (39, "exists"), (38, "exists"), (1, "exists")])
    shown = offline("backup", "prune", "--dry-run").ok().out
    assert "older than 30 days" in shown and "the newest that was restored for proof" in shown
    assert shelf.ids() == [oldest, old, proven, *newest]
    assert said(offline("backup", "prune"))[0] == 1  # nobody can be asked
    assert shelf.ids() == [oldest, old, proven, *newest]
    result = offline("backup", "prune", "--yes", "--json").ok()
    assert decisions(result) == {oldest: "goes", old: "goes", proven: "stays",
                                 **{name: "stays" for name in newest}}
    assert shelf.ids() == [proven, *newest]
    assert (shelf.path / "latest-backup.txt").read_text() == f"backups/migrations/backup-{newest[-1]}.dump\n"


def test_the_guides_times_are_settings(offline, shelf, tmp_path):
    days = [shelf.add(number, "exists") for number in (20, 9, 8, 3)]
    (tmp_path / "migrate-safe.yaml").write_text(
        "defaults:\n  backup-keep: 7d\n  backup-keep-least: 1\nenvironments:\n  careful:\n    backup-keep: 90d\n")
    assert decisions(offline("backup", "prune", "--env", "careful", "--dry-run", "--json")) == {
        name: "stays" for name in days}
    offline("backup", "prune", "--yes").ok()
    assert shelf.ids() == days[3:]


def test_the_last_of_each_month_stays(offline, shelf):
    days = [shelf.add(number, "exists") for number in (400, 200, 100, 1)]
    result = offline("backup", "prune", "--dry-run", "--json", "--backup-keep-least", "1",
                     "--backup-keep-monthly", "3").ok()
    assert decisions(result) == {days[0]: "goes", **{name: "stays" for name in days[1:]}}


def test_a_time_without_its_unit_is_refused(offline, shelf):
    shelf.add(40)
    assert said(offline("backup", "prune", "--yes", "--backup-keep", "30")) == (
        5, "migrate-safe: error: backup-keep 30 (--backup-keep) is less than an hour",
        "write it with its unit: 30d, 7d or 48h")
    assert len(shelf.ids()) == 1


def keep_none(*arguments):
    return ("backup", "prune", "--backup-keep", "2d", "--backup-keep-least", "1", *arguments)


def test_what_an_applied_migration_names_stays(cli, folder, database, shelf):
    folder.tables(2)
    cli("up").ok()
    needed, other, elsewhere, *_ = [
        shelf.add(9, "exists", "up 001", database.name), shelf.add(8, "exists", "up 002", database.name),
        shelf.add(7, "exists", "up 003", "another"), shelf.add(6, "equal", database=database.name), shelf.add(1)]
    database.query("UPDATE migrate_safe.schema_migrations SET backup_id = %s WHERE version = '001'", (needed,))
    shown = cli(*keep_none("--dry-run")).ok().out
    assert "001 names it as its way back" in shown and "another was not asked whether it needs it" in shown
    document = cli(*keep_none("--dry-run", "--json", "--backup-keep-named", "8d"))
    assert decisions(document)[needed] == "goes"
    cli(*keep_none("--yes")).ok()
    assert shelf.ids()[:2] == [needed, elsewhere] and other not in shelf.ids()


def test_where_the_database_cannot_be_asked_what_changes_made_stays(cli, folder, database, shelf):
    made, by_hand, _ = shelf.add(9, "exists", "up 001", database.name), shelf.add(8, "exists"), shelf.add(1)
    result = cli(*keep_none("--yes"), env={"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nowhere"})
    assert "warning" in result.ok().err and "was not asked whether it needs it" in result.out
    assert made in shelf.ids() and by_hand not in shelf.ids()


def test_named_ones_go_at_any_age_but_not_the_newest_proven(offline, shelf):
    first, second, newest = shelf.add(3, "equal"), shelf.add(2, "equal"), shelf.add(1, "exists")
    assert said(offline("backup", "prune", second, "--yes"))[:2] == (
        1, f"migrate-safe: error: {second} is the newest backup that was restored for proof: it stays")
    assert said(offline("backup", "prune", "nothing", "--yes"))[0] == 5
    offline("backup", "prune", first, newest, "--yes").ok()
    assert shelf.ids() == [second]


def test_each_database_keeps_its_own_newest_proven(offline, shelf):
    mine = shelf.add(days=90, level="equal")
    shelf.add(days=80, level="equal", database="blog")
    theirs = shelf.add(days=70, level="equal", database="blog")
    part = shelf.add(days=60, level="equal", content="schema")
    result = offline("backup", "prune", mine, "--yes").failed(1)
    assert f"{mine} is the newest backup that was restored for proof" in result.err
    offline("backup", "prune", mine[:-1], "--yes").failed(1)
    newest = shelf.add(days=50, level="exists")
    offline(*keep_none("--yes")).ok()
    assert shelf.ids() == [mine, theirs, newest] and part not in shelf.ids()


def test_named_by_a_beginning_or_by_latest(offline, shelf):
    shelf.add(days=90)
    middle = shelf.add(days=80, level="exists")
    newest = shelf.add(days=3, level="exists")
    offline("backup", "prune", middle[:-1], "--yes").ok()
    assert middle not in shelf.ids()
    offline("backup", "prune", "latest", "--yes").ok()
    assert newest not in shelf.ids() and len(shelf.ids()) == 1
    result = offline("backup", "prune", "elsewhere/backup-1", "--yes").failed(5)
    assert "by its id" in result.err


def test_half_backups_go(offline, shelf):
    whole = shelf.add(1)
    (shelf.path / ".backup-20260101T000000Z.lock").touch()
    (shelf.path / ".backup-20260101T000000Z.partial").mkdir()
    (shelf.path / ".backup-20260101T000000Z.partial/toc.dat").touch()
    shown = offline("backup", "prune", "--dry-run").ok().out
    assert "half a backup, whoever made it is gone" in shown
    assert (shelf.path / ".backup-20260101T000000Z.partial").exists()
    offline("backup", "prune", "--yes").ok()
    assert sorted(path.name for path in shelf.path.iterdir()) == [f"backup-{whole}.dump", f"backup-{whole}.json"]


def test_named_ones_go_and_no_half_backup_with_them(offline, shelf):
    named, _ = shelf.add(2, "exists"), shelf.add(1)
    half = shelf.path / ".backup-20260101T000000Z.partial"
    half.write_bytes(b"PGDMP")
    (shelf.path / ".backup-20260101T000000Z.lock").touch()
    assert "half a backup" not in offline("backup", "prune", named, "--dry-run").ok().out
    offline("backup", "prune", named, "--yes").ok()
    assert half.exists() and named not in shelf.ids()


def test_a_manifest_without_its_backup_goes_and_what_is_broken_stays(offline, shelf):
    bare, cut = shelf.add(2), shelf.add(1)
    shelf.bytes(bare).unlink()
    shelf.manifest(cut).write_text("{")
    offline("backup", "prune", "--yes").ok()
    assert shelf.ids() == [cut] and shelf.bytes(cut).exists()


def test_replaced_databases_go_by_age(cli, folder, database, shelf):
    folder.tables(1)
    cli("up").ok()
    old, young, foreign = (f"{database.name}_replaced_{word}" for word in ("old", "young", "foreign"))
    with database.connect() as connection:
        for name in (old, young, foreign):
            connection.execute(f'CREATE DATABASE "{name}"')
        try:
            for name, at in ((old, "2020-01-01T00:00:00.000Z"), (young, "2999-01-01T00:00:00.000Z")):
                comment = marker(database.name, at)
                connection.execute(f"COMMENT ON DATABASE \"{name}\" IS '{comment}'")
            shown = cli("backup", "prune", "--dry-run").ok().out
            assert old in shown and young in shown and foreign not in shown
            cli("backup", "prune", "--yes").ok()
            left = {name for name, in connection.execute("SELECT datname FROM pg_database")}
            assert old not in left and {young, foreign, database.name} <= left
        finally:
            for name in (old, young, foreign):
                connection.execute(f'DROP DATABASE IF EXISTS "{name}"')


def marker(of, at):
    """As a restore writes it into the comment of what it replaced."""
    said = {"step": "replaced", "of": of, "backup": "20260101T000000Z", "at": at, "run_id": None}
    return ("replaced by migrate-safe backup restore, kept until migrate-safe backup prune: "
            + json.dumps(said))
