"""status: the folder beside the history."""
import pytest


def states(cli):
    return {item["version"]: item["state"]
            for item in cli("status", "--json").ok().json()["migrations"]}


def test_every_state(cli, folder, database):
    folder.tables(6)
    folder.remove("002_table_2.up.sql")
    folder.remove("002_table_2.down.sql")
    cli("up", "--to", "5").ok()
    folder.tables(1, first=2)
    folder.write("003_table_3.up.sql", "-- edited\n")
    folder.remove("004_table_4.up.sql")
    folder.remove("004_table_4.down.sql")
    database.query("UPDATE migrate_safe.schema_migrations SET dirty = true, statements_done = 1,"
                   " statements_total = 3 WHERE version = '005'")
    assert states(cli) == {"001": "applied", "002": "late", "003": "edited", "004": "missing",
                           "005": "dirty", "006": "pending"}
    out = cli("status").ok().out
    assert "3 applied, 2 pending (1 late), 1 edited, 1 without a file, 1 dirty" in out
    assert "1 of 3 statements done" in out


def test_exit_code_is_asked_for(cli, folder):
    folder.tables(1)
    cli("status").ok()
    cli("status", "--exit-code").failed(1)
    cli("up").ok()
    cli("status", "--exit-code").ok()


def test_a_bare_call_is_status_and_names_help(cli, folder, database):
    folder.tables(1)
    result = cli().ok()
    assert "0 applied, 1 pending" in result.out and "migrate-safe help" in result.err
    assert not database.has("t_1")


def test_what_to_do_next(cli, folder):
    folder.tables(1)
    assert "next: migrate-safe plan, then migrate-safe up" in cli("status").ok().out
    cli("up").ok()
    assert "next:" not in cli("status").ok().out


def test_a_version_is_shown_as_the_file_spells_it(cli, folder):
    for version in ("1", "002", "20231223_001"):
        folder.write(f"{version}_x.up.sql", "SELECT 1;")
    assert list(states(cli)) == ["1", "002", "20231223_001"]
    cli("up").ok()
    assert "20231223_001" in cli("history").ok().out


def test_a_version_spelled_otherwise_now_is_the_same(cli, folder, database):
    folder.tables(1)
    cli("up").ok()
    for kind in ("up", "down"):
        folder.write(f"1_table_1.{kind}.sql", folder.read(f"001_table_1.{kind}.sql"))
        folder.remove(f"001_table_1.{kind}.sql")
    assert states(cli) == {"1": "applied"}
    assert "Nothing to do" in cli("up").ok().out


def test_line_ends_and_bom_change_nothing(cli, folder):
    folder.write("001_a.up.sql", b"CREATE TABLE a (id int);\nSELECT 1;\n")
    cli("up").ok()
    folder.write("001_a.up.sql", b"\xef\xbb\xbfCREATE TABLE a (id int);\r\nSELECT 1;\r\n")
    assert states(cli) == {"001": "applied"}
    folder.write("001_a.up.sql", b"CREATE TABLE a (id int);\nSELECT 1; \n")
    assert states(cli) == {"001": "edited"}


@pytest.mark.parametrize("command", ["up", "plan"])
def test_an_edited_file_stops_up(cli, folder, database, command):
    folder.tables(2)
    cli("up", "--steps", "1").ok()
    folder.write("001_table_1.up.sql", "CREATE TABLE t_1 (id bigint);")
    result = cli(command, "-s").failed(1)
    assert result.err.startswith("migrations/001_table_1.up.sql:1:1: error: version 001 was edited "
                                 "after it was applied\n")
    assert not database.has("t_2")


@pytest.mark.parametrize("command", ["up", "plan"])
def test_a_late_file_stops_up_unless_allowed(cli, folder, database, command):
    folder.tables(1, first=2)
    cli("up").ok()
    folder.tables(1)
    result = cli(command, "-s").failed(1)
    assert "migrations/001_table_1.up.sql:1:1: error: version 001 is late" in result.err
    assert "--allow-late" in result.err
    cli(command, "-s", "--allow-late").ok()


def test_force_passes_late_files_too(cli, folder, database):
    folder.tables(1, first=2)
    cli("up").ok()
    folder.tables(1)
    cli("up", "-s", "-f").ok()
    assert database.has("t_1")
