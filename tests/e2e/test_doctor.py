"""Each check of the doctor says each of its verdicts, on real servers, about real causes."""
import contextlib
import os
import signal
import socket
import subprocess
import threading

import pytest
from psycopg import sql

from harness.history import contents
from harness.pgbouncer import PgBouncer, find_program
from harness.proxy import Proxy
from harness.waiting import reserved_port, until

pytestmark = pytest.mark.once

VERDICTS = ("pass", "warn", "fail", "unknown")
CLIENTS = ("pg_dump", "pg_restore", "psql")
SECTIONS = ("configuration", "connection", "role", "server", "tools")


class Visit:
    """One visit to the doctor, by its document."""

    def __init__(self, result):
        self.code = result.code
        self.document = result.json()
        self.checks = {check["id"]: check for check in self.document["checks"]}
        assert self.document["schema"] == "migrate-safe/doctor/2"
        assert len(self.checks) == len(self.document["checks"])
        for check in self.checks.values():
            assert check["verdict"] in VERDICTS and check["value"] and check["why"]
            assert (check["fix"] is None) == (check["verdict"] == "pass"), check
        for verdict in VERDICTS:
            assert self.document[verdict] == sum(check["verdict"] == verdict
                                                 for check in self.checks.values())
        assert self.code == (1 if self.document["fail"] else 0)

    def says(self, name, verdict, *pieces):
        check = self.checks[name]
        assert check["verdict"] == verdict, check
        for piece in pieces:
            assert piece in f"{check['value']}\n{check['fix']}", check
        return self


def fake(directory, name, version):
    directory.mkdir(exist_ok=True)
    path = directory / name
    path.write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) {version}'\n")
    path.chmod(0o755)


@pytest.fixture(scope="session")
def tools(programs, tmp_path_factory):
    """A PATH with client programs of the server's own major, which may have come without."""
    if (programs.binaries / "pg_dump").exists():
        return str(programs.binaries)
    directory = tmp_path_factory.mktemp("tools")
    for name in CLIENTS:
        fake(directory, name, f"{programs.major}.99")
    return f"{directory}:{programs.binaries}"


@pytest.fixture
def visit(cli, tools):
    def run(*arguments, env=None, **options):
        return Visit(cli("doctor", "--json", *arguments, env={"PATH": tools} | (env or {}), **options))
    return run


@pytest.fixture
def doctor(cli, tools):
    """For people: doctor(...) is the run's result."""
    return lambda *arguments: cli("doctor", *arguments, env={"PATH": tools})


@pytest.fixture
def role(database):
    """An ordinary role, and its URL."""
    name = f"ordinary_{database.name}"
    database.query(sql.SQL("REVOKE CREATE ON SCHEMA public FROM public; CREATE ROLE {} LOGIN").format(
        sql.Identifier(name)))  # what 15 and newer begin with
    yield name
    database.query(sql.SQL("DROP OWNED BY {0} CASCADE; DROP ROLE {0}").format(sql.Identifier(name)))


def as_role(database, name):
    return {"DATABASE_URL": database.server.url(database.name, user=name)}


# What it looks like, and that it only looks


def test_text_and_document_say_the_same(doctor, folder, visit):
    folder.tables(1)
    shown = doctor().ok().out
    names = [check["id"].split(".")[1] for check in visit().document["checks"]]
    lines = [line for line in shown.splitlines() if line.startswith("  ") and line[2] != " "]
    assert [line.split()[1] for line in lines] == names
    assert all(line.split()[0] in VERDICTS for line in lines)
    assert [line for line in shown.splitlines() if line in SECTIONS] == list(SECTIONS)
    assert "\x1b" not in shown
    columns = {line.index(name) for line, name in zip(lines, names)}
    assert len(columns) == 1


def test_every_check_is_made(visit, folder):
    folder.tables(1)
    checks = visit().checks
    assert len(checks) == 30
    assert [name for section in SECTIONS for name in checks if name.startswith(section)] == list(checks)


def test_why_is_shown_where_it_matters_and_on_demand(doctor, folder):
    folder.tables(1)
    short, long = doctor().ok().out, doctor("--verbose").ok().out
    assert 0 < short.count("why:") < 10 and long.count("why:") == 30


def test_colours_on_a_terminal(cli, folder, tools):
    folder.tables(1)
    shown = cli.in_terminal("doctor", env={"PATH": tools}).ok().out
    assert "\x1b[32mpass" in shown and "\x1b[33mwarn" in shown


