"""The layout refinery: V files in order, U files whenever they come; refinery.toml tells it."""
import pytest

from harness.history import row, versions
from harness.message import said


@pytest.mark.parametrize("sign", ["refinery.toml", "../refinery.toml"])
def test_up(cli, folder, database, sign):
    folder.write(sign, '[main]\ndb_type = "Postgres"\n')
    folder.write("V10__last.sql", "ALTER TABLE t ADD c int;")
    folder.write("first/V1__t.sql", "CREATE TABLE t (id int);")
    folder.write("first/deeper/V2__b.sql", "ALTER TABLE t ADD b int;")
    cli("up").ok()
    assert versions(database) == ["1", "2", "10"]
    assert row(database, "2", "name", "layout") == ("b", "refinery")


def test_u_may_be_late_and_v_may_not(cli, folder, database):
    folder.write("refinery.toml", "")
    folder.write("V5__t.sql", "CREATE TABLE t (id int);")
    cli("up").ok()
    folder.write("U3__v.sql", "CREATE VIEW v AS SELECT 1;")
    cli("validate").ok()
    cli("up", "-s").ok()
    assert versions(database) == ["5", "3"]
    folder.write("V4__x.sql", "CREATE TABLE x (id int);")
    assert "late" in cli("up").failed(1).err
    assert versions(database) == ["5", "3"]


def test_a_name_that_refinery_passes_over(cli, folder, database):
    folder.write("refinery.toml", "")
    folder.write("sub/V1_t.sql", "CREATE TABLE t (id int);")
    assert said(cli("up")) == (
        1, "migrations/sub/V1_t.sql: error: refinery passes over a name that is not "
        "V<NUMBER>__<NAME>.sql",
        "rename it, for example to V1__what_it_does.sql, or move it out of the folder")


def test_the_same_version_in_two_folders(cli, folder, database):
    folder.write("refinery.toml", "")
    folder.write("V1__a.sql", "CREATE TABLE a (id int);")
    folder.write("sub/U1__b.sql", "CREATE TABLE b (id int);")
    assert said(cli("up")) == (
        1, "migrations/V1__a.sql: error: version 1 is also the version of migrations/sub/U1__b.sql",
        "give one of the two files a version of its own")


def test_there_is_no_way_down(cli, folder, database):
    folder.write("refinery.toml", "")
    folder.write("V1__a.sql", "CREATE TABLE a (id int);")
    folder.write("V2__b.sql", "CREATE TABLE b (id int);")
    result = cli("validate").ok()
    assert result.err.count("warning") == 1
    assert "migrations: warning: the layout refinery has no down migrations" in result.err
    cli("up").ok()
    assert cli("down", "-s").failed(1)
    assert versions(database) == ["1", "2"]


def test_new(cli, folder, database):
    folder.write("refinery.toml", "")
    folder.write("V9__a.sql", "CREATE TABLE a (id int);")
    assert cli("new", "add users").ok().out == "migrations/V10__add_users.sql\n"
    cli("validate").ok()
