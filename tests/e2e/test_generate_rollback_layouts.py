"""`generate-rollback` in every layout: where the down is written, that it is read there, and that the up stays what was applied."""
import pytest

from harness.history import versions

pytestmark = pytest.mark.once

UP = """CREATE TABLE t (id int PRIMARY KEY);
{begin}CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$
BEGIN
  RETURN 1;
END
$$;
{end}CREATE TABLE u (id int);
"""
PLAIN = UP.format(begin="", end="")
BLOCKS = UP.format(begin="-- +{0} StatementBegin\n", end="-- +{0} StatementEnd\n").format
PLAN = "%syntax-version=1.0.0\n%project=p\n\nx 2026-01-01T00:00:00Z Ada <ada@example.org> # x\n"

# layout: files, where the down is
LAYOUTS = {
    "paired": ({"001_x.up.sql": PLAIN}, "001_x.down.sql"),
    "plain": ({"001_x.sql": PLAIN}, "rollback/001_x_down.sql"),
    "dbmate": ({"001_x.sql": f"-- migrate:up\n{PLAIN}\n-- migrate:down\n\n"}, "001_x.sql"),
    "goose": ({"00001_x.sql": f"-- +goose Up\n{BLOCKS('goose')}"}, "00001_x.sql"),
    "sql-migrate": ({"001-x.sql": f"-- +migrate Up\n{BLOCKS('migrate')}"}, "001-x.sql"),
    "tern": ({"001_x.sql": PLAIN}, "001_x.sql"),
    "node-pg-migrate": ({"1700000000000_x.sql": f"-- Up Migration\n{PLAIN}"}, "1700000000000_x.sql"),
    "diesel": ({"2024-01-01-000000_x/up.sql": PLAIN}, "2024-01-01-000000_x/down.sql"),
    "prisma": ({"20240101000000_x/migration.sql": PLAIN}, "20240101000000_x/down.sql"),
    "sqlx": ({"20240101000000_x.up.sql": PLAIN}, "20240101000000_x.down.sql"),
    "flyway": ({"V1__x.sql": PLAIN}, "U1__x.sql"),
    "sqitch": ({"sqitch.plan": PLAN, "sqitch.conf": "[core]\n\tengine = pg\n", "deploy/x.sql": PLAIN, "revert/x.sql": ""}, "revert/x.sql"),
}


@pytest.mark.slice
@pytest.mark.parametrize("layout", sorted(LAYOUTS, reverse=True))  # tern: the up's file, without a marker so far
def test_the_down_is_where_the_layout_has_it(cli, folder, database, layout):
    files, place = LAYOUTS[layout]
    for name, text in files.items():
        folder.write(name, text.encode())
    cli("up", "--layout", layout, "-s").ok()
    applied = versions(database)
    result = cli("generate-rollback", "--layout", layout).ok()
    assert f"migrations/{place}\n" in result.out and result.out.startswith("proven"), result
    assert "-- Proven: by round trip" in folder.read(place)
    assert cli("status", "--layout", layout, "--json").ok().json()["edited"] == 0
    assert "Nothing to do" in cli("generate-rollback", "--layout", layout).ok().out
    cli("down", "--layout", layout, "-s").ok()
    assert applied and versions(database) == []
    assert not database.has("t") and not database.has("u")


@pytest.mark.slow
def test_what_people_wrote_is_replaced_only_by_its_name(cli_without_database, folder):
    cli = cli_without_database
    folder.pair("001_x", "CREATE TABLE a ();", "DROP TABLE a; -- ours")
    folder.pair("002_x", "CREATE TABLE b ();", "")
    assert cli("generate-rollback", "--overwrite").ok().out.startswith("proven      002 x  migrations/002_x.down.sql\n")
    assert folder.read("001_x.down.sql").endswith("-- ours")
    result = cli("generate-rollback", "001").failed(1)
    assert "refused     001 x\n            it has a down already, which --overwrite would replace\n" in result.out
    result = cli("generate-rollback", "001", "--overwrite", "--dry-run").ok()
    assert "DROP TABLE public.a;" in result.out and "proven      001 x\n" in result.err
    assert folder.read("001_x.down.sql").endswith("-- ours")
    cli("generate-rollback", "001", "--overwrite").ok()
    assert "DROP TABLE public.a;" in folder.read("001_x.down.sql")


@pytest.mark.slow
def test_an_up_that_would_be_edited_by_it_is_left(cli_without_database, folder):
    folder.write("001_x.sql", b"CREATE TABLE a ();")
    result = cli_without_database("generate-rollback", "--layout", "tern").failed(1)
    assert "its last line has no end" in result.out
    assert folder.read("001_x.sql") == "CREATE TABLE a ();"


@pytest.mark.slow
def test_a_layout_without_downs(cli_without_database, folder):
    folder.write("V1__x.sql", "CREATE TABLE a ();")
    result = cli_without_database("generate-rollback", "--layout", "refinery").failed(1)
    assert "the layout refinery has no place for a down" in result.out
    assert "DROP TABLE public.a;" in cli_without_database("generate-rollback", "--layout", "refinery", "--dry-run").ok().out


@pytest.mark.slow
def test_a_down_of_another_text_asks(cli, folder, database):
    folder.write("001_x.up.sql", "CREATE TABLE a ();\n")
    cli("generate-rollback").ok()
    folder.write("001_x.up.sql", "CREATE TABLE a (); CREATE TABLE b ();\n")
    cli("up", "-s").ok()
    result = cli("down", "-s").failed(1)
    assert "the down of version 001 was made from another text of its up" in result.err
    cli("down", "-s", "--yes").ok()
    assert database.has("b")