def test_it_writes_nothing(cli, visit, folder, database, tmp_path):
    folder.tables(2)
    cli("up", "--steps", "1").ok()
    before, files = (database.dump(), contents(database)), sorted(tmp_path.rglob("*"))
    visit(env={"PGOPTIONS": "-c default_transaction_read_only=on"})
    visit()
    assert (database.dump(), contents(database)) == before and sorted(tmp_path.rglob("*")) == files


def test_it_waits_for_no_lock(cli, visit, folder, database):
    folder.tables(2)
    cli("up", "--steps", "1").ok()
    folder.write("003_more.up.sql", "ALTER TABLE t_1 ADD more int;")
    with database.connect() as holder, holder.transaction():
        holder.execute("LOCK TABLE t_1 IN ACCESS EXCLUSIVE MODE")
        visit().says("role.owner", "pass").says("server.disk", "pass")


# Configuration


def test_configuration_in_order(visit, folder, tmp_path, database):
    folder.tables(2)
    (tmp_path / "migrate-safe.yaml").write_text(
        f"environments:\n  staging:\n    database: '{database.url}'\n")
    here = visit("--env", "staging", env={"DATABASE_URL": None})
    here.says("configuration.file", "pass", "migrate-safe.yaml, environment staging")
    here.says("configuration.database", "pass", "named by migrate-safe.yaml:3:5")
    here.says("configuration.folder", "pass", "migrations (layout paired): 2 migrations")
    here.says("configuration.files", "pass").says("configuration.logs", "pass", "logs")


def test_configuration_that_hurts(visit, tmp_path, folder):
    visit().says("configuration.folder", "warn", "0 migrations", "migrate-safe new NAME")
    folder.write("001_a.up.sql", "SELECT 1;")
    (tmp_path / "logs").write_text("a file")
    visit().says("configuration.files", "warn", "no down", "migrate-safe validate") \
           .says("configuration.logs", "warn", "cannot be written", "--logs DIR")
    folder.write("002_b.up.sql", "SELECT 'open;")
    visit().says("configuration.files", "fail", "002_b.up.sql", "unterminated")
    visit("--dir", "nowhere").says("configuration.folder", "fail", "nowhere") \
                             .says("tools.psql", "pass").says("server.recovery", "pass")


@pytest.mark.parametrize("arguments, text", [
    (["--nonsense"], "--nonsense"), (["--layout", "nonsense"], "nonsense"),
    (["--config", "absent.yaml"], "absent.yaml"), (["--env", "absent"], "--env")])
def test_unusable_usage_and_configuration(cli, folder, arguments, text):
    result = cli("doctor", *arguments).failed(5)
    assert text in result.err


# Connection


def test_no_database_named(cli_without_database, folder, tools):
    folder.tables(1)
    visit = Visit(cli_without_database("doctor", "--json", env={"PATH": tools}))
    visit.says("configuration.database", "fail", "no database is named", "export DATABASE_URL=")
    visit.says("configuration.folder", "pass").says("tools.pg_dump", "pass")
    assert visit.document["target"] is None and "connection.open" not in visit.checks


@pytest.mark.parametrize("url, text", [
    ("postgresql://u:hidden-word@127.0.0.1:1/x", "Connection refused"),
    ("postgresql:///x?host=/nowhere&password=hidden-word", "No such file"),
    ("postgresql://u:hidden-word@[broken", "cannot be read")])
def test_no_connection(visit, folder, url, text):
    folder.tables(1)
    here = visit(env={"DATABASE_URL": url})
    here.says("connection.open", "fail", "DATABASE_URL", text)
    here.says("configuration.files", "pass").says("tools.psql", "pass").says("tools.server", "pass")
    assert "hidden-word" not in str(here.document)
    assert "server.recovery" not in here.checks


def test_the_server_goes_away_in_the_middle(visit, folder, database, proxy):
    folder.tables(1)
    proxy.cut_before("to server", "pg_stat_archiver")
    here = visit(env={"DATABASE_URL": proxy.url(database.name)})
    here.says("role.store", "pass").says("server.recovery", "unknown", "was lost")
    here.says("tools.psql", "pass")


class Relabelled(Proxy):
    """A server that says it is of another version: 15.x becomes NN.x, the same length."""

    def __init__(self, server, major):
        super().__init__(server)
        self.old = b"server_version\0%d." % server.major
        self.new = b"server_version\0%d." % major

    def _decide(self, direction, message):
        return None


