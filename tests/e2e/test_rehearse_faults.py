"""What can go wrong while a copy is made and migrations run on it: the target stays as it is, the
copy's server and its files are gone, and what happened is said."""
import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile

import pytest

from harness import scratch
from harness.history import contents
from harness.message import said
from harness.waiting import until
from psycopg import sql

pytestmark = pytest.mark.once


class Place:
    """Where the throwaway server lies, for one test alone."""

    def __init__(self, path):
        self.path = path
        path.chmod(0o1777)  # the server is run by another user

    def processes(self):
        """Of the server, by number: what each shows as its title."""
        titles = {}
        for process in pathlib.Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):  # it has ended meanwhile
                title = (process / "cmdline").read_bytes().decode(errors="replace")
                if str(self.path) in title or str(self.path) in os.readlink(process / "cwd"):
                    titles[int(process.name)] = title
        return {pid: title for pid, title in titles.items() if "postgres" in title}

    def until_shown(self, word):
        until(lambda: any(word in title for title in self.processes().values()), word)

    def kill(self):
        for pid in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def assert_empty(self):
        assert self.processes() == {}
        assert not list(self.path.glob("migrate-safe*"))


@pytest.fixture
def place():
    path = pathlib.Path(tempfile.mkdtemp(prefix="ms-", dir=scratch.place()))
    place = Place(path)
    yield place
    place.kill()
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def middling_disk():
    """Where a small server has room, and its rows not much more."""
    path = pathlib.Path(tempfile.mkdtemp(prefix="ms-disk-"))
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=300m", "none", path],
                             stderr=subprocess.DEVNULL) if os.geteuid() == 0 else None
    if not mounted or mounted.returncode != 0:
        path.rmdir()
        pytest.skip("a file system cannot be mounted here")
    place = Place(path)
    yield place
    place.kill()
    subprocess.run(["umount", "--lazy", path], check=True)
    path.rmdir()


EVERYTHING = """
    SELECT (SELECT string_agg(datname, ' ' ORDER BY datname) FROM pg_database),
           (SELECT string_agg(rolname, ' ' ORDER BY rolname) FROM pg_roles),
           (SELECT string_agg(setconfig::text, ' ') FROM pg_db_role_setting),
           (SELECT string_agg(name || setting, ' ' ORDER BY name) FROM pg_file_settings),
           (SELECT md5(string_agg(o::text, ' ' ORDER BY id)) FROM orders o)"""


@pytest.fixture
def target(cli, folder, database):
    """A database with rows, in which nothing may change."""
    database.query("CREATE TABLE orders (id int PRIMARY KEY, note text);"
                   "INSERT INTO orders SELECT g, 'n' || g FROM generate_series(1, 100) g")
    folder.pair("001_x", "SELECT 1;\n", "SELECT 1;\n")
    cli("baseline", "001").ok()

    def state():
        return database.schema(exclude=""), database.query(EVERYTHING), contents(database)
    before = state()
    yield database
    assert state() == before


OTHERS = "pid <> pg_backend_pid() AND backend_type = 'client backend'"
FOREVER = "DO $$ BEGIN LOOP PERFORM pg_sleep(0.1); END LOOP; END $$;\n"
STUBBORN = ("DO $$ BEGIN LOOP BEGIN PERFORM pg_sleep(600); EXCEPTION WHEN query_canceled THEN NULL; END;"
            " END LOOP; END $$;\n")
APART = "-- migrate-safe: no-transaction\n"
ENDED = "it was ended after 2."
# up, down, exit code, words of its findings, what they say
CASES = {
    "never-ends": ("SET statement_timeout = 0; " + STUBBORN, "SELECT 1;\n", 2, ["up-failed"], ENDED),
    "its-down-never-ends": ("SELECT 1;\n", FOREVER, 4, ["down-failed"], ENDED),
    "kills-itself": ("SELECT pg_terminate_backend(pg_backend_pid());\n", "SELECT 1;\n", 2, ["up-failed"],
                     "terminating connection"),
    "commits-in-a-procedure": (
        "CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$;\nCALL p();\n", "DROP PROCEDURE p();\n",
        2, ["up-failed"], "invalid transaction termination"),
    "commits-apart": (f"{APART}CREATE TABLE x (id int);\nDO $$ BEGIN INSERT INTO x VALUES (1); COMMIT;"
                      " INSERT INTO x VALUES (2); ROLLBACK; END $$;\n", "DROP TABLE x;\n", 0, [], ""),
    "has-two-transactions": ("BEGIN; CREATE TABLE x (id int); COMMIT; BEGIN; INSERT INTO x VALUES (1); COMMIT;\n",
                             "DROP TABLE x;\n", 0, [], ""),
    "makes-a-database": (f"{APART}CREATE DATABASE made_by_it;\n", f"{APART}DROP DATABASE made_by_it;\n", 0,
                         ["server-wide"], "database made_by_it was made"),
    "makes-a-role": ("CREATE ROLE made_by_it;\n", "DROP ROLE made_by_it;\n", 0, ["server-wide"], "role made_by_it was made"),
    "changes-the-server": (f"{APART}ALTER SYSTEM SET work_mem = '8MB';\n", f"{APART}ALTER SYSTEM RESET work_mem;\n", 0,
                           ["server-wide"], "setting work_mem was set"),
    "changes-a-role": ("ALTER ROLE CURRENT_USER SET work_mem = '8MB';\n", "ALTER ROLE CURRENT_USER RESET work_mem;\n", 0,
                       ["server-wide"], "role postgres was changed"),
}


