"""The layout table: the rows of a schema_versions table (Cody-2025) are the migrations."""
import pytest

from harness.history import row, versions
from harness.message import first, hint, said
from harness.rows import INIT, TABLE, insert, table

pytestmark = pytest.mark.once

# The guide's own, word for word.
GUIDE = """
INSERT INTO schema_versions (
    schema_version_version,
    schema_version_description,
    schema_version_up_sql,
    schema_version_is_current,
    schema_version_applied_at,
    schema_version_applied_by
) VALUES (
    '1.1.0',
    'Add phone_number to users, remove old_address from organizations',
    'ALTER TABLE users ADD COLUMN user_phone_number VARCHAR(50);
     ALTER TABLE organizations DROP COLUMN organization_old_address;',
    false,
    NULL,
    'developer'
);
"""


def columns(database, relation):
    return [name for name, in database.query(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
        " AND NOT attisdropped ORDER BY attnum", [relation])]


@pytest.fixture
def cody(database):
    database.query(TABLE + INIT)
    return database


@pytest.fixture
def taken_over(cli, cody):
    """With a column for downs, and the baseline made."""
    cody.query("ALTER TABLE schema_versions ADD COLUMN schema_version_down_sql text")
    (cli.cwd / "migrate-safe.yaml").write_text("defaults:\n  layout: table\n")
    cli("baseline", "1.0.0").ok()
    return cody


FOUNDER = ("1.0.0", True, True, "founder")


def test_the_guide_from_end_to_end(cli, cody):
    cody.query(GUIDE)
    before = table(cody)
    shown = cli("status").ok()
    assert shown.err == ("migrations: the rows of public.schema_versions"
                         " (there is no folder of migrations here)\n")
    assert "2025-01-02 03:04:05 by founder, not in the history" in shown.out
    assert "next: say what is there already: migrate-safe baseline 1.0.0\n" in shown.out

    refused = cli("up", "--skip-backup").failed(1)
    assert "has tables, but no history of migrate-safe" in refused.err
    assert "public.schema_versions says that it is at version 1.0.0" in refused.err
    assert hint(refused) == "record that, without running it: migrate-safe baseline 1.0.0"

    assert "Recorded 1 version as applied" in cli("baseline", "1.0.0").ok().out
    assert table(cody) == before
    cli("plan").ok()
    cli("validate").ok()
    done = cli("up", "--skip-backup", "--json").ok().json()
    assert [step["file"] for step in done["migrations"]] == ["schema_versions[1.1.0]"]
    assert columns(cody, "users") == ["user_id", "user_name", "user_phone_number"]
    assert columns(cody, "organizations") == ["organization_id"]
    assert table(cody) == [("1.0.0", False, True, "founder"), ("1.1.0", True, True, "postgres")]
    assert row(cody, "1.1.0", "name", "layout", "kind", "statements_total") == (
        "Add phone_number to users, remove old_address from organizations", "table", "versioned", 2)
    # one event in two records, and one moment of it
    assert cody.value("SELECT schema_version_applied_at = applied_at FROM schema_versions"
                      " JOIN migrate_safe.schema_migrations ON version = schema_version_version"
                      " WHERE version = '1.1.0'")
    assert "Nothing to do" in cli("up", "--skip-backup").ok().out
    assert "2 applied, 0 pending" in cli("status").ok().out
    assert cli("validate").ok().err.count("warning") == 0


def test_what_cannot_be_a_transaction(cli, taken_over):
    """The guide's option B."""
    insert(taken_over, "1.1.0", "CREATE INDEX CONCURRENTLY users_name ON users (user_name);",
           down="DROP INDEX CONCURRENTLY users_name;")
    assert "step by step" in cli("plan").ok().out
    cli("up", "-s").ok()
    assert table(taken_over) == [("1.0.0", False, True, "founder"), ("1.1.0", True, True, "postgres")]
    assert taken_over.has("users_name")
    cli("down", "-s").ok()
    assert table(taken_over) == [FOUNDER, ("1.1.0", False, False, "postgres")]
    assert not taken_over.has("users_name")