@pytest.fixture
def relabelled(cluster, monkeypatch):
    """relabelled(18) is a proxy behind which the server calls itself 18."""
    with contextlib.ExitStack() as stack:
        def start(major):
            proxy = stack.enter_context(Relabelled(cluster, major))
            from harness.proxy import Link
            passing = Link._pass

            def relabel(self, source, target, direction, messages):
                if self.proxy is proxy:
                    messages = [message.replace(proxy.old, proxy.new) for message in messages]
                return passing(self, source, target, direction, messages)

            monkeypatch.setattr(Link, "_pass", relabel)
            return proxy
        yield start


def test_supported_versions(visit, database, folder, relabelled):
    visit().says("connection.version", "pass", f"PostgreSQL {database.server.major}.")
    old = visit(env={"DATABASE_URL": relabelled(12).url(database.name)})
    old.says("connection.version", "fail", "too old, 13 to 18 are supported")
    new = visit(env={"DATABASE_URL": relabelled(19).url(database.name)})
    new.says("connection.version", "warn", "newer than what was tested")


def address_of_this_machine():
    """One that is not the loopback's, or None."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        with contextlib.suppress(OSError):
            probe.connect(("192.0.2.1", 9))
            return probe.getsockname()[0]


@pytest.fixture
def tcp_server(programs):
    """Listens on an address that looks like another machine's; speaks TLS."""
    host = address_of_this_machine()
    if host is None or host.startswith("127."):
        pytest.skip("no address but the loopback's")
    stack = contextlib.ExitStack()
    port = stack.enter_context(reserved_port("0.0.0.0"))
    server = programs.new_server(listen_addresses=f"{host},127.0.0.1", port=port, ssl="on")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                    "-subj", "/CN=server", "-addext", f"subjectAltName=IP:{host}",
                    "-keyout", server.data / "server.key", "-out", server.data / "server.crt"],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for name in ("server.key", "server.crt"):
        programs.who.give(server.data / name)
        os.chmod(server.data / name, 0o600)
    with open(server.data / "pg_hba.conf", "a") as file:
        file.write("host all all 0.0.0.0/0 trust\n")
    with stack:
        server.start()
    yield lambda **more: {"DATABASE_URL": server.url(host=more.pop("host", host), port=port, **more)}, \
        server
    server.remove()


def test_encryption(visit, folder, tcp_server, tmp_path):
    url, server = tcp_server
    visit(env=url(sslmode="disable")).says("connection.tls", "warn", "on another machine",
                                           "sslmode=verify-full")
    visit(env=url(sslmode="disable", host="127.0.0.1")).says("connection.tls", "pass", "this machine")
    visit(env=url(sslmode="require")).says("connection.tls", "pass", "TLSv1.", "not compared")
    (tmp_path / "root.crt").write_bytes((server.data / "server.crt").read_bytes())
    verified = visit(env=url(sslmode="verify-full", sslrootcert=tmp_path / "root.crt"))
    assert "not compared" not in verified.checks["connection.tls"]["value"]
    visit(env={"DATABASE_URL": server.url(port=server_port(url))}).says("connection.tls", "pass", "none")


def server_port(url):
    return url()["DATABASE_URL"].split("port=")[1].split("&")[0]


@pytest.mark.once
def test_a_long_way(visit, folder, database, proxy):
    visit().says("connection.latency", "pass", " ms a round trip (median of 9)")
    proxy.delay_s = 0.06
    visit(env={"DATABASE_URL": proxy.url(database.name)}).says("connection.latency", "warn", "nearer")


@pytest.mark.skipif(find_program() is None, reason="pgbouncer is not installed")
@pytest.mark.parametrize("mode, verdict, text", [
    ("session", "pass", "session mode"), ("transaction", "fail", "nothing is written through it"),
    ("statement", "fail", "statement mode")])
def test_pooler(visit, folder, database, mode, verdict, text):
    with PgBouncer(database.server, pool_mode=mode) as pooler:
        here = visit(env={"DATABASE_URL": pooler.url(database.name)})
        here.says("connection.pooler", verdict, text).says("role.store", "pass")
        here.says("server.recovery", "pass")


@pytest.mark.skipif(find_program() is None, reason="pgbouncer is not installed")
def test_pooler_that_cannot_be_told(visit, folder, database):
    with PgBouncer(database.server, max_client_conn=1) as pooler:
        here = visit(env={"DATABASE_URL": pooler.url(database.name)})
        here.says("connection.pooler", "fail", "unknown", "pool_mode=session")


