"""`quarantine list|restore|purge`: what migrations have set aside, by the comments it carries."""
import pytest

from harness.history import contents, events
from harness.message import said
from harness.quarantine import SCHEMA, forms, run, script
from harness.waiting import until

pytestmark = pytest.mark.once

MAKE = """
CREATE TABLE customers (id int PRIMARY KEY);
CREATE TABLE orders (id int PRIMARY KEY, customer int CONSTRAINT of_customer REFERENCES customers,
                     note text NOT NULL DEFAULT 'none');
CREATE TABLE lines (id int PRIMARY KEY, "order" int CONSTRAINT of_order REFERENCES orders);
COMMENT ON TABLE orders IS 'what was ordered';
INSERT INTO customers VALUES (1);
INSERT INTO orders VALUES (1, 1, 'a'), (2, 1, 'b');
INSERT INTO lines VALUES (1, 1);
"""
OF_ORDER = {"schema": "public", "table": "lines", "name": "of_order",
            "definition": 'FOREIGN KEY ("order") REFERENCES public.orders(id)'}
OF_CUSTOMER = {"schema": "public", "table": "orders", "name": "of_customer",
               "definition": "FOREIGN KEY (customer) REFERENCES public.customers(id)"}
ORDERS = forms("table", "002", "public", "orders", comment="what was ordered",
               foreign_keys=[OF_ORDER, OF_CUSTOMER],
               parts=[{"kind": "INDEX", "schema": "public", "name": "orders_pkey"}])
NOTE = forms("column", "002", "public", "note", table="orders", not_null=True, default="'none'::text",
             dropped=[])
ROWS = forms("rows", "002", "public", "orders", by="delete", number=1, columns=["id", "customer", "note"], key=[],
             statement="DELETE FROM orders WHERE id = 2")


@pytest.fixture
def aside(cli, folder, database):
    """Makes the tables, and sets aside what the forms say."""
    def run(*made, back=None):
        folder.pair("001_make", MAKE, "DROP TABLE lines, orders, customers")
        folder.pair("002_aside", script(*(form["aside"] for form in made)), back or "SELECT 1")
        cli("up").ok()
        return database.schema()
    return run


def things(cli, *arguments):
    return cli("quarantine", "list", "--json", *arguments).ok().json()["things"]


def age(database, days, version="002"):
    database.query("UPDATE migrate_safe.schema_migrations SET applied_at = now() - make_interval(days => %s)"
                   " WHERE version = %s", [days, version])


def without_quarantine(database):
    return database.schema(), database.query("SELECT * FROM orders ORDER BY id"), \
        database.value("SELECT obj_description('orders'::regclass)")


def test_nothing_is_there(cli, database):
    assert cli("quarantine", "list").ok().out == "Nothing is in quarantine\n"
    assert cli("quarantine", "purge").ok().out == "Nothing in quarantine is past its 30 days\n"
    assert said(cli("quarantine", "restore", "orders")) == (
        5, "migrate-safe: error: nothing in quarantine is called orders, nor of a version orders",
        "see what is there: migrate-safe quarantine list")


def test_what_is_there_is_listed(cli, aside, database):
    aside(ROWS, NOTE)
    age(database, 12)
    column, rows = sorted(things(cli), key=lambda thing: thing["kind"])
    assert (column["name"], column["was"], column["version"], column["rows"], column["size_bytes"]) == (
        "public.orders.migrate_safe_quarantine_002_note", "public.orders.note", "002", 1, None)
    assert (rows["name"], rows["was"], rows["rows"]) == ("orders_002_1_rows", "public.orders", 1)
    assert rows["size_bytes"] > 0 and rows["since"] and not rows["is_due"]
    text = cli("quarantine").ok().out
    assert "orders_002_1_rows" in text and "12 days" in text and "in 18 days" in text
    assert text.endswith("2 things in quarantine, none past its 30 days\n")
    assert things(cli, "--quarantine-days", "12")[0]["is_due"]


def test_a_table_comes_back(cli, aside, database):
    aside(ORDERS)
    database.query("INSERT INTO lines VALUES (2, 2)")
    plain = cli("quarantine", "restore", "orders", "--dry-run").ok().out
    assert "public.orders comes back" in plain and "ADD CONSTRAINT of_order" in plain
    assert not database.has("orders")
    assert said(cli("quarantine", "restore", "orders"))[0] == 1  # consent
    result = cli("quarantine", "restore", "orders", "--yes", "--json").ok().json()
    assert result["restored"] and result["refused"] == [] and result["drift"]["snapshot_stored"]
    cli("drift").ok()
    assert things(cli) == []
    schema = database.schema(SCHEMA)
    database.query("DROP TABLE lines, orders, customers; " + MAKE)
    assert schema == [line for line in database.schema(SCHEMA)]
    assert database.value("SELECT obj_description('orders'::regclass)") == "what was ordered"
    assert events(database)[-5:] == ["quarantine_restored"] + ["quarantine_step"] * 4


