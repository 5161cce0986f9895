"""No connection: what was tried, why not, what to do; never any part of a password."""
import re
import socket
import threading

import pytest

from harness.database import Database
from harness.history import versions
from harness.message import first, hint, said
from harness.waiting import reserved_port

pytestmark = pytest.mark.once

URL_FORM = "write it as postgresql://USER:PASSWORD@HOST:PORT/DATABASE"
ANY_FORM = URL_FORM + ' (special characters percent-encoded) or "host=... dbname=..."'
PARAMETER = ("remove the parameter: libpq knows host, sslmode, options and the like, not those of other "
             "drivers")
PORT = "a port is a number from 1 to 65535, most often 5432"
CREDENTIALS = "check user and password (URL, PGPASSWORD, ~/.pgpass)"


def assert_no_secret(result, *secrets):
    for secret in ("geheim", *secrets):
        assert secret not in result.err + result.out, result


@pytest.fixture
def failed(cli, folder, tmp_path):
    """Tries this URL in every place where one can be written; gives the result of the last."""
    folder.tables(1)

    def run(url, *secrets):
        results = [cli("plan", env={"DATABASE_URL": url}), cli("up", "--json", env={"DATABASE_URL": url}),
                   cli("status", env={"DATABASE_URL": None, "SUPABASE_DB_URL": url}),
                   cli("status", "--database", url)]
        for result, place in zip(results, ("DATABASE_URL", "DATABASE_URL", "SUPABASE_DB_URL",
                                           "--database")):
            result.failed(5)
            assert_no_secret(result, *secrets)
            assert first(result).startswith(f"migrate-safe: error: database ({place}): ")
        assert results[1].json()["exit_code"] == 5
        assert not (tmp_path / "logs").exists()
        return results[0]

    return run


def looked_at(**held):
    """The detail of "no database is named"; `held`: what differs from nothing at all."""
    held = {"url": "not set", "supabase": "not set", "dotenv": "not there", "file": "not there"} | held
    return (f"  detail: looked at --database (not given), DATABASE_URL ({held['url']}), SUPABASE_DB_URL "
            f"({held['supabase']}), .env ({held['dotenv']}), migrate-safe.yaml ({held['file']}), PGHOST, "
            "PGDATABASE and libpq's other variables (none is set)\n")


@pytest.mark.parametrize("env, dotenv, file, held", [
    ({}, None, None, {}),
    ({"PGPASSWORD": "geheim", "PGSSLMODE": "require"}, None, None, {}),
    ({"DATABASE_URL": ""}, None, None, {"url": "empty"}),
    ({"DATABASE_URL": " \n", "SUPABASE_DB_URL": ""}, None, None, {"url": "empty", "supabase": "empty"}),
    ({}, "X=1\nPGPASSWORD=geheim\n", None, {"dotenv": "has neither"}),
    ({}, "\nDATABASE_URL=\n", None, {"dotenv": "DATABASE_URL of line 2 is empty"}),
    ({"DATABASE_URL": ""}, "DATABASE_URL=postgresql://u:geheim@db/x\n", None,
     {"url": "empty", "dotenv": "DATABASE_URL of line 1 gives way to the empty variable"}),
    ({}, None, "defaults:\n  dir: migrations\n", {"file": "its defaults have no database:"}),
], ids=repr)
def test_no_database_is_named(cli, folder, tmp_path, env, dotenv, file, held):
    if dotenv:
        (tmp_path / ".env").write_text(dotenv)
    if file:
        (tmp_path / "migrate-safe.yaml").write_text(file)
    result = cli("plan", env={"DATABASE_URL": None, **env})
    assert said(result) == (5, "migrate-safe: error: no database is named",
                            "export DATABASE_URL=postgresql://USER:PASSWORD@HOST:PORT/DATABASE")
    assert looked_at(**held) in result.err
    assert_no_secret(result)


