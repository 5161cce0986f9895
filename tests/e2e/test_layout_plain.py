"""The layout plain: one file a migration, its down wherever a team keeps it."""
import pytest

from harness.history import row, versions

DOWNS = ["rollback/002_b_down.sql", "rollbacks/002_b_down.sql", "rollback/002_b.rollback.sql",
         "rollbacks/002_b.down.sql", "rollbacks/002_b.sql", "rollback/002_b.sql",
         "../rollback/002_b_down.sql", "../rollbacks/002_b.sql", "../rollbacks/002_b_down.sql",
         "../rollback/002_b.down.sql", "../rollbacks/002_b.rollback.sql",
         "002_b_down.sql", "002_b.rollback.sql", "002_b.down.sql"]


@pytest.mark.slow
@pytest.mark.parametrize("down", DOWNS)
def test_every_place_and_spelling_of_downs(cli, folder, database, down):
    folder.write("001_a.sql", "CREATE TABLE a (id int);")
    folder.write("002_b.sql", "CREATE TABLE b (id int);")
    folder.write(down, "DROP TABLE b;")
    cli("up").ok()
    assert versions(database) == ["001", "002"]
    assert row(database, "002", "layout", "down_sql") == ("plain", "DROP TABLE b;")
    document = cli("down", "-s", "--json").ok().json()
    assert document["migrations"][0]["file"].endswith(down.removeprefix("../"))
    assert database.has("a") and not database.has("b")


KAIRON = """\
-- Migration: add deals
-- Complexity: LOW
-- Estimated Duration: 30 seconds

CREATE TABLE deals (id int);
CREATE INDEX deals_id ON deals (id);

-- ============================================
-- ROLLBACK
-- ============================================
-- DROP INDEX deals_id;
-- DROP TABLE
--   deals;
"""


def test_a_rollback_in_comments_runs(cli, folder, database):
    folder.write("001_deals.sql", KAIRON.encode())
    cli("validate").ok()
    cli("up").ok()
    assert row(database, "001", "statements_total") == (2,)
    cli("down", "-s").ok()
    assert not database.has("deals") and versions(database) == []
    cli("up").ok()
    assert cli("redo", "-s").code == 0


def test_a_rollback_in_comments_has_right_positions(cli, folder, database):
    folder.write("001_deals.sql", KAIRON.replace("deals;\n", "dealz;\n").encode())
    cli("up").ok()
    result = cli("down", "-s").failed(4)
    assert 'migrations/001_deals.sql:12:4: error: table "dealz" does not exist' in result.err
    assert "  12 | DROP TABLE\n     | ^\n" in result.err
    assert versions(database) == ["001"] and database.has("deals_id")


def test_a_rollback_in_comments_is_stored(cli, folder, database):
    folder.write("001_deals.sql", KAIRON.encode())
    cli("up").ok()
    folder.remove("001_deals.sql")
    cli("down", "-s").ok()
    assert not database.has("deals")


def test_a_rollback_in_comments_with_crlf_and_bom(cli, folder, database):
    folder.write("001_deals.sql", b"\xef\xbb\xbf" + KAIRON.replace("\n", "\r\n").encode())
    cli("up").ok()
    cli("down", "-s").ok()
    assert not database.has("deals")


def test_a_down_file_goes_before_comments(cli, folder, database):
    folder.write("001_deals.sql", KAIRON.encode())
    folder.write("rollback/001_deals_down.sql", "DROP TABLE deals; CREATE TABLE by_file (id int);")
    cli("up").ok()
    cli("down", "-s").ok()
    assert database.has("by_file")


def test_two_folders_are_one_order(cli, tmp_path, database):
    from harness.folder import Folder
    one, other = Folder(tmp_path / "one"), Folder(tmp_path / "two")
    one.tables(1, first=1)
    one.tables(1, first=3)
    other.write("002_between.sql", "CREATE TABLE t_2 (id int);")
    cli("up", "--dir", "one", "--dir=two").ok()
    assert versions(database) == ["001", "002", "003"]
    assert [row(database, version, "layout")[0] for version in versions(database)] == [
        "paired", "plain", "paired"]


def test_the_same_version_in_two_folders_is_an_error(cli, tmp_path, database):
    from harness.folder import Folder
    Folder(tmp_path / "one").tables(2)
    Folder(tmp_path / "two").write("2_other.sql", "SELECT 1;")
    result = cli("up", "--dir", "one", "--dir", "two").failed(1)
    assert "is in two folders: one/002_table_2.up.sql and two/2_other.sql" in result.err
    assert versions(database) == []
