"""What is set aside keeps its rows, is nobody's business, and comes back as it was."""
import psycopg
import pytest

from harness.quarantine import SCHEMA, forms, run

# What servers do is seen once; the texts run under sanitizers as unit tests.
pytestmark = pytest.mark.once

SHOP = """
CREATE SCHEMA app;
CREATE TABLE app.customers (id int PRIMARY KEY, name text);
CREATE TABLE app.orders (id serial PRIMARY KEY, customer int CONSTRAINT of_customer REFERENCES app.customers,
                         note text NOT NULL DEFAULT 'none', total numeric(10,2));
CREATE UNIQUE INDEX note_once ON app.orders (note, id);
CREATE INDEX by_total ON app.orders (total);
CREATE TABLE app.lines (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                        "order" int CONSTRAINT of_order REFERENCES app.orders);
CREATE PUBLICATION news FOR TABLE app.orders;
COMMENT ON TABLE app.orders IS 'what was ordered';
INSERT INTO app.customers VALUES (1, 'ada'), (2, 'bob');
INSERT INTO app.orders (customer, note, total) VALUES (1, 'a', 1.25), (2, 'b', 2.5), (2, 'c', NULL);
INSERT INTO app.lines ("order") VALUES (1), (2);
"""
ORDERS = {
    "comment": "what was ordered",
    "foreign_keys": [
        {"schema": "app", "table": "lines", "name": "of_order",
         "definition": 'FOREIGN KEY ("order") REFERENCES app.orders(id)'},
        {"schema": "app", "table": "orders", "name": "of_customer",
         "definition": "FOREIGN KEY (customer) REFERENCES app.customers(id)"}],
    "publications": [{"name": "news"}],
    "parts": [{"kind": "INDEX", "schema": "app", "name": name} for name in ("orders_pkey", "note_once", "by_total")]
    + [{"kind": "SEQUENCE", "schema": "app", "name": "orders_id_seq"}],
}


@pytest.fixture
def shop(database):
    database.query(SHOP)
    return database


def everything(database):
    """The schema, what it says of itself, and the rows."""
    return database.schema(SCHEMA) + database.query("""
        SELECT 'comment', objoid::regclass::text, objsubid, description FROM pg_description WHERE classoid =
            'pg_class'::regclass AND objoid >= 16384
        UNION ALL SELECT 'grant', oid::regclass::text, 0, relacl::text FROM pg_class WHERE oid >= 16384
            AND relkind IN ('r', 'p')
        UNION ALL SELECT 'publication', tablename, 0, pubname FROM pg_publication_tables ORDER BY 1, 2, 3
    """) + database.query("SELECT * FROM app.orders ORDER BY id")


def drop_schema(database):
    database.query(f"DROP SCHEMA {SCHEMA}")  # without CASCADE: nothing is left in it


def test_a_table_goes_and_comes_back(shop):
    before = everything(shop)
    table = forms("table", "028", "app", "orders", **ORDERS)
    run(shop, table["aside"])
    assert not shop.has("app.orders")
    assert shop.value(f"SELECT count(*) FROM {SCHEMA}.orders_028") == 3
    # what the application does to the tables it still has
    shop.query("""DELETE FROM app.customers WHERE id = 2; INSERT INTO app.lines ("order") VALUES (77)""")
    shop.query("INSERT INTO app.customers VALUES (2, 'bob'); DELETE FROM app.lines WHERE \"order\" = 77")
    run(shop, table["back"], table["behind"])
    assert everything(shop) == before
    shop.query("INSERT INTO app.orders (customer) VALUES (1)")
    drop_schema(shop)


def test_a_table_of_the_same_name_goes_twice(shop):
    for version in ("028", "029"):
        run(shop, forms("table", version, "app", "orders", **ORDERS)["aside"])
        shop.query(SHOP[SHOP.index("CREATE TABLE app.orders"):SHOP.index("CREATE TABLE app.lines")]
                   + "ALTER TABLE app.lines ADD CONSTRAINT of_order FOREIGN KEY (\"order\") REFERENCES app.orders NOT VALID;"
                   + "ALTER PUBLICATION news ADD TABLE app.orders")
    assert shop.has(f"{SCHEMA}.orders_028") and shop.has(f"{SCHEMA}.orders_029")