def test_no_database_in_an_environment(cli, folder, tmp_path):
    (tmp_path / "migrate-safe.yaml").write_text("environments:\n  staging:\n    dir: migrations\n")
    (tmp_path / ".env").write_text("PGHOST=db\nDATABASE_URL=postgresql://u:geheim@db/x\n")
    result = cli("plan", "--env", "staging", env={"DATABASE_URL": None})
    assert said(result) == (
        5, "migrate-safe: error: no database is named",
        "add it to migrate-safe.yaml: environments: staging: database: ..., or export DATABASE_URL")
    assert looked_at(dotenv="DATABASE_URL of line 2 does not count with --env",
                     file='environment "staging" and defaults have no database:') in result.err
    assert_no_secret(result)


@pytest.mark.parametrize("url, message, advice", [
    ("jdbc:postgresql://localhost:5432/x?user=a&password=geheim",
     "the database URL begins with jdbc:, not postgresql://",
     'leave out "jdbc:" and pass user and password as USER:PASSWORD@ before the host'),
    ("postgresql://u:geheim@localhost:1/x?schema=public",
     'the database URL cannot be read: invalid URI query parameter: "schema"', PARAMETER),
    ("postgresql://u:geheim@localhost:1/x?pgbouncer=true",
     'the database URL cannot be read: invalid URI query parameter: "pgbouncer"', PARAMETER),
    ("mysql://u:geheim@localhost/x", "the database URL begins with mysql://, not postgresql://", URL_FORM),
    ("http://u:geheim@localhost/", "the database URL begins with http://, not postgresql://", URL_FORM),
    ("postgresql+psycopg2://u:geheim@localhost/x",
     "the database URL begins with postgresql+psycopg2://, not postgresql://",
     'leave out "+psycopg2", the name of a driver: postgresql://USER:PASSWORD@HOST:PORT/DATABASE'),
    ('"postgresql://u:geheim@localhost/x"', "the database URL begins with a quote",
     "leave out the quotes around the URL"),
    ("'postgresql://u:geheim@localhost/x?sslmode=require'", "the database URL begins with a quote",
     "leave out the quotes around the URL"),
    ("DATABASE_URL=postgresql://u:geheim@localhost/x",
     'the database URL cannot be read: invalid connection option "..."', ANY_FORM),
    ("host=localhost password=geheim nope=1",
     'the database URL cannot be read: invalid connection option "nope"', ANY_FORM),
    ("host=localhost password='geheim",
     "the database URL cannot be read: unterminated quoted string in connection info string", ANY_FORM),
    ("postgresql://u:%zzgeheim@localhost/x",
     'the database URL cannot be read: invalid percent-encoded token: "..."',
     "a % of user or password is written %25"),
    ("postgresql://u:geheim@[::1/x",
     'the database URL cannot be read: end of string reached when looking for matching "..."', ANY_FORM),
    ("postgresql://u:geheim@localhost:99999/x", 'invalid port number: "99999"', PORT),
    ("postgresql://u:geheim@localhost:port/x",
     'invalid integer value "port" for connection option "port"', PORT),
    ("postgresql://u:geheim@localhost:1/x?sslmode=nope", 'invalid sslmode value: "nope"',
     "sslmode is disable, allow, prefer, require, verify-ca or verify-full"),
])
def test_a_url_that_is_none(failed, url, message, advice):
    result = failed(url)
    assert first(result) == f"migrate-safe: error: database (DATABASE_URL): {message}"
    assert hint(result) == advice


@pytest.mark.parametrize("url, what, advice", [
    ("postgresql://u:ge@heim@localhost:1/x", "a second @", "each @ of it as %40"),
    ("postgres://u:@@heim@localhost:1/x", "a second @", "each @ of it as %40"),
    ("postgresql://u:ge/heim@localhost:1/x", "a / before the @", "each / of it as %2F"),
    ("postgresql://u:1/heim@localhost:1/x", "a / before the @", "each / of it as %2F"),
    ("postgresql://ge@heim/x@localhost:1/x", "a second @", "each @ of it as %40")])
