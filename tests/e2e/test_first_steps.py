"""Somebody who has only the program and its help."""
from harness.history import versions
from harness.message import hint

HELP = "help: migrate-safe help\n"


def test_from_nothing_to_a_table_and_back(cli, tmp_path, database):
    nothing = cli().failed(5)
    assert nothing.err.endswith(HELP)
    assert "migrate-safe new NAME --dir migrations" in hint(nothing)
    up, down = cli("new", "add users", "--dir", "migrations").ok().out.split()
    assert (up, down) == ("migrations/001_add_users.up.sql", "migrations/001_add_users.down.sql")
    (tmp_path / up).write_text("CREATE TABLE users (id int PRIMARY KEY);\n")
    (tmp_path / down).write_text("DROP TABLE users;\n")
    assert "add_users           1  one transaction" in cli("plan").ok().out
    assert cli("status").ok().out.endswith("next: migrate-safe plan, then migrate-safe up\n")
    applied = cli("up").ok().out
    assert "Applied 1 migration in " in applied and database.has("users")
    next_line = applied.splitlines()[-1]
    assert next_line == "next: migrate-safe status; to undo the last: migrate-safe down"
    cli(*next_line.split("migrate-safe ")[-1].split()).ok()  # what it says can be typed
    assert not database.has("users") and versions(database) == []


def test_new_says_what_to_do_next_to_people_only(cli, folder):
    shown = cli.in_terminal("new", "first").ok().out
    assert shown.endswith("next: write the change and the way back into them, then migrate-safe plan\r\n")
    assert cli("new", "second").ok().err == ""


def test_new_with_dry_run_makes_nothing(cli, tmp_path):
    cli("new", "x", "--dir", "a/b", "--dry-run").failed(5)
    (tmp_path / "migrations").mkdir()
    assert cli("new", "x", "--dry-run").ok().out.startswith("migrations/001_x.up.sql\n")
    assert list(tmp_path.rglob("*")) == [tmp_path / "migrations"]


def test_a_file_applied_before_it_was_written_can_be_taken_back(cli, folder, database):
    """The text that `new` leaves has no statement: applied by mistake, it must not be a trap."""
    up, down = cli("new", "users").ok().out.split()
    warned = cli("up").ok()
    assert warned.err == (f"migrate-safe: warning: {up} has no statement: version 001 changes nothing\n")
    cli("down").ok()
    assert versions(database) == []
    folder.write("001_users.up.sql", "CREATE TABLE users ();")
    folder.write("001_users.down.sql", "DROP TABLE users;")
    cli("up").ok()
    assert database.has("users")


def test_an_empty_down_of_a_real_change_is_refused(cli, folder, database):
    folder.pair("001_users", "CREATE TABLE users ();", "-- later")
    cli("up").ok()
    result = cli("down", "-s").failed(1)
    assert result.err.startswith("migrations/001_users.down.sql:1:1: error: the down migration of version "
                                 "001 is empty: it would undo nothing\n")
    assert database.has("users")


def test_a_database_that_others_made(cli, folder, database):
    database.query("CREATE TABLE theirs ()")
    folder.tables(1)
    advice = "migrate-safe baseline VERSION (0: nothing yet)"
    assert cli("status").ok().out.endswith(f"next: say what is there already: {advice}\n")
    assert advice in hint(cli("up").failed(1))
    cli("baseline", "0").ok()
    assert cli("status").ok().out.endswith("next: migrate-safe plan, then migrate-safe up\n")
    cli("up").ok()
    assert versions(database) == ["001"]