def test_sql_that_fails_leaves_the_rows(cli, taken_over):
    insert(taken_over, "1.1.0", "ALTER TABLE users ADD COLUMN a int;\n  ALTER TABLE nobody ADD b int;")
    before = table(taken_over)
    result = cli("up", "-s").failed(2)
    assert first(result) == ('schema_versions[1.1.0]:2:3: error: relation "nobody" does not exist'
                             " (SQLSTATE 42P01)")
    assert "correct schema_versions[1.1.0], then migrate-safe up --skip-backup" in result.err
    assert table(taken_over) == before and versions(taken_over) == ["1.0.0"]
    assert "a" not in columns(taken_over, "users")


def test_down_and_redo(cli, taken_over):
    insert(taken_over, "1.1.0", "CREATE TABLE a ();", down="DROP TABLE a;")
    insert(taken_over, "1.2.0", "CREATE TABLE b ();", down="DROP TABLE b;")
    cli("up", "-s").ok()
    cli("redo", "-s").ok()
    assert table(taken_over) == [("1.0.0", False, True, "founder"), ("1.1.0", False, True, "postgres"),
                                 ("1.2.0", True, True, "postgres")]
    assert cli("down", "-s", "--json").ok().json()["migrations"][0]["file"] == (
        "schema_versions[1.2.0].down")
    assert table(taken_over) == [("1.0.0", False, True, "founder"), ("1.1.0", True, True, "postgres"),
                                 ("1.2.0", False, False, "postgres")]
    assert not taken_over.has("b")
    cli("down", "--to", "1.0.0", "-s").ok()
    assert table(taken_over) == [FOUNDER, ("1.1.0", False, False, "postgres"),
                                 ("1.2.0", False, False, "postgres")]
    assert versions(taken_over) == ["1.0.0"]
    assert "version 1.0.0 is a baseline" in cli("down", "-s").failed(1).err


def test_down_works_when_the_row_is_gone(cli, taken_over):
    insert(taken_over, "1.1.0", "CREATE TABLE a ();", down="DROP TABLE a;")
    cli("up", "-s").ok()
    taken_over.query("DELETE FROM schema_versions WHERE schema_version_version = '1.1.0'")
    assert "1 without a file" in cli("status").ok().out
    cli("down", "-s").ok()
    assert not taken_over.has("a") and table(taken_over) == [FOUNDER]


def test_without_a_column_for_downs(cli, cody):
    cody.query(GUIDE)
    cli("baseline", "1.0.0").ok()
    checked = cli("validate").ok()
    assert first(checked) != "" and hint(checked) == (
        "ALTER TABLE public.schema_versions ADD COLUMN schema_version_down_sql text, or mark the up:"
        " -- migrate-safe: irreversible: REASON")
    cli("up", "-s").ok()
    assert "version 1.1.0 has no down migration" in cli("down", "-s").failed(1).err


def test_versions_are_numbers_and_directives_are_read(cli, taken_over):
    insert(taken_over, "1.10.0", "ALTER TABLE a ADD b int;\n-- migrate-safe: irreversible: it is", "")
    insert(taken_over, "1.9.0", "CREATE TABLE a ();", " two\n  lines\t")
    assert [step["version"] for step in cli("up", "-s", "--json").ok().json()["migrations"]] == [
        "1.9.0", "1.10.0"]
    assert row(taken_over, "1.10.0", "name") == ("1.10.0",)
    assert row(taken_over, "1.9.0", "name") == ("two lines",)
    assert "version 1.10.0 is irreversible: it is" in cli("down", "-s").failed(1).err


