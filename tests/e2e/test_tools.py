"""tools: the client programs behind words of the user's, what they are given, and never a password."""
import os

import pytest

from harness import server as servers
from harness.message import first, hint
from harness.tools import Wrapper, elsewhere

pytestmark = pytest.mark.once

SECRET = "geheim-7f3a"
TOOLS = ("pg_dump", "pg_restore", "psql")


@pytest.fixture(autouse=True)
def needs_tools(programs):
    for name in TOOLS:
        if servers.find_tool(name, programs.major) is None:
            pytest.skip(f"no {name} for PostgreSQL {programs.major} is installed")


@pytest.fixture(scope="module")
def guarded(programs):
    """A server that wants a password of `me`."""
    server = programs.new_server()
    (server.data / "pg_hba.conf").write_text("local all postgres trust\nlocal all me scram-sha-256\n")
    server.start()
    server.query(f"CREATE ROLE me LOGIN SUPERUSER PASSWORD '{SECRET}'")
    yield server
    server.remove()


@pytest.fixture
def protected(guarded, new_database):
    return new_database(guarded)


def checks(result):
    return {check["id"]: check for check in result.json()["checks"]}


def everything_written(tmp_path):
    return [path.read_text(errors="replace") for path in tmp_path.rglob("*") if path.is_file()
            and path.name not in (".pgpass", "services")]


# What the tool is given


def from_url(server, name, home):
    return {"DATABASE_URL": server.url(name, user="me", password=SECRET)}


def from_variable(server, name, home):
    return {"DATABASE_URL": server.url(name, user="me"), "PGPASSWORD": SECRET}


def from_pgpass(server, name, home):
    (home / ".pgpass").write_text(f"*:*:*:me:{SECRET}\n")
    (home / ".pgpass").chmod(0o600)
    return {"DATABASE_URL": server.url(name, user="me")}


def from_service(server, name, home):
    """The variables name another database: the service wins for libpq, and so for the tools."""
    (home / "services").write_text(f"[shop]\nhost={server.home}\nport=5432\nuser=me\npassword={SECRET}\n"
                                   f"dbname={name}\n")
    return {"DATABASE_URL": None, "PGSERVICE": "shop", "PGSERVICEFILE": home / "services",
            "PGDATABASE": "postgres", "PGUSER": "postgres"}


def from_url_beside_a_service(server, name, home):
    """What the URL says wins over the service; in an environment it would be the other way round."""
    (home / "services").write_text(f"[shop]\nhost={server.home}\nuser=postgres\ndbname=postgres\n")
    return from_url(server, name, home) | {"PGSERVICE": "shop", "PGSERVICEFILE": home / "services"}


def from_several_hosts(server, name, home):
    return {"DATABASE_URL": f"postgresql:///{name}?host=/nowhere,{server.home}&port=1,5432&user=me"
                            f"&password={SECRET}"}


WAYS = [from_url, from_variable, from_pgpass, from_service, from_url_beside_a_service, from_several_hosts]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("place", ["here", "wrapped", "elsewhere"])
def test_every_way_to_a_password_and_none_in_argv(cli, folder, tmp_path, protected, way, place):
    folder.tables(1)
    env = way(protected.server, protected.name, tmp_path)
    wrapper = {"here": lambda: None, "wrapped": lambda: Wrapper(tmp_path),
               "elsewhere": lambda: elsewhere(tmp_path, protected.server.major, "PGPASSWORD")}[place]()
    tools = ["--tools", wrapper] if wrapper else []
    result = cli("up", "--schema-file", "schema.sql", *tools, env=env).ok()
    assert result.err == "" and "CREATE TABLE public.t_1" in (tmp_path / "schema.sql").read_text()
    if wrapper:
        (call,) = wrapper.calls()
        address = f"postgresql://me@{str(protected.server.home).replace('/', '%2F')}:5432/{protected.name}"
        assert call.startswith(f"pg_dump --no-password --dbname={address} --schema-only")
    assert SECRET not in result.out + str(everything_written(tmp_path))