def test_rights_go_and_come_back(shop):
    shop.query("DROP ROLE IF EXISTS quarantine_web; CREATE ROLE quarantine_web;"
               "GRANT SELECT, UPDATE (note) ON app.orders TO quarantine_web;"
               "GRANT USAGE ON SCHEMA app TO quarantine_web; GRANT SELECT ON app.orders TO PUBLIC")
    rights = shop.query("SELECT relacl::text[] @> '{=r/postgres}', has_table_privilege('quarantine_web', oid, 'select')"
                        " FROM pg_class WHERE relname = 'orders'")
    table = forms("table", "028", "app", "orders", **{**ORDERS, "grants": [
        {"to": '"quarantine_web"', "privileges": "SELECT, UPDATE (note)"},
        {"to": "PUBLIC", "privileges": "SELECT"}]})
    run(shop, table["aside"])
    assert not shop.value(f"SELECT has_table_privilege('quarantine_web', '{SCHEMA}.orders_028', 'select')")
    assert not shop.value(f"SELECT has_schema_privilege('quarantine_web', '{SCHEMA}', 'usage')")
    run(shop, table["back"], table["behind"])
    assert rights == shop.query("SELECT relacl::text[] @> '{=r/postgres}', has_table_privilege('quarantine_web', oid,"
                                " 'select') FROM pg_class WHERE relname = 'orders'")
    assert shop.value("SELECT has_column_privilege('quarantine_web', 'app.orders', 'note', 'update')")
    shop.query("DROP OWNED BY quarantine_web; DROP ROLE quarantine_web")


def test_a_partitioned_table_goes_with_its_partitions(database):
    database.query("CREATE TABLE events (id int, at int, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);"
                   "CREATE SCHEMA parts;"
                   "CREATE TABLE parts.one PARTITION OF events FOR VALUES FROM (0) TO (9);"
                   "INSERT INTO events VALUES (1, 1)")
    before = database.schema(SCHEMA)
    table = forms("table", "3", "public", "events", parts=[
        {"kind": "INDEX", "schema": "public", "name": "events_pkey"},
        {"kind": "INDEX", "schema": "parts", "name": "one_pkey"},
        {"kind": "TABLE", "schema": "parts", "name": "one"}])
    run(database, table["aside"])
    assert database.query(f"SELECT tableoid::regclass::text FROM {SCHEMA}.events_3") == [(f"{SCHEMA}.one_3",)]
    run(database, table["back"], table["behind"])
    assert database.schema(SCHEMA) == before
    drop_schema(database)


def test_a_partition_leaves_its_parent(database):
    database.query("CREATE TABLE events (at int) PARTITION BY RANGE (at); CREATE TABLE one PARTITION OF events "
                   "FOR VALUES FROM (0) TO (9); INSERT INTO events VALUES (1)")
    table = forms("table", "3", "public", "one", parents=[
        {"schema": "public", "name": "events", "bound": "FOR VALUES FROM (0) TO (9)"}])
    run(database, table["aside"])
    assert database.query("SELECT * FROM events") == []
    run(database, table["back"], table["behind"])
    assert database.query("SELECT * FROM events") == [(1,)]


def test_a_child_leaves_its_parents(database):
    database.query("CREATE TABLE base (a int); CREATE TABLE child () INHERITS (base); INSERT INTO child VALUES (1)")
    table = forms("table", "3", "public", "child", parents=[{"schema": "public", "name": "base"}])
    run(database, table["aside"])
    assert database.query("SELECT * FROM base") == []
    run(database, table["back"], table["behind"])
    assert database.query("SELECT * FROM base") == [(1,)]


NOTE = {"table": "orders", "not_null": True, "default": "'none'::text", "dropped": [
    {"name": "note_once", "definition": "CREATE UNIQUE INDEX note_once ON app.orders USING btree (note, id)",
     "index": True}]}


def test_a_column_goes_and_comes_back(shop):
    before = everything(shop)
    column = forms("column", "028", "app", "note", **NOTE)
    run(shop, column["aside"])
    shop.query("INSERT INTO app.orders (customer) VALUES (1); UPDATE app.orders SET total = 9 WHERE customer = 2;"
               "DELETE FROM app.orders WHERE id = 4; UPDATE app.orders SET total = 2.5 WHERE id = 2;"
               "UPDATE app.orders SET total = NULL WHERE id = 3")
    assert shop.value("SELECT string_agg(migrate_safe_quarantine_028_note, '' ORDER BY id) FROM app.orders") == "abc"
    run(shop, column["back"], column["behind"])
    assert everything(shop) == before