def test_a_password_that_splits_the_url_is_not_shown(failed, url, what, advice):
    """libpq takes the rest of such a password for a host, a port or a database, and says so."""
    result = failed(url, "heim")
    assert first(result) == (
        "migrate-safe: error: database (DATABASE_URL): no connection, and the database URL can be read in "
        f"two ways: it has {what}")
    assert hint(result) == (f"if it is a part of the password, write {advice} (and % as %25, / as %2F, ? as "
                            "%3F, @ as %40)")


def test_a_password_with_a_question_mark_is_not_shown(failed):
    """libpq reads it as a part of the password, and behind the host as a parameter."""
    assert "failed: Connection refused" in first(failed("postgresql://u:ge?heim@127.0.0.1:1/x", "heim"))
    assert first(failed("postgresql://u:geheim@127.0.0.1:1/x?ge@heim=1", "heim")).endswith(
        'the database URL cannot be read: invalid URI query parameter: "..."')


def test_white_space_around_a_url_is_none_of_it(cli, folder, database):
    folder.tables(1)
    cli("up", env={"DATABASE_URL": f"  {database.url}\n"}).ok()
    assert versions(database) == ["001"]


def test_a_user_with_an_at_in_the_query_is_no_password(failed, cluster):
    url = f"postgresql:///nothere?host={cluster.home}&user=postgres@corp"
    assert 'role "postgres@corp" does not exist' in first(failed(url))


def test_nobody_listens(failed):
    with reserved_port() as port:
        result = failed(f"postgresql://u:geheim@127.0.0.1:{port}/x")
    assert first(result) == (f'migrate-safe: error: database (DATABASE_URL): connection to server at '
                             f'"127.0.0.1", port {port} failed: Connection refused')
    assert f"  detail: tried host 127.0.0.1, port {port}, database x, user u\n" in result.err
    assert hint(result) == "is the server running there? try: pg_isready -h HOST -p PORT"


def test_a_socket_that_is_not_there(failed, cluster):
    result = failed(f"postgresql:///x?host={cluster.home}&port=5433&user=u&password=geheim")
    assert first(result).endswith('/.s.PGSQL.5433" failed: No such file or directory')
    assert f"  detail: tried host {cluster.home}, port 5433, database x, user u\n" in result.err
    assert hint(result) == "is the server running? give its address with --database URL"


def test_a_host_that_is_not_there(failed):
    result = failed("postgresql://u:geheim@nothere.invalid/x")
    assert 'could not translate host name "nothere.invalid" to address' in first(result)
    assert hint(result) == "check the host name in the URL"


def test_a_database_that_is_not_there(failed, cluster):
    result = failed(cluster.url("nothere"))
    assert first(result).endswith('FATAL:  database "nothere" does not exist')
    assert hint(result) == "create it: createdb NAME, correct the database in the URL, or bring it back: migrate-safe backup restore latest"


def test_a_role_that_is_not_there(failed, cluster):
    result = failed(cluster.url(user="nobody_here"))
    assert first(result).endswith('FATAL:  role "nobody_here" does not exist')
    assert hint(result) == "create it: createuser NAME, or correct the user in the URL"


@pytest.fixture(scope="module")
def guarded(programs):
    """A server that asks its role `guest` for a password."""
    server = programs.new_server()
    rules = server.data / "pg_hba.conf"
    rules.write_text("local all guest scram-sha-256\nlocal all outcast reject\n" + rules.read_text())
    server.start()
    server.query("CREATE ROLE guest LOGIN PASSWORD 'richtig'")
    server.query("CREATE ROLE outcast LOGIN")
    server.query("CREATE ROLE limited LOGIN CONNECTION LIMIT 0")
    yield server
    server.remove()


def test_a_wrong_password(failed, guarded):
    result = failed(guarded.url(user="guest", password="geheim"))
    assert first(result).endswith('FATAL:  password authentication failed for user "guest"')
    assert hint(result) == CREDENTIALS
    assert "geheim" not in guarded.log.read_text()


def test_a_hash_in_the_password(failed, guarded):
    """libpq takes it as it is; who cut it off there sent another password."""
    result = failed(f"postgresql://guest:ge#heim@localhost/postgres?host={guarded.home}", "heim")
    assert first(result).endswith('FATAL:  password authentication failed for user "guest"')
    assert "a # of the password is best written %23" in hint(result)