@pytest.mark.slice
@pytest.mark.parametrize("case", CASES)
def test_a_migration_that(cli, folder, target, place, case):
    up, down, code, words, text = CASES[case]
    folder.pair("002_x", up, down)
    limits = ["--migration-limit", "100ms"] if "ends" in case else []
    document = cli("rehearse", "--from", "dump", "--json", *limits, env={"TMPDIR": place.path}).failed(code).json()
    found = [finding for each in [*document["migrations"], document] for finding in each["findings"]]
    assert [finding["problem"] for finding in found] == words
    assert all(text in finding["message"] for finding in found)
    place.assert_empty()


@pytest.mark.slow
def test_what_only_a_superuser_may(cli, folder, target, place, roles):
    name = roles(f"deploy_of_{target.name}")
    target.query(sql.SQL("GRANT ALL ON ALL TABLES IN SCHEMA public, migrate_safe TO {0};"
                         "GRANT SELECT ON ALL SEQUENCES IN SCHEMA migrate_safe TO {0};"
                         "GRANT USAGE ON SCHEMA migrate_safe TO {0}").format(sql.Identifier(name)))
    folder.pair("002_x", "COPY orders TO PROGRAM 'cat > /dev/null';\n", "SELECT 1;\n")
    cli.url = target.server.url(target.name, user=name)
    document = cli("rehearse", "--from", "dump", "--json", env={"TMPDIR": place.path}).failed(2).json()
    finding, = document["migrations"][0]["findings"]
    assert (finding["problem"], finding["sqlstate"]) == ("up-failed", "42501")
    place.assert_empty()


@pytest.mark.slow
def test_who_ends_all_others_is_told(cli, folder, target, place):
    """Our own sessions beside it as well: it can be judged no more."""
    folder.pair("002_x", f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {OTHERS};\n", "SELECT 1;\n")
    assert "terminating connection due to" in cli("rehearse", "--from", "dump", env={"TMPDIR": place.path}).failed(5).err
    place.assert_empty()


@pytest.mark.slow
def test_the_copys_server_is_killed(cli, folder, target, place):
    folder.pair("002_x", "DO $$ BEGIN PERFORM pg_sleep(600); END $$;\n", "SELECT 1;\n")
    running = cli.start("rehearse", "--from", "dump", env={"TMPDIR": place.path})
    place.until_shown("] DO")
    place.kill()
    code, message, advice = said(running.finish())
    assert (code, "the server of the copy has ended" in message) == (5, True)
    assert "nothing was done to the database itself" in advice
    place.assert_empty()


@pytest.mark.slow
def test_its_disk_fills_up_while_rows_come(cli, folder, target, middling_disk):
    target.query("CREATE TABLE large AS SELECT g AS id, repeat('n', 100) AS note FROM generate_series(1, 400000) g")
    try:
        folder.pair("002_x", "SELECT 1;\n", "SELECT 1;\n")
        running = cli.start("rehearse", "--from", "dump", env={"TMPDIR": middling_disk.path})
        middling_disk.until_shown("COPY")
        with contextlib.suppress(OSError), open(middling_disk.path / "others", "wb") as file:
            while True:
                file.write(b"x" * (1 << 16))
        code, message, advice = said(running.finish())
        assert code == 5 and " are left in " in message
        assert advice.startswith("name a larger disk: TMPDIR=DIR migrate-safe rehearse")
        middling_disk.assert_empty()
    finally:
        target.query("DROP TABLE large")
