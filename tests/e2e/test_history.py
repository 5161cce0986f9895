"""history: who applied what, when, how long it took."""
import re


def test_newest_first_with_all_that_is_known(cli, folder):
    folder.tables(3)
    cli("up").ok()
    rows = cli("history", "--json").ok().json()["migrations"]
    assert [row["version"] for row in rows] == ["003", "002", "001"]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", row["applied_at"])
               for row in rows)
    assert len({row["run_id"] for row in rows}) == 1
    assert [row["applied_by"] for row in rows] == ["postgres"] * 3


def test_limit(cli, folder):
    folder.tables(3)
    cli("up").ok()
    assert len(cli("history", "--limit", "2", "--json").ok().json()["migrations"]) == 2
    assert cli("history", "--limit=1").ok().out.count("\n") == 2


def test_it_needs_no_folder(cli, folder):
    folder.tables(1)
    cli("up").ok()
    for name in folder.names():
        folder.remove(name)
    folder.path.rmdir()
    assert "table_1" in cli("history").ok().out


def test_nothing_yet(cli):
    assert cli("history").ok().out == "nothing was applied yet\n"
    assert cli("history", "--json").ok().json()["migrations"] == []


def test_times_are_utc_wherever_one_is(cli, folder):
    folder.tables(1)
    cli("up").ok()
    here = cli("history").ok().out
    there = {"PGOPTIONS": "-c timezone=Asia/Tokyo -c datestyle=German", "TZ": "Asia/Tokyo"}
    assert cli("history", env=there).ok().out == here


def test_the_duration_is_measured(cli, folder):
    folder.write("001_slow.up.sql", "SELECT pg_sleep(0.3);")
    cli("up").ok()
    row = cli("history", "--json").ok().json()["migrations"][0]
    assert row["duration_ms"] >= 300


def test_a_text_in_the_name_harms_no_terminal(cli, folder, database):
    folder.tables(1)
    cli("up").ok()
    database.query("UPDATE migrate_safe.schema_migrations SET applied_by = E'\\x1b[2Jx\\u009b'")
    for out in (cli("history").ok().out, cli.in_terminal("history").out):
        assert "\x1b[2J" not in out and "\u009b" not in out and "x" in out
