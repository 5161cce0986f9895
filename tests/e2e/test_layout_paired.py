"""The layout paired: golang-migrate's names and Ory's infixes."""
from harness.history import events, row, versions


def test_names_of_golang_migrate(cli, folder, database):
    folder.write("1_a.up.pgsql", "CREATE TABLE a (id int);")
    folder.write("1_a.down.pgsql", "DROP TABLE a;")
    folder.write("2_b.up.old.up.sql", "CREATE TABLE b (id int);")
    folder.write("2_b.down.v2.sql", "DROP TABLE b;")
    cli("validate", "--layout", "golang-migrate").ok()
    cli("up").ok()
    assert row(database, "2", "name", "layout") == ("b.up.old", "paired")
    cli("down", "--to", "0", "-s").ok()
    assert versions(database) == [] and not database.has("a") and not database.has("b")


def test_infixes_of_ory(cli, folder, database):
    folder.write("20190101_a.up.sql", "CREATE TABLE wrong (id int);")
    folder.write("20190101_a.postgres.up.sql", "CREATE TABLE a (id int);")
    folder.write("20190101_a.mysql.up.sql", "CREATE TABLE `a` (id int);")
    folder.write("20190101_a.down.sql", "DROP TABLE a;")
    folder.write("20190102_i.autocommit.up.sql", "CREATE INDEX i ON a (id);\nSELECT 1;")
    folder.write("20190102_i.down.sql", "DROP INDEX i;")
    cli("up").ok()
    assert versions(database) == ["20190101", "20190102"]
    assert database.has("a") and not database.has("wrong")
    assert "steps_begun" not in events(database, "20190101")
    assert "steps_begun" in events(database, "20190102")
    cli("down", "-s").ok()
    assert "down_steps_begun" not in events(database, "20190102")
    result = cli("validate").ok()
    assert result.err == (
        "migrations/20190101_a.mysql.up.sql: warning: 2 files like this one are not run: they are "
        "for other databases, or PostgreSQL has its own\n"
        "  hint:   one for PostgreSQL alone is called NAME.postgres.up.sql\n")


def test_supabase_is_plain(cli, folder, database):
    folder.write("20240101000000_a.sql", "CREATE TABLE a (id int);")
    cli("up", "--layout", "supabase").ok()
    assert row(database, "20240101000000", "layout") == ("plain",)