def test_edited_and_late_rows(cli, taken_over):
    insert(taken_over, "1.2.0", "CREATE TABLE a ();\r\n")
    cli("up", "-s").ok()
    taken_over.query("UPDATE schema_versions SET schema_version_up_sql = E'CREATE TABLE a ();\\n'"
                     " WHERE schema_version_version = '1.2.0'")
    assert "edited" not in cli("status").ok().out
    taken_over.query("UPDATE schema_versions SET schema_version_up_sql = 'CREATE TABLE b ();'"
                     " WHERE schema_version_version = '1.2.0'")
    insert(taken_over, "1.1.0", "SELECT 1;")
    result = cli("up", "-s").failed(1)
    assert first(result) == ("schema_versions[1.2.0]:1:1: error: version 1.2.0 was edited after it"
                             " was applied")
    cli("recover", "--accept", "1.2.0", "--yes").ok()
    result = cli("up", "-s").failed(1)
    assert "schema_versions[1.1.0]:1:1: error: version 1.1.0 is late" in result.err
    cli("up", "-s", "--allow-late").ok()
    assert versions(taken_over) == ["1.0.0", "1.2.0", "1.1.0"]


def test_what_is_wrong_with_rows(cli, taken_over):
    taken_over.query("ALTER TABLE schema_versions ALTER schema_version_version DROP NOT NULL,"
                     " ALTER schema_version_up_sql DROP NOT NULL")
    insert(taken_over, "v2", "SELECT 1")
    insert(taken_over, None, "SELECT 1")
    insert(taken_over, "1.1", "SELECT 1")
    insert(taken_over, "1.01", "SELECT 1")
    insert(taken_over, "1.2", "SELECT 'oops")
    insert(taken_over, "1.3", None, down="")
    insert(taken_over, "1.4", "-- migrate-safe: lock-timeout soon")
    result = cli("validate").failed(1)
    errors = [line for line in result.err.splitlines() if "error:" in line]
    assert sorted(errors) == [
        "schema_versions[1.01]: error: version 1.01 is the version of 2 rows",
        "schema_versions[1.2]:1:8: error: unterminated quoted string",
        "schema_versions[1.4]:1:1: error: lock-timeout has no duration that can be read: \"soon\"",
        "schema_versions[]: error: a row has no version",
        'schema_versions[v2]: error: "v2" is no version',
    ]
    assert ("UPDATE public.schema_versions SET schema_version_version = '1.1.0' WHERE"
            " schema_version_version = 'v2'") in result.err
    assert "schema_versions[1.3]:1:1: warning: there is no statement in it" in result.err
    cli("up", "-s").failed(1)
    assert versions(taken_over) == ["1.0.0"]


def test_an_empty_row_changes_nothing(cli, taken_over):
    insert(taken_over, "1.1.0", "  -- to come")
    assert "schema_versions[1.1.0] has no statement: version 1.1.0 changes nothing" in (
        cli("up", "-s").ok().err)
    assert table(taken_over)[1] == ("1.1.0", True, True, "postgres")


def test_long_sql(cli, taken_over):
    insert(taken_over, "1.1.0", "CREATE TABLE a (t text);\n"
           + "INSERT INTO a VALUES ('" + "x" * 2_000_000 + "');\n"
           + "COPY a FROM stdin;\n" + "one\n" * 1000 + "\\.\n")
    cli("up", "-s").ok()
    assert taken_over.value("SELECT count(*) FROM a") == 1001
    assert row(taken_over, "1.1.0", "up_sql") == (None,)
    assert "2 applied, 0 pending" in cli("status").ok().out


# What the SQL leaves in the session, or wants of its transaction, keeps nobody from writing the rows.
HOSTILE = [
    "SET search_path = pg_temp; CREATE TEMP TABLE schema_versions (x int);",
    "CREATE SCHEMA other; CREATE TABLE other.schema_versions (LIKE public.schema_versions);"
    " SET search_path = other;",
    "CREATE ROLE {name} NOLOGIN; SET ROLE {name};",
    "BEGIN ISOLATION LEVEL SERIALIZABLE; CREATE TABLE a (); COMMIT;",
    "DEALLOCATE ALL;",
    "ALTER TABLE schema_versions ADD COLUMN note text;",
    "SET DateStyle = 'German'; SET TimeZone = 'Asia/Tokyo';",
]