def test_a_written_down_brings_it_back(cli, aside, database):
    aside(ORDERS, back=script(ORDERS["back"], ORDERS["behind"], [f"DROP SCHEMA {SCHEMA}"]))
    database.query("DELETE FROM lines")
    cli("down", "--skip-backup").ok()
    assert database.query("SELECT * FROM orders ORDER BY id") == [(1, 1, "a"), (2, 1, "b")]


def test_all_of_a_version_comes_back(cli, aside, database):
    lines = forms("table", "002", "public", "lines", foreign_keys=[OF_ORDER],
                  parts=[{"kind": "INDEX", "schema": "public", "name": "lines_pkey"}])
    orders = forms("table", "002", "public", "orders", foreign_keys=[OF_CUSTOMER],
                   parts=[{"kind": "INDEX", "schema": "public", "name": "orders_pkey"}])
    aside(ROWS, lines, orders)
    cli("quarantine", "restore", "002", "--yes").ok()
    assert database.query("SELECT * FROM orders ORDER BY id") == [(1, 1, "a"), (2, 1, "b")]
    assert "constraint lines of_order FOREIGN KEY (\"order\") REFERENCES orders(id)" in database.schema()
    assert things(cli) == []


def test_a_column_comes_back_behind_its_table(cli, aside, database):
    aside(NOTE, ORDERS)
    assert "ALTER TABLE public.orders RENAME COLUMN" in cli("quarantine", "restore", "002", "--dry-run").ok().out
    cli("quarantine", "restore", "002", "--yes").ok()
    assert database.query("SELECT * FROM orders ORDER BY id") == [(1, 1, "a"), (2, 1, "b")]
    assert things(cli) == []


def test_rows_refuse_a_constraint(cli, aside, database):
    aside(ORDERS)
    database.query("INSERT INTO lines VALUES (9, 77)")
    result = cli("quarantine", "restore", "orders_002", "--yes").failed(3)
    assert "warning: ALTER TABLE public.lines VALIDATE CONSTRAINT of_order" in result.err
    assert "all rows are back, but they refuse 1 constraint" in result.err
    assert database.query("SELECT conname, convalidated FROM pg_constraint WHERE contype = 'f' ORDER BY 1") == [
        ("of_customer", True), ("of_order", False)]
    assert "quarantine_step_refused" in events(database)
    assert things(cli) == []


def test_nulls_refuse_not_null(cli, aside, database):
    aside(NOTE)
    database.query("INSERT INTO orders VALUES (3, 1)")
    cli("quarantine", "restore", "public.orders.note", "--yes").failed(3)
    assert database.query("SELECT note FROM orders ORDER BY id") == [("a",), ("b",), (None,)]
    assert "CHECK" not in str(database.schema())
    database.query("INSERT INTO orders VALUES (4, 1)")
    assert database.value("SELECT note FROM orders WHERE id = 4") == "none"


def test_a_name_that_is_taken_is_refused(cli, aside, database):
    aside(ORDERS)
    database.query("CREATE TABLE orders ()")
    for arguments in (["--dry-run"], ["--yes"]):
        assert said(cli("quarantine", "restore", "orders", *arguments)) == (
            1, "migrate-safe: error: public.orders is there already: orders_002 cannot have its name back",
            "rename what has the name now by a migration, then run the same command again")


@pytest.mark.slow
def test_an_unknown_using_is_refused(cli, aside, database):
    change = forms("changed", "002", "public", "note", table="orders", type="text", new_type="int",
                   using="length(note)")
    aside(change, {"aside": ["ALTER TABLE orders ALTER note DROP DEFAULT, ALTER note TYPE int USING length(note)"]})
    code, message, hint = said(cli("quarantine", "restore", "note", "--yes"))
    assert (code, message.split(": ")[-1]) == (1, "its values were made by a USING that nobody can turn round")
    assert hint.endswith("migrate-safe quarantine purge public.orders.migrate_safe_quarantine_002_note --now")


