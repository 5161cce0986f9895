"""What the program wrote about itself into a database."""
from psycopg import sql


def _query(database, text, parameters=None, schema="migrate_safe"):
    return database.query(sql.SQL(text).format(sql.Identifier(schema)), parameters)


def versions(database, schema="migrate_safe"):
    """Applied versions in order of application; none when nothing was ever written."""
    if not database.value("SELECT to_regclass(format('%%I.schema_migrations', %s::text)) IS NOT NULL",
                          [schema]):
        return []
    return [version for version, in _query(
        database, "SELECT version FROM {}.schema_migrations ORDER BY applied_order", None, schema)]


def row(database, version, *columns):
    """Columns of one version's row, as a tuple."""
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    return database.query(sql.SQL("SELECT {} FROM migrate_safe.schema_migrations WHERE version = %s")
                          .format(names), [version])[0]


def events(database, version=None):
    """Events of the journal (of one version), oldest first."""
    return [event for event, in database.query(
        "SELECT event FROM migrate_safe.journal"
        " WHERE %(version)s::text IS NULL OR version = %(version)s ORDER BY id",
        {"version": version})]


def contents(database):
    """All that our schema holds: equal values say that nothing was written there."""
    if not database.has("migrate_safe.schema_migrations"):
        return None
    return (database.query("SELECT * FROM migrate_safe.schema_migrations ORDER BY applied_order"),
            database.query("SELECT * FROM migrate_safe.journal ORDER BY id"),
            database.query("SELECT * FROM migrate_safe.store_steps ORDER BY step"),
            database.query("SELECT * FROM migrate_safe.schema_snapshots ORDER BY id"))