@pytest.mark.parametrize("sql", HOSTILE)
def test_what_the_sql_does_to_its_session(cli, taken_over, sql):
    insert(taken_over, "1.1.0", sql.replace("{name}", f"role_{taken_over.name}"))
    insert(taken_over, "1.2.0", "SELECT 1;")
    cli("up", "-s", "--table", "public.schema_versions").ok()
    assert table(taken_over) == [("1.0.0", False, True, "founder"), ("1.1.0", False, True, "postgres"),
                                 ("1.2.0", True, True, "postgres")]
    taken_over.query("DROP SCHEMA IF EXISTS other CASCADE")


@pytest.mark.parametrize("types", [
    ("text", "timestamp", "text"), ("varchar", "timestamptz(0)", "name"), ("char(12)", "date", "varchar")])
def test_types_may_differ(cli, database, types):
    version, time, name = types
    database.query(TABLE.replace("varchar(20)", version).replace("timestamptz", time)
                   .replace("varchar(100)", name) + INIT + GUIDE)
    cli("baseline", "1.0.0").ok()
    cli("up", "-s").ok()
    assert [(current, applied) for _, current, applied, _ in table(database)] == [
        (False, True), (True, True)]


def test_the_name_in_the_rows_is_the_logins(cli, taken_over, cluster):
    name = f"login_{taken_over.name}"
    taken_over.query(f"CREATE ROLE {name} LOGIN SUPERUSER")
    insert(taken_over, "1.1.0", "SET ROLE postgres; SELECT 1;")
    cli("up", "-s", "--database", cluster.url(taken_over.name, user=name)).ok()
    assert table(taken_over)[1][3] == name
    taken_over.query(f"DROP OWNED BY {name}; DROP ROLE {name}")


def test_a_row_that_writes_itself(cli, taken_over):
    """The guide's last step, put into the SQL."""
    insert(taken_over, "1.1.0", "CREATE TABLE a (); UPDATE schema_versions SET"
           " schema_version_applied_at = now() WHERE schema_version_version = '1.1.0';")
    result = cli("up", "-s").failed(2)
    assert first(result).endswith(
        "error: the SQL of version 1.1.0 writes its own row in public.schema_versions")
    assert hint(result) == "leave that out: migrate-safe keeps the row true"
    assert not taken_over.has("a") and table(taken_over)[1] == ("1.1.0", False, False, "developer")


def test_a_row_that_is_gone_at_the_end(cli, taken_over):
    insert(taken_over, "1.1.0", "DELETE FROM schema_versions WHERE schema_version_version = '1.1.0';")
    cli("up", "-s").failed(2)
    assert versions(taken_over) == ["1.0.0"] and len(table(taken_over)) == 2


def test_rows_that_others_apply(cli, taken_over):
    """By hand, after the guide, once the history is there."""
    insert(taken_over, "1.1.0", "SELECT 1;", applied_at="2025-02-03 04:05:06+00", applied_by="bob")
    insert(taken_over, "1.2.0", "SELECT 1;")
    shown = cli("status").ok()
    assert ("schema_versions[1.1.0]:1:1: warning: version 1.1.0 is applied, says public.schema_versions"
            " (2025-02-03 04:05:06 by bob), but not in the history") in shown.err
    result = cli("up", "-s").failed(1)
    assert "version 1.1.0 is applied, says public.schema_versions" in result.err
    assert hint(result).startswith("if it is: migrate-safe baseline 1.1.0; if not: UPDATE")
    cli("baseline", "1.1.0").ok()
    cli("up", "-s").ok()
    assert versions(taken_over) == ["1.0.0", "1.1.0", "1.2.0"]
    taken_over.query("UPDATE schema_versions SET schema_version_applied_at = NULL"
                     " WHERE schema_version_version = '1.2.0'")
    problem, = cli("status", "--json").ok().json()["problems"]
    assert problem["problem"] == "unrecorded" and problem["severity"] == "warning"
    assert problem["message"] == ("version 1.2.0 is applied, but its row in public.schema_versions says"
                                  " that it is pending")


