"""The program's own throwaway server and what is left of it when its owner is killed."""
import os
import pathlib
import shutil
import signal
import subprocess

import psycopg
import pytest

from harness.program import find_binary
from harness.waiting import until

pytestmark = pytest.mark.once


class Holder:
    """A running tests/unit/pg/cluster_holder.c."""

    def __init__(self, process):
        self.process = process
        self.url, directory, pid = (process.stdout.readline().strip() for _ in range(3))
        self.directory = pathlib.Path(directory)
        self.server_pid = int(pid)

    def kill(self, number=signal.SIGKILL):
        self.process.send_signal(number)
        self.process.communicate()


def is_running(pid):
    """False as well for a dead process that nobody has waited for."""
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):  # gone before the opening, or behind it
        return False


def children(pid):
    return [int(word) for word in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.fixture
def program():
    path = find_binary().parent / "tests/unit/pg/cluster_holder"
    assert path.exists(), f"{path} is missing: build the tests first (make)"
    return path


@pytest.fixture
def place(programs):
    """A temporary directory where nobody else's start sweeps."""
    programs.directory.chmod(0o711)
    path = programs.directory / "place"
    path.mkdir()
    path.chmod(0o1777)
    yield path
    shutil.rmtree(path)


@pytest.fixture
def sweep(program, place):
    def run():
        subprocess.run([program, "sweep"], check=True, env={**os.environ, "TMPDIR": str(place)})
    return run


@pytest.fixture
def hold(program, place, sweep):
    holders = []

    def start(program=program, env=os.environ, **options):
        process = subprocess.Popen([program], stdout=subprocess.PIPE, text=True,
                                   env={**env, "TMPDIR": str(place)}, **options)
        holders.append(Holder(process))
        assert holders[-1].directory.parent == place
        return holders[-1]

    yield start
    for holder in holders:
        if holder.process.poll() is None:
            holder.kill()
        until(lambda: not is_running(holder.server_pid))
    sweep()
    assert list(place.iterdir()) == []


def test_the_server_answers(hold):
    holder = hold()
    with psycopg.connect(holder.url) as connection:
        assert connection.execute("SELECT current_user").fetchone() == ("postgres",)
        user = connection.execute("SHOW data_directory").fetchone()[0]
    assert pathlib.Path(user).owner() != "root"
    assert holder.directory.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_the_server_dies_with_its_owner(hold, number):
    holder = hold()
    with psycopg.connect(holder.url, autocommit=True) as connection:
        connection.execute("SELECT 1")
        family = [holder.server_pid, *children(holder.server_pid)]
        assert len(family) > 3
        holder.kill(number)
        until(lambda: not any(is_running(pid) for pid in family))


def test_the_next_start_removes_what_a_killed_owner_left(hold):
    first, living = hold(), hold()
    first.kill()
    assert first.directory.exists()
    second = hold()
    assert not first.directory.exists()
    for holder in (living, second):
        with psycopg.connect(holder.url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)


@pytest.mark.once
def test_a_server_that_outlived_its_owner_is_ended(hold, sweep):
    holder = hold()
    family = [holder.server_pid, *children(holder.server_pid)]
    os.kill(holder.server_pid, signal.SIGSTOP)  # it hears neither its death signal nor a polite word
    holder.kill()
    sweep()
    assert not is_running(holder.server_pid)
    assert not holder.directory.exists()
    until(lambda: not any(is_running(pid) for pid in family))


@pytest.fixture
def stranger(programs, program, place):
    """Popen's arguments for a user that is not root, with a cache of his own, still empty."""
    home = programs.directory / "stranger"
    home.mkdir(mode=0o755)
    programs.who.give(home)
    copy = pathlib.Path(shutil.copy(program, programs.directory / "cluster_holder"))
    copy.chmod(0o755)
    arguments = programs.who.arguments(signal.SIGKILL)
    arguments["env"] |= {"XDG_CACHE_HOME": str(home),
                         "MIGRATE_SAFE_PG_BIN": str(programs.binaries)}
    yield {"program": copy, **arguments}
    shutil.rmtree(home)
    copy.unlink()


def templates(directory):
    return sorted(path.name for path in directory.iterdir() if path.name != "lock")


def test_first_starts_at_once_share_one_initdb(hold, stranger, programs):
    holders = [hold(**stranger) for _ in range(3)]
    assert len({holder.directory for holder in holders}) == 3
    cache = programs.directory / "stranger/migrate-safe"
    names = templates(cache)
    assert len(names) == 1 and names[0].startswith(f"initdb-{programs.major}-")
    made = (cache / names[0]).stat().st_ctime_ns
    hold(**stranger)
    assert templates(cache) == names
    assert (cache / names[0]).stat().st_ctime_ns == made


@pytest.mark.once
def test_a_cache_that_others_can_write_to_is_not_used(hold, stranger, programs):
    cache = programs.directory / "stranger/migrate-safe"
    cache.mkdir()
    programs.who.give(cache)
    cache.chmod(0o777)
    account = programs.who.account
    fallback = pathlib.Path(f"/tmp/migrate-safe-cache-{account.pw_uid if account else os.getuid()}")
    was_there = fallback.exists()
    assert hold(**stranger).server_pid
    assert templates(cache) == []
    if not was_there:
        shutil.rmtree(fallback)


@pytest.mark.slow
def test_a_half_made_template_is_made_anew(hold, stranger, programs):
    hold(**stranger)
    cache = programs.directory / "stranger/migrate-safe"
    name, = templates(cache)
    (cache / name).rename(cache / f"{name}.unfinished")  # as if killed before it got its name
    assert hold(**stranger).server_pid
    assert templates(cache) == [name]
