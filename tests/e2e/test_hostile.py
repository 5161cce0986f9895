"""Objects named like PostgreSQL's and ours, in a schema that is searched first, fool nobody."""
import pytest
from psycopg import sql

from harness.history import versions

# Each would be called (and fail) if a statement of ours named it without its schema.
TRAP = "LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'trapped'; END $$"
FUNCTIONS = [
    "set_config(text, text, boolean) RETURNS text", "pg_try_advisory_lock(bigint) RETURNS boolean",
    "clock_timestamp() RETURNS timestamptz", "transaction_timestamp() RETURNS timestamptz",
    "format(text, VARIADIC text[]) RETURNS text", "format(text, text) RETURNS text",
    "to_regclass(text) RETURNS regclass", "to_regnamespace(text) RETURNS regnamespace",
    "current_setting(text) RETURNS text", "pg_is_in_recovery() RETURNS boolean",
    "to_char(timestamptz, text) RETURNS text", "to_char(timestamp, text) RETURNS text",
    "timezone(text, timestamptz) RETURNS timestamp", "count() RETURNS bigint",
    "current_database() RETURNS name", "host(inet) RETURNS text", "session_user() RETURNS name",
    "jsonb_build_object(VARIADIC text[]) RETURNS jsonb", "max(int) RETURNS int",
    "max(bigint) RETURNS bigint", "extract(text, interval) RETURNS numeric",
    "date_part(text, interval) RETURNS double precision",
]
OPERATORS = [
    ("=", "name", "name"), ("=", "text", "text"), ("=", "oid", "oid"), ("<>", "name", "name"),
    ('=', '"char"', '"char"'), ("=", "bigint", "bigint"), ("=", "integer", "integer"),
    ("=", "smallint", "integer"), ("=", "name", "text"), ("-", "timestamptz", "timestamptz"),
    ("*", "numeric", "integer"), ("*", "numeric", "numeric"), ("||", "jsonb", "jsonb"),
    ("/", "integer", "integer"), ("/", "integer", "bigint"), (">>", "bigint", "integer"),
    ("&", "bigint", "bigint"), ("!~", "name", "text"), (">", "bigint", "bigint"),
    ("*", "double precision", "integer"), ("*", "double precision", "double precision"),
]
RELATIONS = ["pg_class", "pg_namespace", "pg_depend", "pg_attribute", "pg_locks",
             "pg_stat_activity", "pg_database", "schema_migrations", "journal", "store_steps"]
TYPES = ["text", "jsonb", "uuid", "timestamptz", "int8", "int4", "name", "oid", "regclass", "bool",
         "\"char\"", "timestamp", "bpchar", "varchar", "numeric"]


def lay_traps(database):
    statements = ["CREATE SCHEMA evil"]
    for function in FUNCTIONS:
        name, _, rest = function.partition("(")
        arguments, _, returned = rest.rpartition(") RETURNS ")
        statements.append(f'CREATE FUNCTION evil."{name}"({arguments}) RETURNS {returned} {TRAP}')
    for number, (operator, left, right) in enumerate(OPERATORS):
        result = "boolean" if operator in ("=", "<>", "!~", ">") else left
        statements.append(f"CREATE FUNCTION evil.operator_{number}({left}, {right}) RETURNS {result} {TRAP}")
        statements.append(f"CREATE OPERATOR evil.{operator} (FUNCTION = evil.operator_{number},"
                          f" LEFTARG = {left}, RIGHTARG = {right})")
    statements += [f"CREATE TABLE evil.{name} (trapped int)" for name in RELATIONS]
    statements += [f"CREATE DOMAIN evil.{name} AS pg_catalog.int4 CHECK (false)" for name in TYPES]
    database.query("; ".join(statements))
    database.query(sql.SQL("ALTER DATABASE {} SET search_path = evil, pg_catalog, public").format(
        sql.Identifier(database.name)))


UP = "CREATE TABLE public.a_{0} (id pg_catalog.int4); INSERT INTO public.a_{0} VALUES (1);\n"


def test_the_traps_work(database):
    lay_traps(database)
    with pytest.raises(Exception, match="trapped"):
        database.query("SELECT 1 = 1")