@pytest.mark.slow
def test_a_changed_column_comes_back(cli, aside, database):
    change = forms("changed", "002", "public", "id", table="orders", type="integer", new_type="bigint")
    aside(change, {"aside": ["ALTER TABLE orders ALTER id TYPE bigint"]})
    cli("quarantine", "restore", "orders.id", "--yes").ok()
    assert database.query("SELECT pg_typeof(id)::text, id FROM orders ORDER BY id") == [("integer", 1), ("integer", 2)]


def test_what_is_due_is_purged_and_nothing_else(cli, aside, database):
    aside(NOTE, ORDERS)
    assert "is past its 30 days" in cli("quarantine", "purge").ok().out
    code, message, hint = said(cli("quarantine", "purge", "orders_002", "--yes"))
    assert (code, message) == (1, "migrate-safe: error: orders_002 is not past its 30 days")
    assert hint == "drop it all the same: migrate-safe quarantine purge orders_002 --now"
    age(database, 31)
    assert "now" in cli("quarantine", "purge", "--dry-run").ok().out
    assert database.has(f"{SCHEMA}.orders_002")
    result = cli("quarantine", "purge", "--yes", "--skip-backup", "--json").ok().json()
    assert result["purged"] == 2 and result["backup"] is None and result["drift"]["snapshot_stored"]
    assert not database.has(f"{SCHEMA}.orders_002")
    cli("drift").ok()
    assert events(database)[-2:] == ["quarantine_purged"] * 2


def test_plan_says_what_is_there_and_due(cli, aside, database):
    assert cli("plan", "--json").ok().json()["quarantine"] == {"things": 0, "due": 0, "days": 30}
    assert "quarantine" not in cli("plan").ok().out
    aside(ORDERS)
    assert "quarantine: 1 thing in quarantine, none past its 30 days\n" in cli("plan").ok().out
    age(database, 30)
    assert "quarantine: 1 thing in quarantine, 1 of them past its 30 days: migrate-safe quarantine purge\n" in cli(
        "up", "--dry-run").ok().out
    assert cli("plan", "--json").ok().json()["quarantine"] == {"things": 1, "due": 1, "days": 30}


def test_what_something_uses_stays(cli, aside, database):
    aside(ORDERS)
    database.query(f"CREATE VIEW report AS SELECT * FROM {SCHEMA}.orders_002")
    result = cli("quarantine", "purge", "orders_002", "--now", "--yes", "--skip-backup").failed(1)
    assert "orders_002 stays" in result.err and "view report depends on table" in result.err
    assert things(cli)[0]["name"] == "orders_002"
    database.query("DROP VIEW report")
    cli("quarantine", "purge", "orders_002", "--now", "--yes", "--skip-backup").ok()


def test_what_carries_no_comment_of_ours_is_not_touched(cli, aside, database):
    aside(ORDERS)
    database.query(f"CREATE TABLE {SCHEMA}.mine (a int); CREATE TABLE {SCHEMA}.odd (a int);"
                   f"COMMENT ON TABLE {SCHEMA}.odd IS 'migrate-safe quarantine: {{\"kind\": \"tab'")
    age(database, 100)
    assert "broken: the comment of migrate_safe_quarantine.odd begins as one of quarantine" in cli(
        "quarantine", "list").ok().out
    assert said(cli("quarantine", "purge", "odd", "--now", "--yes"))[0] == 1
    assert said(cli("quarantine", "purge", "mine", "--now", "--yes"))[0] == 5
    cli("quarantine", "purge", "--yes", "--skip-backup").ok()
    assert database.has(f"{SCHEMA}.mine") and database.has(f"{SCHEMA}.odd")
    assert not database.has(f"{SCHEMA}.orders_002")


def test_what_nobody_knows_the_age_of_is_never_due(cli, aside, database):
    aside(ORDERS)
    database.query("DELETE FROM migrate_safe.schema_migrations WHERE version = '002'")
    assert things(cli)[0]["since"]  # the journal knows
    database.query("DELETE FROM migrate_safe.journal WHERE version = '002'")
    thing, = things(cli)
    assert (thing["since"], thing["due_at"], thing["is_due"]) == (None, None, False)
    code, message, hint = said(cli("quarantine", "purge", "orders_002", "--yes"))
    assert (code, hint) == (1, "drop it all the same: migrate-safe quarantine purge orders_002 --now")
    assert "version 002 is not in the history" in message
    cli("quarantine", "purge", "--now").failed(5)
    cli("quarantine", "purge", "orders_002", "--now", "--yes", "--skip-backup").ok()
    assert things(cli) == []


