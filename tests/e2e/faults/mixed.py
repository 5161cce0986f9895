"""A folder of migrations of every kind, and how each of their statements shows in a database.

What a statement leaves is told by its probe: one value of SQL, true when it is there, null when it
is there by half (an index that is not valid), false or an error when it is not. No later migration
of the set takes away what an earlier one's probe looks at.
"""
import dataclasses

import psycopg

ROWS = 2000


@dataclasses.dataclass(frozen=True)
class Part:
    sql: str
    probe: str = ""  # "": leaves nothing to look at
    is_outside: bool = False  # runs outside transactions: its effect is open while it is in flight


def relation(name):
    return f"to_regclass('{name}') IS NOT NULL"


def index(name):
    return (f"COALESCE((SELECT CASE WHEN indisvalid THEN 'there' END FROM pg_index"
            f" WHERE indexrelid = to_regclass('{name}')),"
            f" CASE WHEN to_regclass('{name}') IS NULL THEN 'absent' END)")


def column(table, name):
    return (f"EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('{table}')"
            f" AND attname = '{name}' AND NOT attisdropped)")


def function(name):
    return f"to_regprocedure('{name}') IS NOT NULL"


def rows(table, condition="true"):
    return f"EXISTS (SELECT FROM {table} WHERE {condition})"


def outside(sql, probe=""):
    return Part(sql, probe, is_outside=True)


BEGIN, COMMIT = Part("BEGIN;"), Part("COMMIT;")