def test_a_whole_life_among_traps(cli, folder, database):
    folder.pair("001_a", UP.format(1), "DROP TABLE public.a_1;")
    folder.pair("002_b", "-- migrate-safe: no-transaction\n" + UP.format(2)
                + "CREATE INDEX CONCURRENTLY i ON public.a_2 (id);\n",
                "DROP INDEX CONCURRENTLY public.i; DROP TABLE public.a_2;")
    folder.write("003_copy.up.sql", "COPY public.a_1 FROM stdin;\n2\n\\.\n")
    folder.write("003_copy.down.sql", "DELETE FROM public.a_1 WHERE id OPERATOR(pg_catalog.=) 2;")
    lay_traps(database)
    for command in ("status", "plan", "history", "validate"):
        cli(command).ok()
    assert "no history of migrate-safe" in cli("up").failed(1).err  # looks for other runners
    cli("baseline", "0").ok()
    cli("up", "--skip-backup").ok()
    for command in ("status", "plan", "history", "validate"):
        cli(command).ok()
    cli("redo", "--skip-backup").ok()
    cli("down", "--to", "0", "--skip-backup").ok()
    assert database.query("SELECT event FROM migrate_safe.journal WHERE version"
                          " OPERATOR(pg_catalog.=) '003' ORDER BY id") == [
        ("applied",), ("reverted",), ("applied",), ("reverted",)]


def test_baseline_among_traps(cli, folder, database):
    folder.tables(2)
    lay_traps(database)
    cli("baseline", "002").ok()
    assert "2 applied, 0 pending" in cli("status").ok().out


def test_the_types_of_our_tables_are_postgresqls_own(cli, folder, database):
    folder.write("001_a.up.sql", UP.format(1))
    lay_traps(database)
    cli("baseline", "0").ok()
    assert database.query("""
        SELECT c.relname, a.attname FROM pg_catalog.pg_attribute a
        JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) a.attrelid
        JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
        JOIN pg_catalog.pg_type t ON t.oid OPERATOR(pg_catalog.=) a.atttypid
        JOIN pg_catalog.pg_namespace tn ON tn.oid OPERATOR(pg_catalog.=) t.typnamespace
        WHERE n.nspname OPERATOR(pg_catalog.=) 'migrate_safe'::pg_catalog.name
          AND tn.nspname OPERATOR(pg_catalog.<>) 'pg_catalog'::pg_catalog.name""") == []


def test_event_triggers_of_the_user_do_not_stop_our_schema(cli, folder, database):
    database.query("CREATE FUNCTION note() RETURNS event_trigger LANGUAGE plpgsql AS"
                   " $$ BEGIN RAISE NOTICE 'seen'; END $$; CREATE EVENT TRIGGER t ON ddl_command_end"
                   " EXECUTE FUNCTION note()")
    folder.tables(1)
    cli("up").ok()


# Our schema by another name.


@pytest.mark.slow
@pytest.mark.parametrize("schema", ["Quoted Name", 'with"quote', "ünïcode", "migrate_safe.x",
                                    "select", "$1", "a'b", "%I"])
def test_a_history_schema_of_another_name(cli, folder, database, schema):
    folder.tables(2)
    folder.write("003_steps.up.sql", "-- migrate-safe: no-transaction\nSELECT 1;\n")
    folder.write("003_steps.down.sql", "-- migrate-safe: no-transaction\nSELECT 1;\n")
    options = ["--schema", schema]
    cli("up", *options).ok()
    assert versions(database, schema) == ["001", "002", "003"]
    assert "3 applied" in cli("status", *options).ok().out
    assert database.query("SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_'"
                          " AND nspname NOT IN ('public', 'information_schema')") == [(schema,)]
    cli("redo", "-s", *options).ok()
    cli("down", "--to", "0", "-s", *options).ok()
    assert versions(database, schema) == []
    assert "nothing was applied" in cli("history", *options).ok().out


def test_two_schemas_of_history_do_not_mix(cli, folder, database):
    folder.tables(1)
    cli("up", "--schema", "one").ok()
    assert "0 applied, 1 pending" in cli("status", "--schema", "two").ok().out
    result = cli("up", "--schema", "two", "-s").failed(1)
    assert "no history of migrate-safe" in result.err


def test_a_schema_that_is_there_already_is_used(cli, folder, database):
    folder.tables(1)
    database.query("CREATE SCHEMA ours")
    cli("up", "--schema", "ours").ok()
    assert versions(database, "ours") == ["001"]
