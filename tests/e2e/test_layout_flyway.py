"""The layout flyway: versions and undos, placeholders, options of scripts. Repeatable migrations and
baseline scripts have files of their own."""
import pytest

from harness.history import row, versions

SKIP = "--skip-backup"


@pytest.fixture
def shop(folder):
    """Two versions with their undos, one in a folder below."""
    folder.write("V1__users.sql", "CREATE TABLE users (id int);\n")
    folder.write("U1__users.sql", "DROP TABLE users;\n")
    folder.write("orders/V1_1__orders.sql", "CREATE TABLE orders (id int);\n")
    folder.write("orders/U1.1__orders.sql", "DROP TABLE orders;\n")
    return folder


def test_up_and_down(cli, shop, database):
    shop.write("V1.10__last.sql", "CREATE TABLE last (id int);\n")
    shop.write("V1.9__before.sql", "CREATE TABLE before (id int);\n")
    cli("up").ok()
    assert versions(database) == ["1", "1_1", "1.9", "1.10"]
    assert row(database, "1_1", "name", "layout", "kind", "down_sql") == (
        "orders", "flyway", "versioned", "DROP TABLE orders;\n")
    result = cli("down", SKIP).failed(1)
    assert "migrations/V1.10__last.sql:1:1: error: version 1.10 has no down migration" in result.err
    shop.write("U1.10__last.sql", "DROP TABLE last;")
    shop.write("U1_9__before.sql", "DROP TABLE before;")
    cli("down", SKIP, "--to", "1.1").ok()
    assert versions(database) == ["1", "1_1"]
    cli("down", SKIP, "--to", "0").ok()
    assert not database.has("users") and not database.has("orders")


def test_up_to_and_steps(cli, shop, database):
    shop.write("V2__c.sql", "CREATE TABLE c (id int);")
    cli("up", "--steps", "1").ok()
    assert versions(database) == ["1"]
    cli("up", SKIP, "--to", "1.1").ok()
    assert versions(database) == ["1", "1_1"]


def test_a_late_version(cli, shop, database):
    shop.write("V2__c.sql", "CREATE TABLE c (id int);")
    cli("up").ok()
    shop.write("V1.5__late.sql", "CREATE TABLE late (id int);")
    result = cli("up", SKIP).failed(1)
    assert "migrations/V1.5__late.sql:1:1: error: version 1.5 is late" in result.err
    cli("up", SKIP, "--allow-late").ok()
    assert versions(database) == ["1", "1_1", "2", "1.5"]


def test_new_in_the_folders_own_style(cli, shop):
    result = cli("new", "Add invoices").ok()
    assert result.out == ("migrations/V1_2__add_invoices.sql\nmigrations/U1_2__add_invoices.sql\n")
    result = cli("validate").ok()
    assert "4 warnings" not in result.out and "0 errors" in result.out
    assert result.err.count("the file has no statement") == 2


def test_new_begins_a_folder(cli, folder):
    assert cli("new", "first", "--layout", "flyway").ok().out == (
        "migrations/V1__first.sql\nmigrations/U1__first.sql\n")


def test_nothing_is_passed_over(cli, shop, database):
    shop.write("notes.sql", "SELECT 1;")
    shop.write("afterMigrate__grants.sql", "GRANT SELECT ON users TO app;")
    shop.write("beforeRepair.sql", "SELECT 1;")
    result = cli("up").failed(1)
    assert ("migrations/afterMigrate__grants.sql: error: Flyway runs this callback around its "
            "migrations, migrate-safe runs none") in result.err
    result = cli("validate").failed(1)
    assert ("migrations/notes.sql: error: this folder is Flyway's, and the file name begins with "
            "none of V, U, R, B\n  hint:   rename it, for example to V1__notes.sql") in result.err
    assert ("migrations/beforeRepair.sql: warning: migrate-safe never runs this callback of "
            "Flyway's") in result.err
    assert versions(database) == []
    shop.remove("notes.sql")
    shop.remove("afterMigrate__grants.sql")
    cli("up").ok()


# --- placeholders ---

def test_a_placeholder_without_a_value(cli, folder, database):
    folder.write("V1__a.sql", "SELECT 1;\nSELECT 'ä', '${tenant}';\n")
    result = cli("up").failed(1)
    assert result.err.startswith(
        "migrations/V1__a.sql:2:14: error: the placeholder tenant has no value\n"
        "  2 | SELECT 'ä', '${tenant}';\n"
        "    |              ^\n")
    assert "--set tenant=VALUE, FLYWAY_PLACEHOLDERS_TENANT in the environment" in result.err
    assert versions(database) == []


