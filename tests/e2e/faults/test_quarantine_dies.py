"""quarantine restore and purge die at each of their points: the same command ends it."""
import itertools

import pytest

import killable
from conftest import wait_for_quiet
from harness.database import Database

NUMBERS = itertools.count(1)
OURS = ["quarantine.restored", "quarantine.step", "quarantine.purged"]
MAKE = """
CREATE TABLE customers (id int PRIMARY KEY);
CREATE TABLE orders (id int PRIMARY KEY, customer int, note text);
INSERT INTO customers VALUES (1);
INSERT INTO orders VALUES (1, 1, 'a');
"""
ASIDE = """
CREATE SCHEMA migrate_safe_quarantine;
ALTER TABLE orders RENAME COLUMN note TO migrate_safe_quarantine_002_note;
COMMENT ON COLUMN orders.migrate_safe_quarantine_002_note IS
    'migrate-safe quarantine: {"version": "002", "kind": "column", "was": "note", "not_null": true}';
ALTER TABLE orders SET SCHEMA migrate_safe_quarantine;
ALTER TABLE migrate_safe_quarantine.orders RENAME TO orders_002;
COMMENT ON TABLE migrate_safe_quarantine.orders_002 IS
    'migrate-safe quarantine: {"version": "002", "kind": "table", "schema": "public", "was": "orders",
      "foreign_keys": [{"schema": "public", "table": "orders", "name": "of_customer",
                        "definition": "FOREIGN KEY (customer) REFERENCES public.customers(id)"}]}';
"""
RESTORE = ["restore", "002", "--yes"]
PURGE = ["purge", "002", "--now", "--yes", "--skip-backup"]


class Shop:
    def __init__(self, cluster, directory, folder):
        folder.write("001_make.up.sql", MAKE)
        folder.write("002_aside.up.sql", ASIDE)
        self.database = Database(cluster, f"aside_{next(NUMBERS)}").create()
        self.program = killable.program(directory, self.database.url)
        self.program("up", "--skip-backup").ok()

    def run(self, *arguments, **environment):
        return self.program("quarantine", *arguments, env=environment)

    def list(self):
        return self.run("list", "--json").ok().json()["things"]

    def drop(self):
        self.program.close()
        self.database.drop()


@pytest.fixture
def new_shop(needs_kill_points, cluster, tmp_path, folder):
    made = []

    def make():
        made.append(Shop(cluster, tmp_path, folder))
        return made[-1]
    yield make
    for shop in made:
        shop.drop()


def traced(shop, tmp_path, command):
    shop.run(*command, MIGRATE_SAFE_FAULT_TRACE=str(tmp_path / "trace")).ok()
    return (tmp_path / "trace").read_text().split()


def die_at(shop, point, number, command):
    """Killed there; whatever the list says next is true, and the same command ends it."""
    shop.run(*command, MIGRATE_SAFE_FAULT=f"{point}:{number}").failed(-9)
    wait_for_quiet(shop.database)
    if shop.list():
        shop.run(*command).ok()
    assert shop.list() == []


@pytest.mark.slice
@pytest.mark.parametrize("point", ["quarantine.step", "quarantine.restored", "transaction.begun", "transaction.asked",
                                   "transaction.committed", "snapshot.taken"])
def test_a_restore_dies_and_goes_on(new_shop, tmp_path, chance, point):
    points = traced(new_shop(), tmp_path, RESTORE)
    assert set(OURS[:2]) <= set(points)
    shop = new_shop()
    die_at(shop, point, chance.randint(1, points.count(point)), RESTORE)
    assert shop.database.query("SELECT * FROM orders") == [(1, 1, "a")]
    assert shop.database.query("SELECT conname, convalidated FROM pg_constraint WHERE contype IN ('f', 'c')"
                               " AND conrelid = 'orders'::regclass") == [
        ("of_customer", True)]
    assert shop.database.value("SELECT attnotnull FROM pg_attribute WHERE attname = 'note'"
                               " AND attrelid = 'orders'::regclass")


@pytest.mark.slice
@pytest.mark.parametrize("point", ["quarantine.purged", "transaction.asked"])
def test_a_purge_dies_and_goes_on(new_shop, tmp_path, chance, point):
    points = traced(new_shop(), tmp_path, PURGE)
    assert OURS[2] in points
    shop = new_shop()
    die_at(shop, point, chance.randint(1, points.count(point)), PURGE)
    assert not shop.database.has("migrate_safe_quarantine.orders_002")
