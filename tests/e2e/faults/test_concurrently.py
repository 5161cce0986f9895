"""CREATE INDEX and REINDEX CONCURRENTLY, interrupted in each of their phases in each way."""
import contextlib
import signal

import pytest

from conftest import IS_SLICE, Database, NUMBERS, wait_for_quiet, wait_until
from truth import LEFTOVERS

# An index on gate(value) is built only as long as nobody holds the advisory lock 7; whoever has
# `test.passes` set may write meanwhile.
SETUP = """
CREATE TABLE item (id int PRIMARY KEY, value int);
INSERT INTO item SELECT i, i FROM generate_series(1, 100) i;
CREATE FUNCTION gate(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF current_setting('test.passes', true) IS NULL THEN
        PERFORM pg_advisory_lock_shared(7), pg_advisory_unlock_shared(7);
    END IF;
    RETURN $1;
END $$;
"""
CREATE = "CREATE INDEX CONCURRENTLY item_gate ON item (gate(value));\n"
REINDEX = "REINDEX INDEX CONCURRENTLY item_gate;\n"
WRITE = "BEGIN; INSERT INTO item VALUES (0, 0)"
READ = "BEGIN; SELECT FROM item LIMIT 1"
SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1"
LOCK, UNLOCK = "SELECT pg_advisory_lock(7)", "SELECT pg_advisory_unlock(7)"
# What others do until the phase is reached: who (two sessions), and what; a word: wait for that phase.
PHASES = {
    "waiting for writers before build": [("a", WRITE)],
    "building index": [("a", LOCK)],
    "waiting for writers before validation": [
        ("a", LOCK), "building index", ("b", WRITE), ("a", UNLOCK)],
    "index validation": [
        ("a", LOCK), "building index", ("b", WRITE), ("a", UNLOCK),
        "waiting for writers before validation", ("a", LOCK), ("b", "COMMIT")],
    "waiting for old snapshots": [("a", SNAPSHOT)],
    "waiting for readers before marking dead": [("a", READ)],
    "waiting for readers before dropping": [
        ("a", READ), "waiting for readers before marking dead", ("b", READ), ("a", "COMMIT")],
}
WAYS = ["waits", "killed", "cancelled", "terminated", "server stops"]
CASES = [(statement, phase, way) for statement in ("create", "reindex") for phase in PHASES
         for way in WAYS if statement == "reindex" or "readers" not in phase]
if IS_SLICE:
    CASES = [case for number, case in enumerate(CASES) if number % 9 == 1]


class Scene:
    """A program at work, and two sessions that hold it up in a phase."""

    def __init__(self, stages, statement):
        self.stages = stages
        self.database = Database(stages.server, f"fault_{next(NUMBERS)}").create()
        self.program = stages.program(self.database)
        self.directory = stages.directory / self.database.name
        (self.directory / "migrations").mkdir(parents=True)
        self.write("001_item.up.sql", SETUP)
        if statement == "reindex":
            self.write("002_index.up.sql", CREATE)
        self.program("up", cwd=self.directory).ok()
        self.write("003_x.up.sql", CREATE if statement == "create" else REINDEX)
        self.others = {name: self.database.connect() for name in ("a", "b")}
        for other in self.others.values():
            other.execute("SET test.passes = 'yes'")

    def write(self, name, text):
        (self.directory / "migrations" / name).write_text(text)

    def up(self, *arguments):
        return self.program.start("up", "--skip-backup", *arguments, cwd=self.directory)

    def reach(self, phase):
        """The run that stands in this phase."""
        script = list(PHASES[phase])
        while script and not isinstance(script[0], str):
            self.play(script.pop(0))
        running = self.up()
        for act in [*script, phase]:
            self.play(act)
        return running

    def play(self, act):
        if isinstance(act, str):
            wait_until(lambda: self.database.query(
                "SELECT pid FROM pg_stat_progress_create_index WHERE phase LIKE %s || '%%'"
                " AND datname = current_database()", [act]))
            return
        name, sql = act
        for statement in sql.split("; "):
            self.others[name].execute(statement)

    def release(self):
        for other in self.others.values():
            with contextlib.suppress(Exception):  # gone with the server
                other.close()

    def backend(self):
        return self.database.value("SELECT pid FROM pg_stat_progress_create_index"
                                   " WHERE datname = current_database()")

    def state(self):
        entries = self.program("status", "--json", cwd=self.directory).ok().json()["migrations"]
        return entries[-1]["state"]

    def close(self):
        self.release()
        self.program.close()
        if self.database.server.process.poll() is None:
            self.database.drop()


@pytest.fixture
def new_scene(mortal_stages):
    made = []

    def make(statement):
        made.append(Scene(mortal_stages, statement))
        return made[-1]

    yield make
    for scene in made:
        scene.close()


def interrupt(scene, running, way):
    """Exit code as it must be for this way; nobody holds anything up any more."""
    if way == "waits":
        scene.release()
        return running.finish().ok()
    if way == "killed":
        running.kill().finish()
        assert scene.state() == "dirty"
        refused = scene.up("--wait-runner", "0ms").finish().failed(1)
        assert f"held by backend {scene.backend()}, migrate-safe up" in refused.err
        scene.release()
        return wait_for_quiet(scene.database)
    if way == "cancelled":
        running.interrupt().finish().failed(130)
    elif way == "terminated":
        scene.database.query("SELECT pg_terminate_backend(%s)", [scene.backend()])
        running.finish().failed(5)
    else:
        scene.database.server.restart(signal.SIGQUIT)
        running.finish().failed(5)
    wait_for_quiet(scene.database)
    assert scene.state() == "dirty"
    return scene.release()


@pytest.mark.parametrize("statement, phase, way", CASES)
def test_interrupted(new_scene, statement, phase, way):
    scene = new_scene(statement)
    interrupt(scene, scene.reach(phase), way)
    scene.up().finish().ok()
    assert scene.state() == "applied"
    assert scene.database.query(LEFTOVERS) == []
    assert scene.database.value("SELECT indisvalid FROM pg_index"
                                " WHERE indexrelid = 'item_gate'::regclass")
    assert scene.database.value("SELECT count(*) FROM pg_index WHERE indrelid = 'item'::regclass") == 2
