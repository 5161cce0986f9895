"""backup restore: a backup beside the live database, proven, then in its place."""
import json
import re
import subprocess

import psycopg
import pytest
from psycopg import sql

from harness import server as servers
from harness.database import Database

SHOP = """
CREATE TABLE orders (id int PRIMARY KEY, customer text, total numeric);
CREATE TABLE notes (text text);
INSERT INTO orders SELECT n, 'customer ' || n, n FROM generate_series(1, 1000) n;
INSERT INTO notes VALUES ('a'), ('a'), ('b');
"""


def dump(database, path, *options):
    """What somebody else's pg_dump gives: no manifest."""
    tool = servers.find_tool("pg_dump", database.server.major)
    subprocess.run([tool, *(options or ["-Fc"]), "-f", path, "-d", database.url], check=True, timeout=60)
    return path


def names(server, like):
    return [name for name, in server.query("SELECT datname FROM pg_database WHERE datname LIKE %s ORDER BY 1",
                                           [like])]


@pytest.fixture
def shop(cluster, new_database):
    """A database of its own name on the shared server; what restores leave of it goes, too."""
    database = Database(cluster, f"shop_{new_database().name}").create()
    database.query(SHOP)
    yield database
    for name in names(cluster, database.name + "%"):
        cluster.query(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def restore(cli, shop, tmp_path):
    def run(*arguments, **options):
        return cli("backup", "restore", *arguments, env={"DATABASE_URL": shop.url}, **options)
    return run


def test_foreign_dump_is_swapped_in(restore, shop, tmp_path):
    path = dump(shop, tmp_path / "shop.dump")
    shop.query("DELETE FROM orders WHERE id <= 10; UPDATE orders SET total = -1 WHERE id = 11;"
               "INSERT INTO orders VALUES (2000, 'new', 1); INSERT INTO notes VALUES ('c')")
    result = restore(path, "--yes").ok()
    print(result)
    assert shop.value("SELECT count(*) FROM orders") == 1000