def test_history(cli, visit, folder, database, role):
    visit().says("connection.pooler", "pass", "none")
    folder.tables(2)
    visit().says("connection.history", "pass", "nothing was applied yet, 2 pending")
    database.query("CREATE TABLE before (id int)")
    visit().says("connection.history", "warn", "no history", "migrate-safe baseline")
    cli("baseline", "001").ok()
    visit().says("connection.history", "pass", "1 applied, 1 pending")
    here = visit(env=as_role(database, role))
    here.says("connection.history", "fail", "permission denied").says("role.store", "fail", "GRANT USAGE")
    folder.write("002_table_2.up.sql", "-- migrate-safe: no-transaction\nCREATE TABLE x ();\nSELECT 1/0;")
    cli("up", "-s").failed(2)
    visit().says("connection.history", "warn", "stopped half way", "migrate-safe recover")


# Role


def test_rights_for_our_schema(cli, visit, folder, database, role):
    folder.tables(2)
    env = as_role(database, role)
    visit(env=env).says("role.store", "fail", "may not make it", f'GRANT CREATE ON DATABASE "{database.name}"')
    fix = visit(env=env).checks["role.store"]["fix"]
    database.query(fix)
    visit(env=env).says("role.store", "pass", "may make it")
    database.query(sql.SQL("REVOKE CREATE ON DATABASE {} FROM {}").format(
        sql.Identifier(database.name), sql.Identifier(role)))
    database.query("CREATE SCHEMA migrate_safe")
    visit(env=env).says("role.store", "fail", "may not make its tables")
    database.query(visit(env=env).checks["role.store"]["fix"])
    visit(env=env).says("role.store", "pass", "may make its tables")
    cli("up", "--steps", "1").ok()
    database.query(sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA migrate_safe TO {}").format(
        sql.Identifier(role)))
    visit(env=env).says("role.store", "fail", "may not write its tables").says("connection.history", "pass")
    database.query(visit(env=env).checks["role.store"]["fix"])
    visit(env=env).says("role.store", "pass", "may write its tables")


def test_what_is_said_to_be_enough_is_enough(cli, visit, folder, database, role):
    """The fixes that the doctor names, and no other right, let `up` and `down` work."""
    folder.tables(2)
    env = as_role(database, role)
    for name in ("role.store", "role.create"):
        database.query(visit(env=env).says(name, "fail").checks[name]["fix"])
    assert visit(env=env).code == 0
    cli("up", env=env).ok()
    cli("down", "--to", "0", "-s", env=env).ok()


def test_where_tables_are_made(visit, folder, database, role):
    env = as_role(database, role)
    visit(env=env).says("role.create", "warn", "public (may not create)", 'GRANT CREATE ON SCHEMA "public"')
    folder.write("001_a.up.sql", 'CREATE TABLE "Somewhere".a (id int);')
    visit(env=env).says("role.create", "warn")
    folder.write("002_b.up.sql", "CREATE TABLE b (id int);")
    visit(env=env).says("role.create", "fail", "a pending migration makes b")
    visit(env={"PGOPTIONS": "-c search_path=nowhere"}).says("role.create", "fail", "no schema of the search path")
    database.query(sql.SQL("CREATE SCHEMA own AUTHORIZATION {}").format(sql.Identifier(role)))
    visit(env=env | {"PGOPTIONS": "-c search_path=own,public"}) \
        .says("role.create", "pass", "own (may create), public (may not create)")


def test_owners_of_what_will_be_changed(cli, visit, folder, database, role):
    database.query("CREATE TABLE kept (id int); CREATE TABLE theirs (id int); CREATE INDEX theirs_i ON theirs (id)")
    env = as_role(database, role)
    visit(env=env).says("role.owner", "pass", "no pending migration changes")
    folder.write("001_a.up.sql", """
        INSERT INTO kept VALUES (1);
        CREATE TABLE fresh (id int);
        ALTER TABLE fresh ADD more int;
        CREATE TRIGGER t BEFORE INSERT ON kept EXECUTE FUNCTION f();
        ALTER TABLE Theirs ADD COLUMN x int REFERENCES kept (id);
    """)
    visit(env=env).says("role.owner", "fail", "public.theirs (owner postgres)", "ALTER TABLE public.theirs OWNER TO")
    visit().says("role.owner", "pass", "(1)")
    owner = f"owner_of_{database.name}"
    database.query(sql.SQL("CREATE ROLE {0}; ALTER TABLE theirs OWNER TO {0}").format(sql.Identifier(owner)))
    try:
        folder.write("002_b.up.sql", "DROP INDEX theirs_i; DROP TABLE kept, theirs;")
        visit(env=env).says("role.owner", "fail", "and 2 more")
        database.query(sql.SQL("ALTER TABLE kept OWNER TO {}").format(sql.Identifier(owner)))
        visit(env=env).says("role.owner", "fail", f'GRANT "{owner}" TO "{role}"')
        database.query(f'GRANT "{owner}" TO "{role}"')
        visit(env=env).says("role.owner", "pass", "(3)")
    finally:
        database.query(sql.SQL("DROP OWNED BY {0} CASCADE; DROP ROLE {0}").format(sql.Identifier(owner)))