# Before the others, and never killed: `up` refuses a database with tables and no history.
MIGRATIONS = {
    "001_shop": (
        [Part("CREATE TABLE customer (id int PRIMARY KEY, name text NOT NULL);", relation("customer")),
         Part("CREATE TABLE orders (id int PRIMARY KEY, customer int NOT NULL, total int,"
              " state text);", relation("orders")),
         Part("CREATE INDEX orders_old ON orders (state);")],
        [Part("DROP TABLE orders;", relation("orders")),
         Part("DROP TABLE customer;", relation("customer"))]),
    "002_data": (
        [Part("COPY customer (id, name) FROM stdin;\n" +
              "".join(f"{i}\tcustomer {i}\n" for i in range(1, 21)) + "\\.", rows("customer")),
         Part("INSERT INTO orders (id, customer, total)"
              f" SELECT i, 1 + i % 20, i * 7 FROM generate_series(1, {ROWS}) i;", rows("orders"))],
        [Part("DELETE FROM orders;", rows("orders")),
         Part("DELETE FROM customer;", rows("customer"))]),
    "003_indexes": (
        [outside("CREATE INDEX CONCURRENTLY orders_customer ON orders (customer);",
                 index("orders_customer")),
         Part("ALTER TABLE orders ADD COLUMN note text;", column("orders", "note")),
         outside("CREATE UNIQUE INDEX CONCURRENTLY orders_total ON orders (total);",
                 index("orders_total"))],
        [outside("DROP INDEX CONCURRENTLY orders_total;", index("orders_total")),
         Part("ALTER TABLE orders DROP COLUMN note;", column("orders", "note")),
         outside("DROP INDEX CONCURRENTLY orders_customer;", index("orders_customer"))]),
    "004_blocks": (
        [BEGIN,
         Part("CREATE TABLE stock (id int PRIMARY KEY, pieces int);", relation("stock")),
         Part("INSERT INTO stock SELECT i, i FROM generate_series(1, 100) i;", rows("stock")),
         COMMIT, BEGIN,
         Part("CREATE TABLE supplier (id int PRIMARY KEY);", relation("supplier")),
         Part("ALTER TABLE stock ADD COLUMN supplier int REFERENCES supplier;",
              column("stock", "supplier")),
         COMMIT],
        [BEGIN,
         Part("ALTER TABLE stock DROP COLUMN supplier;", column("stock", "supplier")),
         Part("DROP TABLE supplier;", relation("supplier")),
         COMMIT, BEGIN,
         Part("DELETE FROM stock;", rows("stock")),
         Part("DROP TABLE stock;", relation("stock")),
         COMMIT]),
    "005_functions": (
        [Part("CREATE FUNCTION order_total(int) RETURNS int LANGUAGE sql STABLE\n"
              "BEGIN ATOMIC\n    SELECT total FROM orders WHERE id = $1;\nEND;",
              function("order_total(int)")),
         Part("CREATE FUNCTION order_check() RETURNS trigger LANGUAGE plpgsql AS $body$\n"
              "BEGIN\n    IF new.total < 0 THEN RAISE EXCEPTION 'negative; really'; END IF;\n"
              "    RETURN new;\nEND\n$body$;", function("order_check()")),
         Part("CREATE TRIGGER order_check BEFORE INSERT OR UPDATE ON orders"
              " FOR EACH ROW EXECUTE FUNCTION order_check();",
              "EXISTS (SELECT FROM pg_trigger WHERE tgname = 'order_check')")],
        [Part("DROP TRIGGER order_check ON orders;",
              "EXISTS (SELECT FROM pg_trigger WHERE tgname = 'order_check')"),
         Part("DROP FUNCTION order_check();", function("order_check()")),
         Part("DROP FUNCTION order_total(int);", function("order_total(int)"))]),
    "006_outside": (
        [outside("REINDEX INDEX CONCURRENTLY orders_customer;"),
         outside("VACUUM ANALYZE orders;"),
         outside("DROP INDEX CONCURRENTLY orders_old;",
                 f"{relation('orders')} AND NOT {relation('orders_old')}")],
        [outside("CREATE INDEX CONCURRENTLY orders_old ON orders (state);",
                 f"{relation('orders')} AND NOT {relation('orders_old')}")]),
    "007_partitions": (
        [BEGIN,
         Part("CREATE TABLE event (at date NOT NULL) PARTITION BY RANGE (at);", relation("event")),
         Part("CREATE TABLE event_1 PARTITION OF event FOR VALUES FROM ('2001-01-01') TO"
              " ('2002-01-01');", relation("event_1")),
         Part("CREATE TABLE event_2 PARTITION OF event FOR VALUES FROM ('2002-01-01') TO"
              " ('2003-01-01');", relation("event_2")),
         COMMIT,
         outside("ALTER TABLE event DETACH PARTITION event_1 CONCURRENTLY;",
                 "to_regclass('event_1') IS NOT NULL AND NOT EXISTS"
                 " (SELECT FROM pg_inherits WHERE inhrelid = to_regclass('event_1'))")],
        [Part("DROP TABLE event_1;", relation("event_1")),
         outside("VACUUM event;"),
         Part("DROP TABLE event;", relation("event"))]),
    "008_states": (
        [Part("UPDATE orders SET state = 'old' WHERE id % 3 = 0;", rows("orders", "state = 'old'")),
         Part("CREATE VIEW old_orders AS SELECT id, customer FROM orders WHERE state = 'old';",
              relation("old_orders"))],
        [Part("DROP VIEW old_orders;", relation("old_orders")),
         Part("UPDATE orders SET state = NULL;", rows("orders", "state = 'old'"))]),
}
# What must hold before they are recorded: in one transaction, and after steps.
VERIFIED = {
    "003_indexes": "SELECT indisvalid FROM pg_index WHERE indexrelid = 'orders_total'::regclass",
    "005_functions": "SELECT order_total(1) = 7",
}
VERSIONS = [name[:3] for name in MIGRATIONS]


def write(folder):
    for name, (up, down) in MIGRATIONS.items():
        said = f"-- migrate-safe: verify: {VERIFIED[name]}\n" if name in VERIFIED else ""
        up, down = ("\n".join(part.sql for part in parts) + "\n" for parts in (up, down))
        folder.pair(name, said + up, down)


def statements(version, direction):
    """The parts that are counted: without BEGIN and COMMIT."""
    up, down = next(both for name, both in MIGRATIONS.items() if name.startswith(version))
    return [part for part in (up if direction == "up" else down) if part not in (BEGIN, COMMIT)]


def look(connection, part):
    """'there', 'half' or 'absent'."""
    try:
        value = connection.execute(f"SELECT {part.probe}").fetchone()[0]
    except psycopg.errors.UndefinedTable:
        return "absent"
    except psycopg.errors.UndefinedColumn:
        return "absent"
    return value if isinstance(value, str) else {True: "there", False: "absent", None: "half"}[value]