def test_who_said_each_part_of_the_address(cli, folder, tmp_path):
    """What the URL does not say comes from elsewhere, and that is shown."""
    env = {"DATABASE_URL": "postgresql://u:geheim@127.0.0.1/", "PGPORT": "1", "PGDATABASE": "shop"}
    result = cli("plan", env=env).failed(5)
    assert ("  detail: tried host 127.0.0.1, port 1 (PGPORT), database shop (PGDATABASE), user u\n"
            in result.err)
    (tmp_path / ".env").write_text("PGPORT=1\nPGUSER=ann\nPGPASSWORD=geheim\n")
    result = cli("plan", env={"DATABASE_URL": "host=127.0.0.1 password='geheim 2'"}).failed(5)
    assert ("  detail: tried host 127.0.0.1, port 1 (PGPORT), database ann (default), user ann (PGUSER)\n"
            "          from .env: PGPORT, PGUSER, PGPASSWORD\n") in result.err
    assert_no_secret(result)


@pytest.mark.parametrize("url", [
    "postgresql://u:ge%20heim%40x@127.0.0.1:1/x", "host=127.0.0.1 port=1 password='ge heim@x'",
    "postgresql://127.0.0.1:1/x?user=u&password=ge%20heim%40x"])
def test_no_spelling_of_a_password_is_shown(failed, url):
    failed(url, "heim", "ge%20", "%40x")


def test_no_password(failed, guarded):
    result = failed(guarded.url(user="guest"))
    assert first(result).endswith("fe_sendauth: no password supplied")
    assert hint(result) == "put the password into the URL, PGPASSWORD or ~/.pgpass"


def test_the_right_password_from_each_place(cli, folder, guarded, tmp_path):
    cli("status", env={"DATABASE_URL": guarded.url(user="guest", password="richtig")}).ok()
    cli("status", env={"DATABASE_URL": guarded.url(user="guest"), "PGPASSWORD": "richtig"}).ok()
    (tmp_path / ".pgpass").write_text("*:*:*:guest:richtig\n")
    (tmp_path / ".pgpass").chmod(0o600)
    cli("status", env={"DATABASE_URL": guarded.url(user="guest")}).ok()


def test_refused_by_the_servers_rules(failed, guarded):
    result = failed(guarded.url(user="outcast"))
    assert "pg_hba.conf rejects connection" in first(result)
    assert hint(result) == "the server's pg_hba.conf refuses this user, address or encryption"


def test_no_connection_left_for_a_role(failed, guarded):
    result = failed(guarded.url(user="limited"))
    assert first(result).endswith('FATAL:  too many connections for role "limited"')
    assert hint(result) == "close some, or raise its CONNECTION LIMIT"


def test_a_database_that_takes_no_connections(failed, guarded):
    guarded.query("CREATE DATABASE closed ALLOW_CONNECTIONS false")
    result = failed(guarded.url("closed"))
    assert 'database "closed" is not currently accepting connections' in first(result)
    assert hint(result) == "let a superuser run: ALTER DATABASE NAME ALLOW_CONNECTIONS true"


def test_a_database_one_may_not_connect_to(failed, guarded):
    guarded.query("CREATE DATABASE private")
    guarded.query("REVOKE CONNECT ON DATABASE private FROM public")
    result = failed(guarded.url("private", user="guest", password="richtig"))
    assert 'permission denied for database "private"' in first(result)
    assert hint(result) == "let its owner run: GRANT CONNECT ON DATABASE NAME TO ROLE"
    assert_no_secret(result, "richtig")


# ---- something else listens there

@pytest.fixture
def listener():
    """Answers every connection with these bytes (None: never); gives its port."""
    opened = []

    def open_one(answer):
        server = socket.create_server(("127.0.0.1", 0))
        opened.append(server)
        threading.Thread(target=serve, args=(server, answer, opened), daemon=True).start()
        return server.getsockname()[1]

    yield open_one
    for one in opened:
        one.close()


