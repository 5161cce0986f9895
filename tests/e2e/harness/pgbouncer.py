"""PgBouncer between the program and a server, in any of its modes."""
import contextlib
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

import psycopg

from .server import Unprivileged

START_S = 60


def find_program():
    return shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin:/usr/local/sbin")


class PgBouncer:
    """`with PgBouncer(server, pool_mode="transaction") as pooler:` program(url=pooler.url(name)).

    Settings are those of pgbouncer.ini. Every database of the server can be reached through it.
    """

    def __init__(self, server, port=6432, **settings):
        self.server = server
        self.port = port
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="ms-pooler-", dir="/tmp"))
        self.log = self.home / "log"
        self.process = None
        self.who = Unprivileged()
        self.who.give(self.home)
        values = {"unix_socket_dir": self.home, "listen_port": port, "auth_type": "any",
                  "pool_mode": "session", "default_pool_size": 20, "max_client_conn": 100,
                  **settings}
        text = f"[databases]\n* = host={server.home} port=5432 user=postgres\n[pgbouncer]\n"
        text += "".join(f"{name} = {value}\n" for name, value in values.items())
        (self.home / "pgbouncer.ini").write_text(text)
        self.who.give(self.home / "pgbouncer.ini")

    def start(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [find_program(), self.home / "pgbouncer.ini"], stdout=log,
                stderr=subprocess.STDOUT, **self.who.arguments(signal.SIGKILL))
        deadline = time.monotonic() + START_S
        while not self.is_ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the pooler did not start:\n{self.log.read_text()[-4000:]}")
            time.sleep(0.005)
        return self

    def is_ready(self):
        try:  # its own console: no server connection is used up
            psycopg.connect(self.url("pgbouncer"), autocommit=True).close()
        except psycopg.OperationalError:
            return False
        return True

    def url(self, database="postgres", **more):
        return self.server.url(database, **{"host": self.home, "port": self.port, **more})

    def console(self, command):
        """Rows of a command of its own: SHOW POOLS, SHOW SERVERS, PAUSE ..."""
        with psycopg.connect(self.url("pgbouncer"), autocommit=True) as connection:
            cursor = psycopg.ClientCursor(connection)
            cursor.execute(command)
            if not cursor.description:
                return []
            names = [column.name for column in cursor.description]
            return [dict(zip(names, row)) for row in cursor.fetchall()]

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(10)
            self.process.kill()
            self.process.wait(10)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.home, ignore_errors=True)