def test_names_that_cannot_be_looked_up(visit, folder, database, role):
    database.query("CREATE SCHEMA hidden; CREATE TABLE hidden.a (id int)")
    folder.write("001_a.up.sql", "ALTER TABLE hidden.a ADD x int;")
    here = visit(env=as_role(database, role))
    here.says("role.owner", "unknown", "permission denied for schema hidden").says("server.recovery", "pass")


def test_attributes_and_membership(visit, folder, database, role):
    env = as_role(database, role)
    visit().says("role.attributes", "pass", "superuser").says("role.activity", "pass").says("role.signal", "pass")
    here = visit(env=env).says("role.attributes", "pass", "an ordinary role")
    here.says("role.activity", "warn", f'GRANT pg_monitor TO "{role}"').says("role.signal", "warn")
    for name in ("role.activity", "role.signal"):
        database.query(here.checks[name]["fix"])
    database.query(sql.SQL("ALTER ROLE {} CREATEDB REPLICATION").format(sql.Identifier(role)))
    visit(env=env).says("role.attributes", "pass", "createdb, replication") \
        .says("role.activity", "pass").says("role.signal", "pass")


# Server


def test_read_only(visit, folder):
    visit(env={"PGOPTIONS": "-c default_transaction_read_only=on"}).says(
        "server.read_only", "fail", "default_transaction_read_only is on")


def test_standby(visit, folder, own_server):
    own_server.stop()
    (own_server.data / "standby.signal").touch()
    own_server.start()
    here = visit(env={"DATABASE_URL": own_server.url()})
    here.says("server.recovery", "fail", "a standby", "primary").says("server.read_only", "pass")


@pytest.mark.once
def test_settings_that_are_careful(visit, folder, programs):
    server = programs.new_server(archive_mode="on", archive_command="true")
    tool = programs.binaries / "pg_checksums"
    if tool.exists() and programs.major < 18:  # which has them from the start
        subprocess.run([tool, "--enable", "--no-sync", "-D", server.data], check=True,
                       stdout=subprocess.DEVNULL, **programs.who.arguments(signal.SIGTERM))
    server.start()
    try:
        here = visit(env={"DATABASE_URL": server.url()})
        here.says("server.archive", "pass", "archive_mode on")
        if tool.exists() or programs.major >= 18:
            here.says("server.checksums", "pass", "on")
        here.says("server.wal_level", "pass", "replica")
    finally:
        server.remove()


@pytest.mark.once
def test_settings_that_are_not(visit, folder, programs):
    server = programs.new_server(wal_level="minimal", max_wal_senders=0, max_locks_per_transaction=10,
                                 max_connections=10, max_prepared_transactions=0,
                                 superuser_reserved_connections=0).start()
    try:
        server.query("DO 'BEGIN FOR i IN 1..60 LOOP EXECUTE format(''CREATE TABLE t_%s ()'', i);"
                     " IF i % 20 = 0 THEN COMMIT; END IF; END LOOP; END'")
        here = visit(env={"DATABASE_URL": server.url()})
        here.says("server.wal_level", "warn", "minimal", "wal_level = replica")
        here.says("server.archive", "warn", "archive_mode off")
        if programs.major < 18:
            here.says("server.checksums", "warn", "off", "pg_checksums --enable")
        here.says("server.locks", "pass", "about 100 places", "for 60 tables")
        server.query("DO 'BEGIN FOR i IN 61..140 LOOP EXECUTE format(''CREATE TABLE t_%s ()'', i);"
                     " IF i % 20 = 0 THEN COMMIT; END IF; END LOOP; END'")
        here = visit(env={"DATABASE_URL": server.url()})
        here.says("server.locks", "warn", "for 140 tables", "max_locks_per_transaction = 30")
    finally:
        server.remove()