def test_without_words_the_address_is_in_the_environment_only(cli, folder, tmp_path, protected):
    folder.tables(1)
    real = servers.find_tool("pg_dump", protected.server.major)
    (tmp_path / "bin").mkdir()
    fake = Wrapper(tmp_path / "bin", "pg_dump", f'env | grep ^PG | sort >{tmp_path}/seen; exec {real} "$@"')
    env = from_url(protected.server, protected.name, tmp_path) | {
        "PATH": f"{tmp_path}/bin:{os.environ['PATH']}", "PGSERVICEFILE": "/nowhere", "PGHOST": "nowhere"}
    cli("up", "--schema-file", "schema.sql", env=env).ok()
    (call,) = fake.calls()
    assert call.startswith("--no-password --dbname= --schema-only") and "me" not in call.split()
    seen = (tmp_path / "seen").read_text().splitlines()
    assert "PGHOST=nowhere" not in seen
    for line in (f"PGHOST={protected.server.home}", "PGPORT=5432", "PGUSER=me", f"PGDATABASE={protected.name}",
                 f"PGPASSWORD={SECRET}"):
        assert line in seen


def test_a_password_that_is_not_passed_on(cli, folder, tmp_path, protected):
    folder.tables(1)
    wrapper = elsewhere(tmp_path, protected.server.major)
    env = from_url(protected.server, protected.name, tmp_path)
    result = cli("up", "--schema-file", "schema.sql", "--tools", wrapper, env=env).ok()
    assert "no password supplied" in first(result) and f"{wrapper} pg_dump" in first(result)
    assert hint(result).startswith("it must be given PGPASSWORD: docker exec -e PGPASSWORD")
    assert not (tmp_path / "schema.sql").exists() and SECRET not in result.err


def test_a_wrapper_that_shows_what_it_was_given(cli, folder, tmp_path, protected):
    folder.tables(1)
    wrapper = Wrapper(tmp_path, body='case "$*" in *--version) exec "$@";; esac\n'
                                     'env >&2; echo "cannot: $PGPASSWORD, $PGPASSWORD" >&2; exit 1')
    env = from_url(protected.server, protected.name, tmp_path)
    result = cli("up", "--schema-file", "schema.sql", "--tools", wrapper, env=env).ok()
    assert first(result).endswith("pg_dump: cannot: ***, ***")
    assert SECRET not in result.err + str(everything_written(tmp_path))


# Another address


@pytest.fixture
def other_way(tmp_path, cluster):
    """The server's folder by another path, as it is called `elsewhere`."""
    (tmp_path / "socket").symlink_to(cluster.home)
    return tmp_path / "socket"


def test_tools_database_is_the_address_from_there(cli, folder, tmp_path, database, other_way):
    folder.tables(1)
    wrapper = elsewhere(tmp_path, database.server.major)
    url = f"postgresql:///{database.name}?host={other_way}&user=postgres"
    cli("up", "--schema-file", "schema.sql", "--tools", wrapper, "--tools-database", url).ok()
    (call,) = wrapper.calls()
    encoded = str(other_way).replace("/", "%2F")
    assert f"--dbname=postgresql://postgres@{encoded}/{database.name} " in call
    assert "CREATE TABLE public.t_1" in (tmp_path / "schema.sql").read_text()


def test_the_password_of_tools_database_goes_the_same_way(cli, folder, tmp_path, protected):
    folder.tables(1)
    wrapper = elsewhere(tmp_path, protected.server.major, "PGPASSWORD")
    there = f"host={protected.server.home} user=me password={SECRET} dbname={protected.name} sslmode=disable"
    env = {"DATABASE_URL": protected.url}
    cli("up", "--schema-file", "schema.sql", "--tools", wrapper, "--tools-database", there, env=env).ok()
    (call,) = wrapper.calls()
    assert f"/{protected.name}?sslmode=disable " in call
    assert SECRET not in str(everything_written(tmp_path))


@pytest.mark.parametrize("url, message", [
    (f"postgresql://me:{SECRET}@@host/x", "can be read in two ways"),
    (f"postgresql://me:{SECRET}@[broken", "cannot be read"),
    (f"host=x password={SECRET} nonsense=1", "cannot be read"),
    (f"me:{SECRET}@host", "cannot be read"),
    (f"host=x sslpassword={SECRET}", "sslpassword could only be passed on where everybody sees it"),
])
def test_an_unreadable_address_stops_before_the_change(cli, folder, database, tmp_path, url, message):
    folder.tables(1)
    result = cli("up", "--schema-file", "schema.sql", "--tools-database", url).failed(5)
    assert first(result).startswith("migrate-safe: error: tools-database: ") and message in first(result)
    assert SECRET not in result.err + str(everything_written(tmp_path)) and not database.has("t_1")