def test_a_table_where_nothing_is_applied(cli, database):
    database.query(TABLE)
    insert(database, "1.0.0", "CREATE TABLE a ();")
    result = cli("up", "-s").failed(1)
    assert hint(result) == "record that, without running it: migrate-safe baseline 0"
    assert "public.schema_versions says that nothing is applied yet" in result.err
    cli("baseline", "0").ok()
    cli("up", "-s").ok()
    assert table(database) == [("1.0.0", True, True, "postgres")]
    cli("redo", "-s").failed(1)


def test_without_rows(cli, database):
    database.query(TABLE)
    assert "0 applied, 0 pending" in cli("status").ok().out
    assert "there are no migrations yet" in cli("up", "-s").ok().out
    assert "'1.0.0'" in cli("new", "first").ok().out


# Which table it is.

def test_a_folder_comes_first(cli, folder, cody):
    folder.tables(1)
    assert [entry["version"] for entry in cli("status", "--json").ok().json()["migrations"]] == ["001"]
    assert "1.0.0" in cli("status", "--layout", "table").ok().out
    assert "1.0.0" in cli("status", "--table", "schema_versions").ok().out


def test_several_tables(cli, cody):
    cody.query('CREATE SCHEMA "Beta"; CREATE TABLE "Beta".schema_versions (LIKE schema_versions);'
               "CREATE SCHEMA noise; CREATE TABLE noise.schema_versions (id int)")
    assert said(cli("status")) == (
        5, 'migrate-safe: error: there are several tables of migrations: "Beta".schema_versions,'
           " public.schema_versions", "name the one you mean: --table '\"Beta\".schema_versions'")
    assert "1.0.0" in cli("status", "--table", "public.schema_versions").ok().out
    assert "1.0.0" not in cli("status", "--table", '"Beta".schema_versions').ok().out


def test_another_name_and_place(cli, cody):
    cody.query("CREATE SCHEMA ops; ALTER TABLE schema_versions SET SCHEMA ops;"
               'ALTER TABLE ops.schema_versions RENAME TO "Versions"')
    assert "there is no folder of migrations here" in cli("status").failed(5).err
    (cli.cwd / "migrate-safe.yaml").write_text("defaults:\n  table: ops.\"Versions\"\n  schema: a \"b\"\n")
    cli("baseline", "1.0.0").ok()
    cody.query("INSERT INTO ops.\"Versions\" VALUES (2, '1.1.0', '', 'SELECT oops', false, NULL, 'me')")
    assert "Versions[1.1.0]:1:8: error" in cli("up", "-s").failed(2).err
    cody.query("UPDATE ops.\"Versions\" SET schema_version_up_sql = 'SELECT 1' WHERE NOT"
               " schema_version_is_current")
    cli("up", "-s").ok()
    assert cody.value('SELECT schema_version_version FROM ops."Versions" WHERE'
                      " schema_version_is_current") == "1.1.0"


def test_our_own_view_is_never_taken(cli, folder, database):
    folder.tables(1)
    cli("up").ok()
    for options in (["--layout", "table"], ["--table", "migrate_safe.schema_versions"]):
        cli("status", *options).failed(5)
    assert said(cli("status", "--layout", "table"))[2] == (
        "name the table: --table SCHEMA.NAME, or a folder: --dir DIR")