@pytest.mark.parametrize("arguments, environment, conf, expected", [
    (["--set", "tenant=said"], {"FLYWAY_PLACEHOLDERS_TENANT": "environment"}, True, "said"),
    ([], {"FLYWAY_PLACEHOLDERS_TENANT": "environment"}, True, "environment"),
    ([], {}, True, "file"),
], ids=["--set", "environment", "flyway.conf"])
def test_where_a_value_comes_from(cli, folder, database, arguments, environment, conf, expected):
    folder.write("V1__a.sql", "CREATE TABLE t AS SELECT '${Tenant}'::text AS tenant, "
                              "$${\"json\": 1}$$::text AS json;")
    folder.write("../flyway.conf", "flyway.placeholders.tenant=file\n")
    cli("up", *arguments, env=environment).ok()
    assert database.query("SELECT * FROM t") == [(expected, '{"json": 1}')]
    assert "${Tenant}" in row(database, "1", "up_sql")[0]


def test_another_value_is_no_edit_of_a_version(cli, folder, database):
    folder.write("V1__a.sql", "CREATE TABLE ${name} (id int);")
    cli("up", "--set", "name=one").ok()
    assert cli("status", "--json", "--set", "name=two").ok().json()["edited"] == 0


def test_positions_behind_a_placeholder(cli, folder, database):
    folder.write("V1__a.sql", "SELECT 1;\nSELECT '${a}', ${b}, nowhere;\n")
    result = cli("up", "--set", "a=a long value of many words", "--set", "b=1").failed(2)
    assert result.err.startswith("migrations/V1__a.sql:2:22: error: column \"nowhere\" does not exist")
    assert "  2 | SELECT 'a long value of many words', 1, nowhere\n" in result.err


def test_what_is_not_known_here_is_asked_for(cli, folder, database):
    folder.write("V1__a.sql", "CREATE TABLE t AS SELECT '${flyway:user}'::text, "
                              "'${flyway:filename}'::text AS file;")
    result = cli("up").failed(1)
    assert "migrations/V1__a.sql:1:27: error: the value of the placeholder flyway:user is not known" in result.err
    assert "hint:   give it: --set flyway:user=VALUE" in result.err
    cli("up", "--set", "flyway:user=ann").ok()
    assert database.value("SELECT file FROM t") == "V1__a.sql"


def test_a_down_whose_file_is_gone_gets_its_values_too(cli, folder, database):
    folder.write("V1__a.sql", "CREATE TABLE ${t} (id int);")
    folder.write("U1__a.sql", "DROP TABLE ${t};")
    folder.write("V2__b.sql", "SELECT 1;")
    cli("up", "--set", "t=users").ok()
    folder.remove("V1__a.sql")
    folder.remove("U1__a.sql")
    folder.write("U2__b.sql", "SELECT 2;")
    cli("down", SKIP, "--to", "0", "--set", "t=users").ok()
    assert not database.has("users")


def test_placeholders_turned_off(cli, folder, database):
    folder.write("V1__a.sql", "CREATE TABLE t AS SELECT '${a}'::text AS a;")
    folder.write("flyway.toml", "[flyway]\nplaceholderReplacement = false\n")
    cli("up").ok()
    assert database.value("SELECT a FROM t") == "${a}"


# --- options of a script ---

def test_options(cli, folder, database):
    folder.write("V1__a.sql", "CREATE TABLE t (a text DEFAULT '${a}');\n"
                              "CREATE INDEX CONCURRENTLY i ON t (a);\nSELECT 1;\n")
    folder.write("V1__a.sql.conf", "placeholderReplacement=false\nexecuteInTransaction=false\n")
    folder.write("U1__a.sql", "DROP TABLE t;")
    folder.write("U1__a.sql.conf", "executeInTransaction=false\n")
    folder.write("V2__never.sql", "SELECT broken")
    folder.write("V2__never.sql.conf", "shouldExecute=false\n")
    plan = cli("plan", "--json").ok().json()
    assert [(step["version"], step["one_transaction"]) for step in plan["steps"]] == [("1", False)]
    result = cli("up").ok()
    assert versions(database) == ["1"]
    assert ("migrations/V2__never.sql.conf: warning: version 2 is never run: shouldExecute=false"
            in cli("status").ok().err)
    assert cli("down", SKIP, "--dry-run", "--json").ok().json()["steps"][0]["one_transaction"] is False
    cli("down", SKIP).ok()
    assert not database.has("t"), result


@pytest.mark.parametrize("text, expected", [
    ("shouldExecute=${env}==prod\n", "V1__a.sql.conf:1:1: error: shouldExecute: only true and false"),
    ("# x\nexecuteInTransactoin=false\n", "V1__a.sql.conf:2:1: error: executeInTransactoin: there is no"),
    ("encoding=latin1\n", "V1__a.sql.conf:1:1: error: encoding: only UTF-8 is read"),
])
def test_options_that_we_cannot_honour(cli, folder, database, text, expected):
    folder.write("V1__a.sql", "SELECT 1;")
    folder.write("V1__a.sql.conf", text)
    assert f"migrations/{expected}" in cli("up").failed(1).err
    assert versions(database) == []