# doctor


def test_doctor_looks_at_what_is_behind_the_words(cli, folder, tmp_path, database):
    folder.tables(1)
    wrapper = elsewhere(tmp_path, database.server.major)
    (tmp_path / "migrate-safe.yaml").write_text(f"defaults:\n  tools: [{wrapper}]\n")
    found = checks(cli("doctor", "--json"))
    for name in TOOLS:
        assert found[f"tools.{name}"]["verdict"] == "pass"
        assert f"({wrapper} {name})" in found[f"tools.{name}"]["value"]
    assert found["tools.reach"]["verdict"] == "pass"
    (call,) = wrapper.calls()
    assert call.startswith("psql --no-password --dbname=postgresql://")


def test_doctor_says_that_the_tools_reach_another_database(cli, folder, tmp_path, database, cluster):
    folder.tables(1)
    result = cli("doctor", "--json", "--tools-database", cluster.url("postgres")).failed(1)
    assert checks(result)["tools.reach"]["verdict"] == "fail"
    assert checks(result)["tools.reach"]["value"].endswith("the tools are at postgres")
    result = cli("doctor", "--json", "--tools-database", "postgresql:///x?host=/nowhere").failed(1)
    assert "No such file" in checks(result)["tools.reach"]["value"]
    assert "tools-database" in checks(result)["tools.reach"]["fix"]


def test_an_ordinary_role_may_ask_where_the_tools_are(cli, folder, tmp_path, database):
    folder.tables(1)
    database.query(f"CREATE ROLE asks_{database.name} LOGIN")
    try:
        env = {"DATABASE_URL": database.server.url(database.name, user=f"asks_{database.name}")}
        found = checks(cli("doctor", "--json", "--tools", Wrapper(tmp_path), env=env))
        assert found["tools.reach"]["verdict"] == "pass"
    finally:
        database.query(f"DROP ROLE asks_{database.name}")


@pytest.mark.parametrize("body, value, fix", [
    ("echo 'Error: No such container: db' >&2; exit 1", "--version ended with exit code 1: Error: No such", "try: "),
    ("exit 0", "does not say its version", "try: "),
    ("echo 'pg_dump (PostgreSQL) 9.6.24'", "older than the server", "(where tools: runs them)"),
])
def test_doctor_and_a_wrapper_that_fails(cli, folder, tmp_path, body, value, fix):
    folder.tables(1)
    found = checks(cli("doctor", "--json", "--tools", Wrapper(tmp_path, body=body)).failed(1))
    for name in TOOLS:
        assert found[f"tools.{name}"]["verdict"] == "fail"
        assert value in found[f"tools.{name}"]["value"] and fix in found[f"tools.{name}"]["fix"]
    assert found["tools.reach"]["verdict"] == "unknown"


def test_doctor_and_a_wrapper_that_does_not_exist(cli, folder):
    folder.tables(1)
    found = checks(cli("doctor", "--json", "--tools", "no-such-docker exec db").failed(1))
    assert found["tools.psql"]["value"] == "tools: cannot execute no-such-docker: No such file or directory"


# The setting


@pytest.mark.parametrize("written, message", [
    ("docker exec 'db", "tools: the ' at character 13 has no end"),
    ("[docker, [exec]]", "expected a word of the command here"),
    ("docker exec -e PGPASSWORD=geheim db", "tools holds a password or a URL with a user"),
    ("{a: b}", "this setting takes one value"),
    ("[]", "tools is empty"),
])
def test_a_setting_that_is_wrong(cli, folder, tmp_path, written, message):
    (tmp_path / "migrate-safe.yaml").write_text(f"defaults:\n  tools: {written}\n")
    result = cli("up").failed(5)
    assert first(result).startswith("migrate-safe.yaml:2:") and message in first(result)
    assert "geheim" not in result.err


def test_words_are_words(cli, folder, tmp_path, database):
    """No shell: what looks like one's own is passed as it is."""
    folder.tables(1)
    wrapper = Wrapper(tmp_path, body='shift 3; exec "$@"')
    cli("up", "--schema-file", "s.sql", "--tools", f"{wrapper} 'a b' \"$HOME;\" *").ok()
    assert wrapper.calls()[0].startswith("a b $HOME; * pg_dump ")
