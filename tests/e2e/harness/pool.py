"""Empty databases that are used again: CREATE DATABASE takes more of the machine than most tests do.

A database comes back only when each of its catalogs has as many rows as at first and none that is
younger, so that it cannot be told from a new one; else it is dropped, and the next one is new.
"""
import itertools

import psycopg

from .database import Database
from .waiting import until

USES = 50  # the catalogs' dead rows grow with each
NUMBERS = itertools.count(1)
CATALOGS = """
SELECT relname FROM pg_class WHERE relnamespace = 'pg_catalog'::regnamespace AND relkind = 'r'
AND NOT relisshared AND relname NOT LIKE 'pg_statistic%' ORDER BY relname
"""
# Of the catalogs that all databases share; an ALTER or GRANT makes a new row of the database's own.
SHARED = """
SELECT count(*), count(*) FILTER (WHERE age(xmin) < age('{0}'::xid)) FROM pg_database
WHERE datname = current_database()
UNION ALL
SELECT (SELECT count(*) FROM pg_db_role_setting WHERE setdatabase = o.oid),
       (SELECT count(*) FROM pg_shdepend WHERE dbid = o.oid)
FROM pg_database o WHERE datname = current_database()
"""
# Event triggers first, which could disturb; then extensions: what belongs to one goes with it.
EMPTY = """
DO $$
DECLARE line text;
BEGIN
    FOR line IN
        SELECT format('EVENT TRIGGER %I', evtname) FROM pg_event_trigger WHERE oid >= 16384
        UNION ALL SELECT format('EXTENSION %I', extname) FROM pg_extension WHERE oid >= 16384
        UNION ALL SELECT format('PUBLICATION %I', pubname) FROM pg_publication WHERE oid >= 16384
        UNION ALL SELECT format('SCHEMA %I', nspname) FROM pg_namespace WHERE oid >= 16384
    LOOP
        EXECUTE format('DROP %s CASCADE', line);
    END LOOP;
    -- all of them before the first is dropped: some go with another, and 13 then fails to name them
    FOREACH line IN ARRAY ARRAY(
        SELECT i.type || ' IF EXISTS ' || i.identity
        FROM pg_depend d, pg_identify_object(d.classid, d.objid, d.objsubid) i
        WHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid = 'public'::regnamespace)
    LOOP
        EXECUTE format('DROP %s CASCADE', line);
    END LOOP;
END $$
"""
END_OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


class Pool:
    def __init__(self, server):
        self.server = server
        self.free = []
        self.look = None
        self.as_new = None

    def take(self):
        if self.free:
            return self.free.pop()
        database = Database(self.server, f"e2e_{next(NUMBERS)}").create()
        database.uses = 0
        database.since, = self.server.query("SELECT txid_current()::text")[0]
        return database

    def give_back(self, database):
        if self.server.process.poll() is not None:
            return
        database.uses += 1
        if database.uses < USES and self.is_emptied(database):
            self.free.append(database)
        else:
            database.drop()

    def is_emptied(self, database):
        try:
            # What a test has set for the database does not count in this session.
            with database.connect(options="-c search_path=pg_catalog -c role=none"
                                          " -c session_replication_role=origin -c lock_timeout=20s"
                                          " -c default_transaction_read_only=off"
                                          " -c client_min_messages=error") as connection:
                until(lambda: not connection.execute(END_OTHERS).fetchall())
                connection.execute(EMPTY)
                return self.rows(connection, database) == self.rows_of_a_new_one()
        except psycopg.Error:
            return False

    def rows(self, connection, database):
        """(rows, rows younger than the database) of each catalog."""
        if self.look is None:
            names = [name for name, in connection.execute(CATALOGS).fetchall()]
            self.look = " UNION ALL ".join([
                "SELECT count(*), count(*) FILTER (WHERE age(xmin) < age('{0}'::xid)) FROM " + name
                for name in names] + [SHARED])
        return connection.execute(self.look.format(database.since)).fetchall()

    def rows_of_a_new_one(self):
        if self.as_new is None:
            database = self.take()
            with database.connect() as connection:
                self.as_new = self.rows(connection, database)
            database.drop()
        return self.as_new
