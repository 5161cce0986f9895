"""A throwaway PostgreSQL server for the measurements: unix socket only, fsync off."""
import contextlib
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.parse

SETTINGS = {
    "listen_addresses": "", "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off",
    "autovacuum": "off", "max_wal_size": "8GB", "shared_buffers": "256MB", "log_statement": "none",
    "log_min_messages": "error",
    "max_locks_per_transaction": "512",  # pg_dump locks every table
}


def find_binaries():
    if os.environ.get("MIGRATE_SAFE_PG_BIN"):
        return pathlib.Path(os.environ["MIGRATE_SAFE_PG_BIN"])
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/postgres"),
                   key=lambda path: int(path.parts[-3]))
    if not found:
        raise SystemExit("no PostgreSQL server: tools/setup build, or set MIGRATE_SAFE_PG_BIN")
    return found[-1].parent


def _account():
    """The user a server runs as: PostgreSQL refuses root."""
    if os.getuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise SystemExit("no unprivileged user for the server")


class Server:
    def __init__(self, **settings):
        self.settings = {**SETTINGS, **settings}
        self.binaries = find_binaries()
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="ms-bench-"))
        account = _account()
        self.as_user = {}
        if account:
            os.chown(self.home, account.pw_uid, account.pw_gid)
            self.as_user = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        self.process = None
        self.databases = 0

    def __enter__(self):
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _start(self):
        data, log = self.home / "data", self.home / "log"
        subprocess.run([self.binaries / "initdb", "-D", data, "-U", "postgres", "--auth=trust",
                        "--encoding=UTF8", "--locale=C", "--no-sync"], check=True, cwd=self.home,
                       stdout=subprocess.DEVNULL, **self.as_user)
        settings = {**self.settings, "unix_socket_directories": str(self.home)}
        flags = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with log.open("wb") as out:
            self.process = subprocess.Popen([self.binaries / "postgres", "-D", data, *flags],
                                            stdout=out, stderr=out, cwd=self.home, **self.as_user)
        deadline = time.monotonic() + 30
        while self.sql("SELECT 1", check=False) != "1":
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"the server did not start:\n{log.read_text()[-2000:]}")
            time.sleep(0.02)

    def __exit__(self, *_):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.send_signal(signal.SIGQUIT)
                self.process.wait(20)
        shutil.rmtree(self.home, ignore_errors=True)

    def sql(self, text, database="postgres", check=True):
        done = subprocess.run(["psql", "-X", "-q", "-A", "-t", "-h", self.home, "-U", "postgres",
                               "-d", database, "-v", "ON_ERROR_STOP=1", "-c", text], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if check and done.returncode != 0:
            raise SystemExit(done.stderr)
        return done.stdout.strip()

    def backends_cpu_s(self):
        """User and system, of all backends that have ended; none of a client's is left at work then."""
        at_work = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        while self.sql(at_work) != "0":
            time.sleep(0.02)
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[13:15])) / os.sysconf("SC_CLK_TCK")

    def version(self):
        return self.sql("SHOW server_version").split()[0]

    @contextlib.contextmanager
    def database(self, name):
        """A new one each time: the name gets a number."""
        self.databases += 1
        name = f"{name}_{self.databases}"
        self.sql(f'CREATE DATABASE "{name}" TEMPLATE template0')
        self.sql("CHECKPOINT")
        # Not dropped: a file system that has just lost thousands of files is slow to make new ones
        # (ext4 passes over recently deleted inodes), and whoever runs next would pay for it.
        yield name

    def url(self, database):
        host = urllib.parse.quote(str(self.home), safe="")
        return f"postgres://postgres@/{database}?host={host}"