def test_a_backup_comes_before_a_purge(cli, aside, database, needs_pg_dump):
    aside(ORDERS)
    result = cli("quarantine", "purge", "002", "--now", "--yes", "--backup-level", "readable", "--json").ok().json()
    assert result["backup"]["level"] == "readable"
    detail = database.value("SELECT detail FROM migrate_safe.journal WHERE event = 'quarantine_purged'")
    assert detail["backup_id"] == result["backup"]["id"] and detail["was"] == "public.orders"


def test_names_of_63_bytes_and_hostile_ones(cli, folder, database):
    one, other, odd = "x" * 62 + "a", "x" * 62 + "b", 'o"r\'d\\e\n-- migrate-safe: x'
    quoted = '"' + odd.replace('"', '""') + '"'
    folder.write("001_make.up.sql", f"CREATE TABLE {one} (a int); CREATE TABLE {other} (a int);")
    cli("up").ok()
    database.query(f"CREATE TABLE {quoted} ({quoted} int)")
    for name in (one, other, odd):
        run(database, forms("table", "002", "public", name)["aside"])
    names = [thing["name"] for thing in things(cli)]
    assert len(set(names)) == 3
    for name in names:
        cli("quarantine", "restore", name, "--yes").ok()
    assert database.has(one) and database.has(other) and database.has(quoted)
    run(database, forms("column", "003", "public", odd, table=odd)["aside"])
    cli("quarantine", "purge", things(cli)[0]["name"], "--now", "--yes", "--skip-backup").ok()
    assert database.value("SELECT count(*) FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
                          " AND NOT attisdropped", [quoted]) == 0


def test_nobody_waits_behind_a_purge(cli, aside, database):
    """Somebody reads it by a view; who holds it is looked for before the lock is asked for."""
    aside(ORDERS)
    with database.connect() as web:
        web.execute("BEGIN")
        web.execute(f"SELECT * FROM {SCHEMA}.orders_002")
        purge = ["quarantine", "purge", "002", "--now", "--yes", "--skip-backup"]
        result = cli(*purge, "--lock-deadline", "300ms").failed(5)
        assert "orders_002 stays" in result.err and f"pid {web.info.backend_pid}" in result.err
        thing, = things(cli)
        assert thing["rows"] == 2
        web.execute("COMMIT")
        cli(*purge).ok()


def test_what_was_changed_while_it_waited_is_not_dropped(cli, aside, database, tmp_path):
    aside(ORDERS)
    with database.connect() as web:
        web.execute("BEGIN")
        web.execute(f"SELECT * FROM {SCHEMA}.orders_002")
        running = cli.start("quarantine", "purge", "002", "--now", "--yes", "--skip-backup")
        until(lambda: "lock_wait" in (tmp_path / "logs/migrations.jsonl").read_text())
        database.query(f"COMMENT ON TABLE {SCHEMA}.orders_002 IS 'somebody needs it'")
        web.execute("COMMIT")
    result = running.finish().failed(1)
    assert "the comment of orders_002 was changed meanwhile: nothing was done to it" in result.err
    assert database.has(f"{SCHEMA}.orders_002")


def test_the_list_waits_for_nobody(cli, aside, database):
    aside(ORDERS)
    with database.connect() as other:
        other.execute("BEGIN")
        other.execute(f"LOCK TABLE {SCHEMA}.orders_002")
        thing, = things(cli)
        assert (thing["name"], thing["size_bytes"]) == ("orders_002", None)


def test_who_may_only_read_sees_the_list(cli, aside, database, roles, cluster):
    aside(ORDERS)
    reader = roles("quarantine_reader")
    database.query(f"GRANT USAGE ON SCHEMA migrate_safe TO {reader};"
                   f"GRANT SELECT ON ALL TABLES IN SCHEMA migrate_safe TO {reader}")
    cli.url = cluster.url(database.name, user=reader)
    thing, = things(cli)
    assert thing["name"] == "orders_002" and thing["since"] and thing["size_bytes"] > 0
    before = contents(database)
    result = cli("quarantine", "restore", "orders_002", "--yes").failed(4)
    assert "orders_002 stays in quarantine: permission denied" in result.err and "warning" not in result.err
    assert contents(database) == before and not database.has("orders")


@pytest.mark.slice
@pytest.mark.parametrize("command", [["restore", "orders", "--dry-run"], ["purge", "002", "--now", "--dry-run"], ["list"]])
def test_reading_writes_nothing(cli, aside, database, command):
    aside(ORDERS)
    before = contents(database)
    cli("quarantine", *command).ok()
    cli("quarantine", *command, "--json").ok().json()
    assert contents(database) == before
