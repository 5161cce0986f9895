"""A small database with a name of its own, and what restores make and keep beside it."""
from psycopg import sql

from .database import Database

SHOP = """
CREATE TABLE orders (id int PRIMARY KEY, customer text, total numeric);
CREATE TABLE notes (text text);
INSERT INTO orders SELECT n, 'customer ' || n, n FROM generate_series(1, 1000) n;
INSERT INTO notes VALUES ('a'), ('a'), ('b');
"""


def named(server, database, word):
    """Databases beside it that a restore made or kept."""
    return [name for name, in server.query(
        "SELECT datname FROM pg_database WHERE datname LIKE %s ORDER BY 1", [f"{database.name}_{word}_%"])]


def comment_of(server, name):
    return server.query("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s",
                        [name])[0][0]


def make(cluster, name):
    database = Database(cluster, name).create()
    database.query(SHOP)
    return database


def drop(database):
    """With all that is called as it is and something behind that."""
    for name, in database.server.query("SELECT datname FROM pg_database WHERE datname LIKE %s", [database.name + "%"]):
        database.server.query(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
