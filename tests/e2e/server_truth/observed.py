"""Runs one statement and looks at it from a second connection: which relations it locks and how, what
it rewrites, what it reads."""
import dataclasses
import threading
import time

MODES = {
    "AccessShareLock": 1, "RowShareLock": 2, "RowExclusiveLock": 3, "ShareUpdateExclusiveLock": 4,
    "ShareLock": 5, "ShareRowExclusiveLock": 6, "ExclusiveLock": 7, "AccessExclusiveLock": 8,
}

# Relations that others can see: what the statement makes is not among them.
RELATIONS = """
SELECT c.oid, c.oid::regclass::text, c.relkind, coalesce(i.indrelid, 0)
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_index i ON i.indexrelid = c.oid
WHERE n.nspname NOT IN ('pg_catalog', 'pg_toast', 'information_schema') AND c.relkind <> 'c'
"""

LOCKS = """
SELECT relation, mode FROM pg_locks
WHERE pid = %s AND locktype = 'relation'  -- also what is waited for
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""

# Files and scans as the transaction itself sees them.
FILES = """
SELECT oid, pg_relation_filenode(oid), pg_stat_get_xact_numscans(oid)
FROM unnest(%s::oid[]) AS r(oid) WHERE pg_relation_filenode(oid) IS NOT NULL
"""

WAITS = "SELECT wait_event_type = 'Lock' FROM pg_stat_activity WHERE pid = %s"


@dataclasses.dataclass
class Relation:
    oid: int
    name: str
    kind: str
    table: int  # of an index
    mode: int = 0
    is_rewritten: bool = False
    is_scanned: bool = False


def relations(connection):
    return {row[0]: Relation(*row) for row in connection.execute(RELATIONS).fetchall()}


def add_locks(seen, watcher, pid):
    for relation, mode in watcher.execute(LOCKS, [pid]).fetchall():
        if relation in seen:
            seen[relation].mode = max(seen[relation].mode, MODES[mode])


def observe(worker, watcher, statement):
    """{oid: Relation} of all that others can see. The transaction is rolled back."""
    seen = relations(watcher)
    with worker.transaction(force_rollback=True):
        oids = list(seen)
        before = {row[0]: row for row in worker.execute(FILES, [oids]).fetchall()}
        worker.execute(statement)
        add_locks(seen, watcher, worker.info.backend_pid)
        for oid, file, scans in worker.execute(FILES, [oids]).fetchall():
            if oid in before:
                seen[oid].is_rewritten = file != before[oid][1]
                seen[oid].is_scanned = scans > before[oid][2]
    return seen


def observe_waiting(worker, watcher, blocker, case):
    """The same, of locks only, for a statement that waits for a transaction of `blocker`."""
    seen = relations(watcher)
    pid = worker.info.backend_pid
    failed = []

    def run():
        try:
            worker.execute(case.sql)
        except Exception as error:  # seen by the test, in its own thread
            failed.append(error)

    with blocker.transaction(force_rollback=True):
        blocker.execute(case.meanwhile)
        thread = threading.Thread(target=run)
        thread.start()
        deadline = time.monotonic() + 20
        while not watcher.execute(WAITS, [pid]).fetchone()[0]:
            assert not failed and time.monotonic() < deadline, failed
            time.sleep(0.002)
        add_locks(seen, watcher, pid)
    thread.join(20)
    assert not failed and not thread.is_alive(), failed
    return seen