def serve(server, answer, opened):
    while True:
        try:
            client, _ = server.accept()
        except OSError:
            return
        if answer is None:
            opened.append(client)
            continue
        client.recv(1000)
        client.sendall(answer)
        client.close()


def test_a_web_server(failed, listener):
    result = failed(f"postgresql://u:geheim@127.0.0.1:{listener(b'HTTP/1.1 400 Bad Request')}/x")
    assert first(result).endswith("failed: received invalid response to SSL negotiation: H")
    assert hint(result) == "what answers there is no PostgreSQL server: check host and port"


def test_somebody_who_never_answers(failed, listener):
    port = listener(None)
    result = failed(f"postgresql://u:geheim@127.0.0.1:{port}/x?connect_timeout=1")
    assert first(result).endswith("the server did not answer in time")
    assert f"  detail: tried host 127.0.0.1, port {port}, database x, user u\n" in result.err
    assert hint(result).startswith("is it the right address, and open in the firewall?")


# ---- libpq's own ways

def test_libpqs_variables(cli, folder, database):
    folder.tables(1)
    env = {"DATABASE_URL": None, "PGHOST": database.server.home, "PGUSER": "postgres",
           "PGDATABASE": database.name}
    cli("up", env=env).ok()
    assert versions(database) == ["001"]


def test_a_service_file(cli, folder, database, tmp_path):
    (tmp_path / "services").write_text(f"[shop]\nhost={database.server.home}\ndbname={database.name}\n"
                                       "user=postgres\n")
    env = {"DATABASE_URL": None, "PGSERVICE": "shop", "PGSERVICEFILE": tmp_path / "services"}
    assert database.name in cli("status", env=env).ok().out
    result = cli("status", env={**env, "PGSERVICE": "shoq"}).failed(5)
    assert first(result) == ('migrate-safe: error: database (PGSERVICE): definition of service "shoq" not '
                             "found")
    assert hint(result).startswith("add it to ~/.pg_service.conf")


def test_the_flag_is_stronger_than_the_variables(cli, folder, database):
    env = {"DATABASE_URL": "postgresql://u:geheim@nothere.invalid/x"}
    assert database.name in cli("status", "--database", database.url, env=env).ok().out
    env = {"DATABASE_URL": database.url, "SUPABASE_DB_URL": "postgresql://u:geheim@nothere.invalid/x"}
    assert database.name in cli("status", env=env).ok().out


def test_the_first_of_several_hosts_that_answers(cli, folder, database):
    home = database.server.home
    url = f"postgresql:///{database.name}?host=/nothere,{home}&user=postgres"
    assert database.name in cli("status", env={"DATABASE_URL": url}).ok().out


# ---- a name is shown as one line, whatever is in it

@pytest.mark.slow
@pytest.mark.parametrize("name, shown", [
    ("we\"ird 'db", "we\"ird 'db"), ("데이터베이스", "데이터베이스"), ("x?y&z=1%/@", "x?y&z=1%/@"),
    ("-rf", "-rf"), ("$(id)`id`;", "$(id)`id`;"),
    ("a\nb\033[31m", "a\\x0ab\\x1b[31m"), ("\u202egnp", "\\xe2\\x80\\xaegnp")])
def test_names_of_databases(cli, folder, cluster, name, shown):
    database = Database(cluster, name).create()
    try:
        folder.tables(1)
        env = {"DATABASE_URL": database.url}
        for command in ("plan", "up", "status"):
            out = cli(command, env=env).ok().out
            assert shown in out and "\033" not in out
        assert cli("status", "--json", env=env).ok().json()["database"] == name
        folder.tables(1, first=2)
        read_only = {**env, "PGOPTIONS": "-c default_transaction_read_only=on"}
        refused = cli("up", env=read_only).failed(1).err.replace("\n  ", "\\x0a")  # a message may have lines
        assert refused.startswith(f"migrate-safe: error: {shown} on ")
        assert re.fullmatch(r"[^\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]*", refused)
        if "\033" in name or name.startswith("-"):
            assert "\033" not in cli("up", env=env).ok().out  # behind a backup
    finally:
        database.drop()