def test_a_key_column_goes_and_comes_back(database):
    database.query("CREATE TABLE t (a int, b int CHECK (b > 0), PRIMARY KEY (a, b)); INSERT INTO t VALUES (1, 2)")
    before = database.schema(SCHEMA)
    column = forms("column", "1", "public", "b", table="t", not_null=True, dropped=[
        {"name": "t_pkey", "definition": "PRIMARY KEY (a, b)"},
        {"name": "t_b_check", "definition": "CHECK ((b > 0))"}])
    run(database, column["aside"])
    database.query("INSERT INTO t (a) VALUES (1); DELETE FROM t WHERE migrate_safe_quarantine_1_b IS NULL")
    run(database, column["back"], column["behind"])
    assert database.schema(SCHEMA) == before


def test_a_named_not_null_comes_back(database):
    if database.server.major < 18:
        pytest.skip("NOT NULL has no name before 18")
    database.query("CREATE TABLE t (a int CONSTRAINT always NOT NULL)")
    column = forms("column", "1", "public", "a", table="t", not_null=True, not_null_name="always")
    run(database, column["aside"], column["back"], column["behind"])
    assert database.query("SELECT conname FROM pg_constraint WHERE conrelid = 't'::regclass") == [("always",)]


def test_an_identity_column_goes_on_filling_itself(database):
    database.query("CREATE TABLE t (a int, b int GENERATED ALWAYS AS IDENTITY); INSERT INTO t VALUES (1)")
    column = forms("column", "1", "public", "b", table="t", not_null=True, identity=True)
    run(database, column["aside"])
    database.query("INSERT INTO t VALUES (2)")
    run(database, column["back"], column["behind"])
    assert database.query("SELECT * FROM t ORDER BY a") == [(1, 1), (2, 2)]


def test_rows_without_the_column_keep_it_from_being_not_null(shop):
    column = forms("column", "028", "app", "note", **NOTE)
    run(shop, column["aside"])
    shop.query("INSERT INTO app.orders (customer) VALUES (1)")
    with pytest.raises(psycopg.errors.CheckViolation):
        run(shop, column["back"], column["behind"])
    run(shop, column["back"])  # and without what is behind, it is there


def test_a_changed_column_keeps_its_old_values(shop):
    change = forms("changed", "028", "app", "total", table="orders", type="numeric(10,2)", new_type="int")
    run(shop, change["aside"], ["ALTER TABLE app.orders ALTER COLUMN total TYPE int"])
    shop.query("UPDATE app.orders SET total = 77 WHERE id = 2; INSERT INTO app.orders (note, total) VALUES ('d', 8)")
    assert shop.query("SELECT total, migrate_safe_quarantine_028_total::text FROM app.orders ORDER BY id") == [
        (1, "1.25"), (77, "2.50"), (None, None), (8, None)]
    run(shop, change["back"])
    assert shop.query("SELECT total::text FROM app.orders ORDER BY id") == [
        ("1.25",), ("77.00",), (None,), ("8.00",)]


def rows(capture, statement, **said):
    said = {"columns": ["id", "customer", "note", "total"], "key": [], "number": 1, **said}
    return forms("rows", "028", "app", "orders", by=capture, statement=statement, **said)


def test_deleted_rows_come_back(shop):
    shop.query("DELETE FROM app.lines")
    before = shop.query("SELECT * FROM app.orders ORDER BY id")
    captured = rows("delete", "WITH w AS (SELECT 2 AS who) DELETE FROM app.orders AS o USING app.customers c, w\n"
                    "WHERE c.id = o.customer AND c.id = w.who -- not these", alias="o")
    run(shop, captured["aside"])
    assert shop.query("SELECT id FROM app.orders") == [(1,)]
    run(shop, captured["back"])
    assert shop.query("SELECT * FROM app.orders ORDER BY id") == before
    drop_schema(shop)


def test_a_key_that_was_taken_meanwhile_is_an_error(shop):
    captured = rows("delete", "DELETE FROM app.orders WHERE id = 3")
    run(shop, captured["aside"])
    shop.query("INSERT INTO app.orders (id, note) VALUES (3, 'another')")
    with pytest.raises(psycopg.errors.UniqueViolation):
        run(shop, captured["back"])
    assert shop.has(f"{SCHEMA}.orders_028_1_rows")