@pytest.mark.once
def test_an_archive_that_fails(visit, folder, programs):
    server = programs.new_server(archive_mode="on", archive_command="false").start()
    try:
        server.query("SELECT pg_switch_wal() FROM (SELECT pg_logical_emit_message(true, 'x', 'y')) x")
        until(lambda: server.query("SELECT 1 FROM pg_stat_archiver WHERE failed_count > 0"))
        here = visit(env={"DATABASE_URL": server.url()})
        here.says("server.archive", "fail", "archiving fails: last of 0000", "archive_command")
    finally:
        server.remove()


def test_timeouts(visit, folder):
    visit().says("server.timeouts", "pass", "none set")
    visit(env={"PGOPTIONS": "-c statement_timeout=2s -c lock_timeout=1s"}).says(
        "server.timeouts", "pass", "statement_timeout 2s, lock_timeout 1s (none is in our way)")
    visit(env={"PGOPTIONS": "-c idle_in_transaction_session_timeout=1s"}).says(
        "server.timeouts", "warn", "idle_in_transaction_session_timeout 1s", "ALTER ROLE")


def test_disk(visit, folder, database, role):
    visit().says("server.disk", "pass", "free; database ")
    visit(env=as_role(database, role)).says("server.disk", "unknown", "df -h")
    database.query("CREATE TABLE large (id int); "
                   "UPDATE pg_class SET relpages = 2147483647 WHERE relname = 'large'")  # 16 TB, it says
    visit().says("server.disk", "warn", "largest table 18 TB")


def test_extensions(visit, folder, database, role):
    folder.write("001_a.up.sql", 'CREATE EXTENSION IF NOT EXISTS "PLpgSQL_"; -- quoted: as it is written')
    visit().says("server.extensions", "fail", "PLpgSQL_ is not available")
    folder.write("001_a.up.sql", "create extension if not exists HStore; CREATE EXTENSION plpgsql;")
    visit().says("server.extensions", "pass", "hstore available, plpgsql installed")
    folder.write("001_a.up.sql", "CREATE EXTENSION pageinspect;")
    visit().says("server.extensions", "pass", "pageinspect available")
    visit(env=as_role(database, role)).says("server.extensions", "fail", "only a superuser may create pageinspect")
    folder.write("001_a.up.sql", "CREATE EXTENSION not_there;")
    visit().says("server.extensions", "fail", f"apt-get install postgresql-{database.server.major}-not_there")


# Tools


def before(directory, tools):
    return {"PATH": f"{directory}:{tools}"}


def test_tools_that_fit(visit, folder, database, tmp_path, tools):
    major = database.server.major
    for name in CLIENTS:
        visit().says(f"tools.{name}", "pass", f"{major}.")
        fake(tmp_path / "bin", name, "9.6.24")
    here = visit(env=before(tmp_path / "bin", tools))
    for name in CLIENTS:
        here.says(f"tools.{name}", "pass", f"{major}.", f"the first in PATH is 9.6.24 ({tmp_path}/bin/{name})")


def test_tools_of_another_major(visit, folder, database, relabelled, tmp_path, tools):
    proxy = relabelled(19)  # newer than any that is installed
    env = {"DATABASE_URL": proxy.url(database.name)}
    visit(env=env).says("tools.pg_dump", "fail", "older than the server", "apt-get install postgresql-client-19")
    visit(env=env).says("tools.server", "warn", "apt-get install postgresql-19")
    fake(tmp_path / "bin", "pg_dump", "20.1 (Debian 20.1-1)")
    visit(env=env | before(tmp_path / "bin", tools)).says("tools.pg_dump", "warn", "20.1 (", "newer than the server")
    fake(tmp_path / "bin", "pg_dump", "19beta1")
    visit(env=env | before(tmp_path / "bin", tools)).says("tools.pg_dump", "pass", "19beta1")


def test_a_tool_that_is_broken_is_left_out(visit, folder, tmp_path, tools):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/pg_dump").write_text("#!/bin/sh\nexit 3\n")
    (tmp_path / "bin/pg_dump").chmod(0o755)
    here = visit(env=before(tmp_path / "bin", tools))
    assert str(tmp_path) not in here.checks["tools.pg_dump"]["value"]


def test_ctrl_c(cli, folder, database, proxy):
    folder.tables(1)
    stalled = proxy.stall_after("to server", "pg_stat_archiver")
    running = cli.start("doctor", env={"DATABASE_URL": proxy.url(database.name)})
    assert stalled.hit.wait(60)
    running.interrupt()
    threading.Timer(0.2, proxy.resume).start()
    running.finish().failed(130)
