"""Databases in the states from which a command is disturbed, and what it leaves undisturbed."""
import itertools
import os
import random
import signal
import time

import pytest
from psycopg import sql

import killable
import mixed
import truth
from harness.database import Database
from harness.folder import Folder

NUMBERS = itertools.count(1)
IS_SLICE = os.environ.get("MIGRATE_SAFE_FAULTS") == "slice"


def pytest_collection_modifyitems(items):
    here = os.path.dirname(__file__)
    for item in items:
        if str(item.path).startswith(here):
            item.add_marker("faults")


def pytest_report_header():
    return f"faults: {'a slice' if IS_SLICE else 'in full'}, MIGRATE_SAFE_SEED={seed()}"


def seed():
    """One for the whole run, printed, so that a failure can be had again."""
    return int(os.environ.setdefault("MIGRATE_SAFE_SEED", str(random.SystemRandom().randrange(10**6))))


class Scene:
    """A command, and the state of the database from which it starts."""

    def __init__(self, state, *arguments, is_true=True):
        self.state = state
        self.arguments = arguments
        self.is_true = is_true  # False: history says what it was told to, not what we did


SCENES = {
    "up": Scene("empty", "up", "--skip-backup"),
    "up to 003": Scene("empty", "up", "--to", "003", "--skip-backup"),
    "down": Scene("all", "down", "--to", "0", "--skip-backup"),
    "redo": Scene("three", "redo", "--skip-backup"),
    "recover": Scene("interrupted", "recover", "--resume", "--yes", "--skip-backup"),
    "undo": Scene("interrupted", "recover", "--undo", "--yes", "--skip-backup"),
    "undo invalid": Scene("invalid", "recover", "--undo", "--yes", "--skip-backup"),
    "resume invalid": Scene("invalid", "recover", "--resume", "--yes", "--skip-backup"),
    "undo partly": Scene("partly", "recover", "--undo", "--yes", "--skip-backup"),
    "mark": Scene("interrupted", "recover", "--mark-applied", "--yes", is_true=False),
    "baseline": Scene("foreign", "baseline", "005", is_true=False),
}


class Stage:
    """One database in which something goes wrong, with the program that works on it."""

    def __init__(self, program, database, scene, expected):
        self.program = program
        self.database = database
        self.scene = scene
        self.expected = expected  # truth.Left of the undisturbed run

    def start(self, *arguments, **environment):
        return self.program.start(*self.scene.arguments, *arguments, env=environment)

    def run(self, *arguments, timeout=60, **environment):
        return self.start(*arguments, **environment).finish(timeout)

    def check_status(self):
        """Once the server has noticed that nobody is there any more."""
        wait_for_quiet(self.database)
        if not self.scene.is_true:
            found = self.program("status", "--json").ok().json()["migrations"]
            return {entry["version"]: entry["state"] for entry in found}
        return truth.check_status(self.program, self.database)

    def check_told(self, result):
        """What a run that failed says of each migration, beside the history."""
        if "run_id" not in (document := result.json()):  # it never came to run anything
            return
        wait_for_quiet(self.database)
        rows, done = ({row[0]: row[column] for row in self.database.query(
            "SELECT version, dirty, statements_done FROM migrate_safe.schema_migrations")}
            for column in (1, 2))
        untouched = None if self.scene.arguments[0] in ("up", "recover") else False
        for told in document["migrations"]:
            allowed = {"applied": [False], "reverted": [None], "partly_done": [True],
                       "failed": [untouched], "not_run": [untouched],
                       "unknown": [None, False, True]}[told["state"]]
            assert rows.get(told["version"]) in allowed, (told, rows, result)
            if told["state"] == "partly_done":  # the answer to one more COMMIT may have been lost
                assert 0 <= done[told["version"]] - told["statements_done"] <= 2, (told, done, result)

    def check_finished(self):
        """All is as an undisturbed run leaves it, and nothing is left to do."""
        found = truth.left(self.database)
        assert found.leftovers == []
        assert found.history == self.expected.history
        assert found.dump == self.expected.dump
        if self.expected.history:
            truth.check_journal(self.database)
        assert "dirty" not in self.check_status().values()

    def finish(self):
        """The same command again does what is left."""
        self.run().ok()
        self.check_finished()


def wait_until_stopped(running):
    """By its SIGSTOP at a kill point."""
    found = os.waitid(os.P_PID, running.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
    assert found.si_code == os.CLD_STOPPED, running.finish()
    return running


def go_on(running):
    os.kill(running.pid, signal.SIGCONT)
    return running


def wait_for_quiet(database):
    """Until every backend of the program has ended, its transactions with it."""
    wait_until(lambda: not database.server.query(
        "SELECT pid FROM pg_stat_activity WHERE datname = %s AND application_name LIKE 'migrate-safe%%'",
        [database.name]))


def wait_until(is_true, timeout=60):
    """What a server does by itself cannot be awaited otherwise than by asking."""
    deadline = time.monotonic() + timeout
    while not is_true():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.005)


