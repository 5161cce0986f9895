"""Throwaway PostgreSQL servers, started by Python itself: a test must not trust what it tests."""
import contextlib
import ctypes
import fcntl
import glob
import os
import pathlib
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.parse

import psycopg

from . import scratch

PR_SET_PDEATHSIG = 1
START_S = 60
PREFIX = "ms-e2e-"
LIBC = ctypes.CDLL(None)

# No power cut is survived, but a crash of the server is: commits are synchronous, only not synced.
SETTINGS = {
    "listen_addresses": "", "port": "5432", "unix_socket_permissions": "0777", "fsync": "off",
    "full_page_writes": "off", "timezone": "UTC", "log_timezone": "UTC",
    "log_destination": "stderr", "log_line_prefix": "%m [%p] ", "max_wal_size": "2GB",
    "max_prepared_transactions": "10",
}


def find_binaries():
    """MIGRATE_SAFE_PG_BIN, else the newest of Debian's, else what pg_config names."""
    if os.environ.get("MIGRATE_SAFE_PG_BIN"):
        return pathlib.Path(os.environ["MIGRATE_SAFE_PG_BIN"])
    found = [path for path in glob.glob("/usr/lib/postgresql/*/bin") if os.path.exists(path + "/initdb")]
    if found:
        return pathlib.Path(max(found, key=lambda path: int(path.split("/")[4])))
    return pathlib.Path(subprocess.run(["pg_config", "--bindir"], check=True, text=True,
                                       stdout=subprocess.PIPE).stdout.strip())


def find_tool(name, major):
    """A client program that can talk to this server: of its own major or a newer one."""
    own = find_binaries() / name
    if own.exists():
        return own
    fitting = [path for path in glob.glob(f"/usr/lib/postgresql/*/bin/{name}")
               if int(path.split("/")[4]) >= major]
    return pathlib.Path(min(fitting, key=lambda path: int(path.split("/")[4]))) if fitting else None


class Unprivileged:
    """subprocess arguments that make a child somebody other than root, gone when we are."""

    def __init__(self):
        self.account = None
        if os.geteuid() == 0:
            for name in ("postgres", "nobody"):
                with contextlib.suppress(KeyError):
                    self.account = pwd.getpwnam(name)
                    break

    def give(self, path):
        if self.account:
            os.chown(path, self.account.pw_uid, self.account.pw_gid)

    def arguments(self, death_signal):
        parent = os.getpid()

        def die_with_parent():  # runs after the credentials changed, which would clear it
            LIBC.prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
            if os.getppid() != parent:
                os._exit(127)

        arguments = {"preexec_fn": die_with_parent, "start_new_session": True,
                     "stdin": subprocess.DEVNULL, "cwd": "/",
                     "env": {name: value for name, value in os.environ.items()
                             if name in ("PATH", "LD_LIBRARY_PATH")} | {"LC_ALL": "C", "TZ": "UTC"}}
        if self.account:
            arguments |= {"user": self.account.pw_uid, "group": self.account.pw_gid,
                          "extra_groups": []}
        return arguments


def lock(directory):
    """A descriptor that holds the lock of an owner; None when it is held already."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return descriptor
    except BlockingIOError:
        os.close(descriptor)
        return None


def remove_abandoned():
    """What runs that were killed have left; their servers went with them."""
    for path in [path for place in (scratch.MEMORY, scratch.DISK) for path in pathlib.Path(place).glob(PREFIX + "*")]:
        with contextlib.suppress(OSError):
            if time.time() - path.stat().st_mtime < 60:  # perhaps not locked yet
                continue
            descriptor = lock(path)
            if descriptor is not None:
                shutil.rmtree(path, ignore_errors=True)
                os.close(descriptor)


class Programs:
    """The server's programs and one initdb, copied for each server."""

    def __init__(self):
        self.binaries = find_binaries()
        self.who = Unprivileged()
        version = subprocess.run([self.binaries / "postgres", "--version"], check=True, text=True,
                                 stdout=subprocess.PIPE).stdout
        self.major = int(re.search(r"\(PostgreSQL\) (\d+)", version).group(1))
        self.count = 0
        remove_abandoned()
        # Not $TMPDIR: a socket's path has 107 bytes, and the server's user must get there.
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix=PREFIX, dir=scratch.place()))
        self.owner = lock(self.directory)
        self.who.give(self.directory)

    def template(self):
        data = self.directory / "template"
        if not data.exists():
            made = subprocess.run(
                [self.binaries / "initdb", "-D", data, "--no-sync", "--username=postgres",
                 "--auth=trust", "--encoding=UTF8", "--locale=C", "--wal-segsize=1"],
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                **self.who.arguments(signal.SIGTERM))
            if made.returncode != 0:
                raise RuntimeError(f"initdb failed:\n{made.stdout}")
        return data

    def new_server(self, **settings):
        self.count += 1
        home = self.directory / str(self.count)
        home.mkdir(mode=0o700)
        # cp keeps owners, and shares blocks where it can
        subprocess.run(["cp", "-a", "--reflink=auto", self.template(), home / "data"], check=True)
        self.who.give(home)
        return Server(self, home, settings)

    def close(self):
        shutil.rmtree(self.directory, ignore_errors=True)
        os.close(self.owner)


class Server:
    """One server on a unix socket in its own directory."""

    def __init__(self, programs, home, settings):
        self.programs = programs
        self.major = programs.major
        # As before 15. The newer way writes each page to the WAL, which takes twice as long.
        self.copying = " STRATEGY file_copy" if programs.major >= 15 else ""
        self.home = home
        self.data = home / "data"
        self.log = home / "log"
        self.process = None
        with open(self.data / "postgresql.conf", "a") as file:
            for name, value in {**SETTINGS, "unix_socket_directories": str(home), **settings}.items():
                file.write("%s = '%s'\n" % (name, str(value).replace("'", "''")))

    def launch(self):
        """Begins to start: nobody waits until it takes connections."""
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [self.programs.binaries / "postgres", "-D", self.data], stdout=log,
                stderr=subprocess.STDOUT, **self.programs.who.arguments(signal.SIGQUIT))
        return self

    def start(self):
        self.launch()
        deadline = time.monotonic() + START_S
        while not self.is_ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the server did not start:\n{self.log.read_text()[-4000:]}")
            time.sleep(0.005)
        return self

    def is_ready(self):
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return (len(lines) >= 8 and int(lines[0]) == self.process.pid
                and lines[7].startswith("ready"))

    def stop(self, number=signal.SIGINT):
        """SIGINT is a fast shutdown, SIGQUIT an immediate one: the next start recovers."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(number)
            self.process.wait(60)

    def restart(self, number=signal.SIGINT):
        self.stop(number)
        return self.start()

    def remove(self):
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.home, ignore_errors=True)

    def url(self, database="postgres", host=None, port=5432, user="postgres", **more):
        query = urllib.parse.urlencode({"host": str(host or self.home), "port": port, "user": user,
                                        **more}, quote_via=urllib.parse.quote)
        return f"postgresql:///{urllib.parse.quote(database, safe='')}?{query}"

    def connect(self, database="postgres", **options):
        return psycopg.connect(self.url(database), autocommit=True, **options)

    def query(self, sql, parameters=None, database="postgres"):
        with self.connect(database) as connection:
            cursor = connection.execute(sql, parameters)
            return cursor.fetchall() if cursor.description else []