def test_missing_columns(cli, database):
    database.query("CREATE TABLE schema_versions (schema_version_version text,"
                   " schema_version_up_sql text, schema_version_applied_at timestamp)")
    assert said(cli("status")) == (
        5, "migrate-safe: error: table public.schema_versions has no column schema_version_description,"
           " schema_version_is_current, schema_version_applied_by",
        "add what is missing (ALTER TABLE ... ADD COLUMN), or name the migrations: --dir DIR")


def test_somebody_elses_table_of_that_name(cli, database):
    database.query("CREATE TABLE schema_versions (id int)")
    assert "there is no folder of migrations here" in cli("status").failed(5).err
    assert "has no column schema_version_version" in cli("status", "--layout", "table").failed(5).err


BAD = [
    (["--table", "a.b.c.d"], "--table a.b.c.d: ", "write it as SCHEMA.NAME: --table public.schema_versions"),
    (["--table", "nothing"], "has no table nothing", "correct --table (a view is not taken)"),
    (["--layout", "table", "--dir", "x"], "--layout names a table of migrations, and --dir a folder",
     "leave one of the two out"),
    (["--table", "x", "--layout", "plain"], "--table names a table of migrations, and --layout a folder",
     "leave one of the two out"),
]


@pytest.mark.parametrize("options, message, advice", BAD)
def test_bad_options(cli, cody, options, message, advice):
    code, line, said_hint = said(cli("status", *options))
    assert code == 5 and message in line and said_hint == advice


def test_the_stronger_one_counts(cli, folder, cody):
    folder.tables(1)
    config = cli.cwd / "migrate-safe.yaml"
    config.write_text("defaults:\n  layout: table\n")
    assert "1.0.0" in cli("status").ok().out
    assert "001" in cli("status", "--dir", "migrations").ok().out
    config.write_text("defaults:\n  dir: migrations\n")
    assert "1.0.0" in cli("status", "--layout", "table").ok().out


def test_without_a_database(cli_without_database):
    assert "no database is named" in cli_without_database("validate", "--layout", "table").failed(5).err
    result = cli_without_database("validate").failed(5)
    assert "there is no folder of migrations here" in result.err
    result = cli_without_database("validate", "--database", "postgresql://localhost:1/x").failed(5)
    assert "there is no folder of migrations here" in result.err
    assert "a table of migrations cannot be asked for: " in result.err


def test_without_rights(cli, taken_over, cluster):
    name = f"reader_{taken_over.name}"
    taken_over.query(f"CREATE ROLE {name} LOGIN; GRANT USAGE ON SCHEMA migrate_safe TO {name};"
                     f"GRANT SELECT ON ALL TABLES IN SCHEMA migrate_safe TO {name}")
    try:
        result = cli("status", "--database", cluster.url(taken_over.name, user=name)).failed(5)
        assert "reading the migrations in public.schema_versions: permission denied" in first(result)
        assert f'GRANT SELECT, UPDATE ON public.schema_versions TO "{name}"' in hint(result)
    finally:
        taken_over.query(f"DROP OWNED BY {name}; DROP ROLE {name}")


def test_doctor(cli, taken_over):
    insert(taken_over, "1.1.0", "SELECT 'oops")
    checks = cli("doctor", "--json", "--layout", "table").failed(1).json()["checks"]
    values = {check["id"]: check["value"] for check in checks}
    assert values["configuration.folder"] == "public.schema_versions (layout table): 2 migrations"
    assert "schema_versions[1.1.0]: unterminated quoted string" in values["configuration.files"]


def test_new_prints_the_insert(cli, taken_over):
    """It writes to no database: psql does."""
    sql = cli("new", "Add invoices, it's time").ok().out
    assert table(taken_over) == [FOUNDER]
    taken_over.query(sql)
    assert table(taken_over) == [FOUNDER, ("1.0.1", False, False, "postgres")]
    assert "there is no statement in it" in cli("validate").ok().err
    document = cli("new", "x", "--json").ok().json()
    assert document["version"] == "1.0.2" and document["sql"].startswith("INSERT INTO public.schema")