class Stages:
    """Makes stages: the state of each scene is made once, and copied."""

    def __init__(self, server, directory):
        self.server = server
        self.directory = directory
        self.states = {}
        self.expected = {}
        self.traces = {}
        self.durations = {}
        self.programs = []
        self.databases = []
        self.folder = Folder(directory / "migrations")
        mixed.write(self.folder)

    def program(self, database):
        program = killable.program(self.directory, database.url)
        self.programs.append(program)
        return program

    def database(self, template):
        database = Database(self.server, f"fault_{next(NUMBERS)}")
        self.server.query(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
            sql.Identifier(database.name), sql.Identifier(template)))
        self.databases.append(database)
        # A copy by WAL brings along sequences that count 32 values as logged: a crash would give them
        # out again (seen with 15). A checkpoint has them logged anew.
        self.server.query("CHECKPOINT")
        return database

    def state(self, name):
        if name not in self.states:
            database = self.database("template1")
            program = self.program(database)
            getattr(self, f"make_{name}")(program, database)
            wait_for_quiet(database)
            self.states[name] = database.name
        return self.states[name]

    def make_empty(self, program, database):
        pass

    def make_all(self, program, database):
        program("up", "--skip-backup").ok()

    def make_three(self, program, database):
        program("up", "--to", "003", "--skip-backup").ok()

    def make_interrupted(self, program, database):
        """The first CREATE INDEX CONCURRENTLY has run, and was not counted."""
        program("up", "--skip-backup", env={"MIGRATE_SAFE_FAULT": "steps.ran"}).failed(-9)

    def make_invalid(self, program, database):
        """The second one was interrupted: its index is INVALID."""
        program("up", "--to", "002", "--skip-backup").ok()
        with database.connect() as writer:
            writer.execute("BEGIN; INSERT INTO orders (id, customer) VALUES (0, 0)")
            running = program.start("up", "--skip-backup")
            wait_until(lambda: database.query("SELECT pid FROM pg_stat_progress_create_index"
                                              " WHERE phase LIKE 'waiting%%'"))
            running.interrupt().finish().failed(130)
            writer.execute("ROLLBACK")

    def make_partly(self, program, database):
        """All statements are done, and history does not say so yet."""
        program("up", "--skip-backup", env={"MIGRATE_SAFE_FAULT": "steps.finished"}).failed(-9)

    def make_foreign(self, program, database):
        self.make_all(program, database)
        database.query("DROP SCHEMA migrate_safe CASCADE")

    def new(self, name):
        scene = SCENES[name]
        if name not in self.expected:
            database = self.database(self.state(scene.state))
            self.program(database)(*scene.arguments).ok()
            self.expected[name] = truth.left(database)
        database = self.database(self.state(scene.state))
        return Stage(self.program(database), database, scene, self.expected[name])

    def points(self, name):
        """Every point that the command reaches, in order, each as often as it is reached."""
        if name not in self.traces:
            path = self.directory / f"trace.{name}"
            self.new(name).run(MIGRATE_SAFE_FAULT_TRACE=str(path)).ok()
            self.traces[name] = path.read_text().split()
        return self.traces[name]

    def drop(self, kept=()):
        for program in self.programs:
            program.close()
        for database in self.databases:
            if database.name not in kept:
                database.drop()
        self.programs = []
        self.databases = [database for database in self.databases if database.name in kept]


@pytest.fixture(scope="session")
def needs_kill_points():
    if not killable.BINARY.exists():
        pytest.skip(f"{killable.BINARY} is not built")


@pytest.fixture
def cli(needs_kill_points, tmp_path, database):
    program = killable.program(tmp_path, database.url)
    yield program
    program.close()


@pytest.fixture(scope="session")
def all_stages(needs_kill_points, cluster, tmp_path_factory):
    """For all tests of one run; `stages` throws away what one test made."""
    stages = Stages(cluster, tmp_path_factory.mktemp("faults"))
    yield stages
    stages.drop()


@pytest.fixture
def stages(all_stages):
    yield all_stages
    all_stages.drop(kept=set(all_stages.states.values()))


@pytest.fixture(scope="session")
def all_mortal_stages(programs, tmp_path_factory):
    """On a server of their own, which tests stop as a crash would."""
    server = programs.new_server().start()
    stages = Stages(server, tmp_path_factory.mktemp("mortal"))
    yield stages
    stages.drop()
    server.remove()


@pytest.fixture
def mortal_stages(all_stages, all_mortal_stages):
    yield all_mortal_stages
    all_mortal_stages.drop(kept=set(all_mortal_stages.states.values()))


@pytest.fixture
def chance(request):
    """Random numbers that are the same again for the same MIGRATE_SAFE_SEED."""
    return random.Random(f"{seed()} {request.node.name}")
