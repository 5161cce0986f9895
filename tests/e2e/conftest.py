"""Fixtures: a server for all tests, an empty database, a folder and the program for each."""
import contextlib
import os
import pathlib
import signal
import subprocess
import tempfile

import pytest
from psycopg import sql

from harness import restored, scratch
from harness.database import Database
from harness.folder import Folder
from harness.pool import NUMBERS, Pool
from harness.program import Program
from harness.proxy import Proxy
from harness.server import Programs, find_tool


HERE = pathlib.Path(__file__).parent
# Begun first, so that no run is left alone with one of them.
LONGEST = ("test_documented_lines", "test_demo", "test_up_backup", "test_backup_verify", "test_generate_rollback")


def interrupt(_number, _frame):
    raise KeyboardInterrupt


def pytest_configure(config):
    # A job in the background starts with Ctrl-C ignored, which the programs under test would inherit.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, interrupt)  # fixtures are torn down, as after Ctrl-C
    os.environ.setdefault("TMPDIR", scratch.place())  # for the servers that the program starts
    config.addinivalue_line("markers", "once: the sanitizers' run leaves it out, to which it would add nothing")
    config.addinivalue_line("markers", "sanitized: the sanitizers' run has it all the same, though its file is marked once")
    config.addinivalue_line("markers", "faults: on the program with named kill points")
    config.addinivalue_line("markers", "slow: left to `make faults`")
    config.addinivalue_line("markers", "slice: of its cases the first is run by `make test`, the rest is slow")


def pytest_collection_modifyitems(items):
    begun = set()
    for item in items:
        if item.get_closest_marker("slice") and item.function in begun:
            item.add_marker(pytest.mark.slow)
        begun.add(getattr(item, "function", None))


def claimed(directory, items):
    """Those of the files that no other run has begun, the longest first: as each is wanted, its tests are ours."""
    files = {}
    for item in items:
        files.setdefault(item.path, []).append(item)
    for path in sorted(files, key=lambda path: path.stem not in LONGEST):
        with contextlib.suppress(FileExistsError):
            (directory / "+".join(path.relative_to(HERE).parts)).touch(exist_ok=False)
            yield from files[path]


def pytest_runtestloop(session):
    """MIGRATE_SAFE_CLAIMS=DIRECTORY: runs that name the same one share the files among them, each taking the next."""
    if session.config.option.collectonly or "MIGRATE_SAFE_CLAIMS" not in os.environ:
        return None
    if session.testsfailed and not session.config.option.continue_on_collection_errors:
        raise session.Interrupted(f"{session.testsfailed} errors during collection")
    items = claimed(pathlib.Path(os.environ["MIGRATE_SAFE_CLAIMS"]), session.items)
    item = next(items, None)
    while item:
        following = next(items, None)
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.shouldfail or session.shouldstop:
            raise session.Interrupted(session.shouldfail or session.shouldstop)
        item = following
    return True


@pytest.fixture(scope="session")
def programs():
    """The server's programs, for tests that need servers of their own: programs.new_server()."""
    programs = Programs()
    yield programs
    programs.close()


@pytest.fixture(scope="session")
def needs_pg_dump(programs):
    if find_tool("pg_dump", programs.major) is None:
        pytest.skip(f"no pg_dump for PostgreSQL {programs.major} is installed")


@pytest.fixture(scope="session")
def cluster(programs):
    """One server for all tests; who stops it or changes its settings takes `own_server`."""
    server = programs.new_server().start()
    yield server
    server.remove()


@pytest.fixture
def own_server(programs):
    server = programs.new_server().start()
    yield server
    server.remove()


@pytest.fixture(scope="session")
def pool(cluster):
    return Pool(cluster)


@pytest.fixture
def new_database(pool):
    """Empty databases: new_database(), or new_database(server), which go with their server."""
    taken = []

    def make(server=None):
        if server and server is not pool.server:
            return Database(server, f"e2e_{next(NUMBERS)}").create()
        taken.append(pool.take())
        return taken[-1]

    yield make
    for database in taken:
        pool.give_back(database)


@pytest.fixture
def database(new_database):
    return new_database()


@pytest.fixture
def folder(tmp_path):
    """The folder `migrations` in the directory where the program runs."""
    return Folder(tmp_path / "migrations")


@pytest.fixture
def cli(tmp_path, database):
    """The program, run in the test's directory with DATABASE_URL set to the test's database."""
    program = Program(tmp_path, database.url)
    yield program
    program.close()


@pytest.fixture
def cli_without_database(tmp_path):
    program = Program(tmp_path)
    yield program
    program.close()


@pytest.fixture
def proxy(cluster):
    with Proxy(cluster) as proxy:
        yield proxy


@pytest.fixture
def small_disk():
    """A directory with 1 MB, where one may mount such a thing."""
    directory = pathlib.Path(tempfile.mkdtemp(prefix="ms-disk-"))
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", directory],
                             stderr=subprocess.DEVNULL) if os.geteuid() == 0 else None
    if not mounted or mounted.returncode != 0:
        directory.rmdir()
        pytest.skip("a file system cannot be mounted here")
    yield directory
    subprocess.run(["umount", directory], check=True)
    directory.rmdir()


@pytest.fixture
def shop(cluster, new_database):
    """A small database that may be replaced; what restores leave beside it goes with it."""
    database = restored.make(cluster, f"shop_{new_database().name}")
    yield database
    restored.drop(database)


@pytest.fixture
def roles(cluster):
    """Roles that a test makes, which own things in several databases."""
    made = []

    def make(name, options="LOGIN"):
        cluster.query(sql.SQL("CREATE ROLE {} " + options).format(sql.Identifier(name)))
        made.append(name)
        return name
    yield make
    for name in made:
        for database, in cluster.query("SELECT datname FROM pg_database WHERE datallowconn"):
            cluster.query(sql.SQL("REASSIGN OWNED BY {} TO postgres").format(sql.Identifier(name)), database=database)
            cluster.query(sql.SQL("DROP OWNED BY {}").format(sql.Identifier(name)), database=database)
        cluster.query(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))