def test_updated_rows_come_back(shop):
    before = shop.query("SELECT * FROM app.orders ORDER BY id")
    first = rows("update", "UPDATE app.orders o SET note = c.name FROM app.customers c WHERE c.id = o.customer",
                 alias="o", columns=["note"], key=["id"])
    second = rows("update", "UPDATE app.orders SET note = upper(note), total = NULL", number=2,
                  columns=["note", "total"], key=["id"])
    run(shop, first["aside"], second["aside"])
    assert shop.value("SELECT string_agg(note, ',' ORDER BY id) FROM app.orders") == "ADA,BOB,BOB"
    run(shop, second["back"], first["back"])
    assert shop.query("SELECT * FROM app.orders ORDER BY id") == before
    drop_schema(shop)


def test_other_columns_may_be_written_meanwhile(shop):
    captured = rows("update", "UPDATE app.orders SET note = 'x' || id", columns=["note"], key=["id"])
    run(shop, captured["aside"])
    shop.query("UPDATE app.orders SET total = 5")
    run(shop, captured["back"])
    assert shop.query("SELECT note, total FROM app.orders WHERE id = 1") == [("a", 5)]


@pytest.mark.parametrize("written", ["UPDATE app.orders SET note = 'mine' WHERE id = 2",
                                     "DELETE FROM app.orders WHERE id = 3"])
def test_a_row_that_was_written_meanwhile_is_an_error(shop, written):
    captured = rows("update", "UPDATE app.orders SET note = 'x' || id", columns=["note"], key=["id"])
    run(shop, captured["aside"])
    shop.query(written)
    with pytest.raises(psycopg.errors.RaiseException, match="1 rows of app.orders were written or deleted"):
        run(shop, captured["back"])
    assert shop.value("SELECT note FROM app.orders WHERE id = 1") == "x1"


def test_nobody_writes_between_a_copy_and_its_update(shop):
    captured = rows("update", "UPDATE app.orders SET note = note || '!'", columns=["note"], key=["id"])
    with shop.connect() as application, shop.connect() as migration, migration.transaction():
        for statement in captured["aside"]:
            migration.execute(statement)
            if statement.startswith("LOCK"):
                application.execute("SET lock_timeout = 50")
                with pytest.raises(psycopg.errors.LockNotAvailable):
                    application.execute("UPDATE app.orders SET note = 'lost' WHERE id = 1")
                assert application.execute("SELECT count(*) FROM app.orders").fetchone() == (3,)


def test_truncated_rows_come_back(shop):
    shop.query("ALTER TABLE app.lines DROP CONSTRAINT of_order")
    before = shop.query("SELECT * FROM app.orders ORDER BY id")
    captured = rows("truncate", "TRUNCATE app.orders")
    run(shop, captured["aside"])
    assert shop.query("SELECT * FROM app.orders") == []
    run(shop, captured["back"])
    assert shop.query("SELECT * FROM app.orders ORDER BY id") == before


def test_types_without_equality_are_compared(database):
    database.query("CREATE TABLE app_docs (id int PRIMARY KEY, doc json, at point);"
                   "INSERT INTO app_docs VALUES (1, '{\"a\":  1}', '(1,2)')")
    before = database.query("SELECT id, doc::text, at::text FROM app_docs")
    captured = forms("rows", "1", "public", "app_docs", by="update", number=1, columns=["doc", "at"], key=["id"],
                     statement="UPDATE app_docs SET doc = NULL, at = '(0,0)'")
    run(database, captured["aside"])
    run(database, captured["back"])
    assert database.query("SELECT id, doc::text, at::text FROM app_docs") == before


@pytest.mark.parametrize("name", ['O"r\'d\\e%s $migrate_safe$ "', "ä" * 31, "x" * 63, "{}[]\n\t,"])
def test_hostile_names(database, name):
    name = name.encode()[:63].decode(errors="ignore")
    quoted = '"' + name.replace('"', '""') + '"'
    with database.connect() as connection:
        connection.execute(f"CREATE SCHEMA {quoted}; CREATE TABLE {quoted}.{quoted} (id int PRIMARY KEY, {quoted} text);"
                           f"INSERT INTO {quoted}.{quoted} VALUES (1, 'kept')")
    before = database.schema(SCHEMA)
    column = forms("column", "1", name, name, table=name)
    rows = forms("rows", "1", name, name, by="update", number=1, columns=[name], key=["id"],
                 statement=f"UPDATE {quoted}.{quoted} SET {quoted} = 'new'")
    table = forms("table", "1", name, name)
    run(database, rows["aside"], rows["back"], column["aside"], column["back"], table["aside"], table["back"])
    assert database.schema(SCHEMA) == before
    with database.connect() as connection:
        assert connection.execute(f"SELECT * FROM {quoted}.{quoted}").fetchall() == [(1, "kept")]
