"""--wait: for a server that is not there yet; not where it says no."""
import os
import re
import signal

import psycopg
import pytest

from harness.message import first, hint
from harness.waiting import reserved_port, until

BEGIN = re.compile(r"waiting for the server, at most (.*?): (.*)\n")
END = re.compile(r"the server was there after [0-9.]+ m?s\n")


def begun(running):
    """Its first line on stderr, when it has come."""
    return running.process.stderr.readline().decode()


@pytest.fixture
def cold(programs):
    """A server that is not started yet."""
    server = programs.new_server()
    yield server
    server.remove()


@pytest.mark.parametrize("options", [["--wait"], ["--wait-timeout", "50s"]], ids=repr)
def test_a_server_that_is_started_later(cli, folder, cold, options):
    running = cli.start("status", *options, env={"DATABASE_URL": cold.url()})
    line = begun(running)
    assert BEGIN.fullmatch(line)[1] == ("1 min 0 s" if options == ["--wait"] else "50.0 s")
    assert line.endswith(" failed: No such file or directory\n")
    cold.launch()
    result = running.finish().ok()
    assert END.fullmatch(result.err) and "pending" in result.out


def test_a_setting_waits_too(cli, folder, cold, tmp_path):
    (tmp_path / "migrate-safe.yaml").write_text("defaults:\n  wait: true\n  wait-timeout: 40s\n")
    running = cli.start("doctor", "--json", env={"DATABASE_URL": cold.url()})
    assert BEGIN.fullmatch(begun(running))[1] == "40.0 s"
    cold.launch()
    result = running.finish()
    assert END.fullmatch(result.err) and result.json()["schema"] == "migrate-safe/doctor/2"
    cold.stop()
    assert first(cli("status", "--no-wait", env={"DATABASE_URL": cold.url()}).failed(5)).startswith(
        "migrate-safe: error: ")


def test_a_server_that_starts_up(cli, folder, programs):
    """A standby that lets nobody in: it refuses as a server does that still recovers."""
    server = programs.new_server(hot_standby="off")
    signal_file = server.data / "standby.signal"
    signal_file.touch()
    programs.who.give(signal_file)
    try:
        server.launch()
        until(lambda: refuses(server))
        plain = cli("status", env={"DATABASE_URL": server.url()}).failed(5)
        assert "57P03" not in plain.err and "the database system is " in first(plain)
        running = cli.start("status", "--wait", env={"DATABASE_URL": server.url()})
        assert "FATAL:  the database system is " in BEGIN.fullmatch(begun(running))[2]
        promote(server)
        assert END.fullmatch(running.finish().ok().err)
    finally:
        server.remove()


def refuses(server):
    try:
        server.connect().close()
    except psycopg.OperationalError as error:
        # before 14 all the while as when it begins
        says = "not accepting connections" if server.major >= 14 else "starting up"
        return f"the database system is {says}" in str(error)
    raise AssertionError("it lets us in")


def promote(server):
    (server.data / "promote").touch()
    os.kill(server.process.pid, signal.SIGUSR1)


def test_nothing_is_said_of_a_server_that_is_there(cli, folder):
    assert cli("status", "--wait").ok().err == ""


@pytest.fixture(scope="module")
def strict(programs):
    """A server that says no in several ways, and the port at which it listens too."""
    server = programs.new_server()
    rules = server.data / "pg_hba.conf"
    rules.write_text("local all guest scram-sha-256\nhost all all 127.0.0.1/32 trust\n" + rules.read_text())
    with reserved_port() as port:
        with open(server.data / "postgresql.conf", "a") as file:
            file.write(f"listen_addresses = '127.0.0.1'\nport = {port}\n")
        server.start()
    with psycopg.connect(server.url(port=port), autocommit=True) as connection:
        connection.execute("CREATE ROLE guest LOGIN PASSWORD 'richtig'")
    yield server, port
    server.remove()


@pytest.mark.parametrize("changes", [
    {"user": "nobody_here"}, {"database": "nothere"}, {"sslmode": "require"}, {"user": "guest"}], ids=repr)
def test_who_says_no_is_not_asked_again(cli, folder, strict, changes):
    server, port = strict
    host = "127.0.0.1" if "sslmode" in changes else None
    more = {"password": "geheim"} if changes.get("user") == "guest" else {}
    url = server.url(host=host, port=port, **more, **changes)
    result = cli("status", "--wait", "--wait-timeout", "10min", env={"DATABASE_URL": url}).failed(5)
    assert "waiting" not in result.err and "geheim" not in result.err


def test_a_deadline(cli, folder, cold):
    result = cli("status", "--wait", "--wait-timeout", "300ms", env={"DATABASE_URL": cold.url()}).failed(5)
    assert BEGIN.match(result.err)[1] == "300 ms"
    error = result.err.split("\n")[1]
    waited = re.match(r"migrate-safe: error: database \(DATABASE_URL\): waited (\d+\.\d) s for the server: "
                      "connection to server on socket ", error)
    assert float(waited[1]) >= 0.3
    assert hint(result).endswith("; to wait longer: --wait-timeout 5min")


def test_a_name_that_nobody_knows(cli, folder):
    env = {"DATABASE_URL": "postgresql://u:geheim@nothere.invalid/x"}
    result = cli("status", "--wait-timeout", "1ms", env=env).failed(5)
    assert "waiting for the server, at most 1 ms: could not translate host name" in result.err or (
        "for the server: could not translate host name" in result.err)
    assert "geheim" not in result.err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_it(cli, folder, cold, number):
    running = cli.start("up", "--wait", env={"DATABASE_URL": cold.url()})
    assert BEGIN.fullmatch(begun(running))
    running.process.send_signal(number)
    result = running.finish().failed(130)
    assert "interrupted" in result.err


def test_how_long_is_a_time(cli):
    result = cli("status", "--wait-timeout", "soon").failed(5)
    assert first(result) == 'migrate-safe: error: --wait-timeout takes a time, not "soon"'
