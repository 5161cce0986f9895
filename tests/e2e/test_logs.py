"""logs/: what was done, for people and for machines; secrets are in none of it."""
import json
import os
import re

import pytest

pytestmark = pytest.mark.once

EVENTS = {"at", "event", "run_id", "command"}


def lines(folder):
    return [json.loads(line) for line in (folder / "migrations.jsonl").read_text().splitlines()]


def texts(folder):
    return sorted(folder.glob("migrate-safe-*.log"))


def test_a_run_in_both_logs(cli, folder, tmp_path):
    folder.tables(2)
    run_id = cli("up", "--json").ok().json()["run_id"]
    logged = lines(tmp_path / "logs")
    assert [line["event"] for line in logged] == ["run_started", "migration_started", "applied",
                                                  "migration_started", "applied", "run_finished"]
    assert all(set(line) >= EVENTS and line["run_id"] == run_id and line["command"] == "up"
               for line in logged)
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["at"]) for line in logged)
    assert logged[2]["version"] == "001" and logged[2]["file"] == "migrations/001_table_1.up.sql"
    assert logged[-1]["done"] == 2 and logged[-1]["total"] == 2
    (path,) = texts(tmp_path / "logs")
    assert re.fullmatch(r"migrate-safe-\d{8}-\d{6}\.log", path.name)
    assert re.search(r"^\S+Z applied 001 table_1 \d+ ms$", path.read_text(), re.MULTILINE)


def test_failures_are_logged_with_their_place(cli, folder, tmp_path):
    folder.write("001_bad.up.sql", "SELECT 1;\nSELECT nope;\n")
    cli("up").failed(2)
    failed = next(line for line in lines(tmp_path / "logs") if line["event"] == "failed")
    assert (failed["error"]["line"], failed["error"]["column"]) == (2, 8)
    assert "migrations/001_bad.up.sql:2:8: column \"nope\" does not exist" in texts(
        tmp_path / "logs")[0].read_text()


def test_notices_baselines_and_downs_are_logged(cli, folder, tmp_path):
    folder.tables(2)
    cli("baseline", "001").ok()
    folder.write("002_table_2.up.sql", "DO $$ BEGIN RAISE NOTICE 'in the log'; END $$; SELECT 1;")
    folder.write("002_table_2.down.sql", "SELECT 1;")
    cli("up", "-s").ok()
    cli("down", "-s").ok()
    logged = lines(tmp_path / "logs")
    assert [line["event"] for line in logged if line["event"] in ("baseline", "notice", "reverted")] == [
        "baseline", "notice", "reverted"]
    assert next(line for line in logged if line["event"] == "notice")["message"] == "in the log"


def test_the_folder_can_be_chosen(cli, folder, tmp_path):
    folder.tables(1)
    cli("up", "--logs", "var/log").ok()
    assert lines(tmp_path / "var/log") and not (tmp_path / "logs").exists()


def unwritable_file(folder):
    folder.write_text("a file where the folder should be\n")


def unwritable_entry(folder):
    folder.mkdir()
    (folder / "migrations.jsonl").mkdir()


@pytest.mark.parametrize("spoil", [unwritable_file, unwritable_entry])
def test_unwritable_logs_are_one_warning_and_the_work_goes_on(cli, folder, tmp_path, database, spoil):
    folder.tables(3)
    spoil(tmp_path / "logs")
    result = cli("up").ok()
    assert result.err.count("warning:") == 1 and "logs" in result.err
    assert "the journal in the database is the record" in result.err
    assert database.has("t_3")


def test_a_full_disk_is_one_warning(cli, folder, tmp_path, database):
    folder.tables(2)
    (tmp_path / "logs").mkdir()
    os.symlink("/dev/full", tmp_path / "logs/migrations.jsonl")
    result = cli("up").ok()
    assert result.err.count("warning:") == 1 and database.has("t_2")


def test_two_runs_append(cli, folder, tmp_path):
    folder.tables(2)
    cli("up", "--steps", "1").ok()
    cli("up", "-s").ok()
    assert len({line["run_id"] for line in lines(tmp_path / "logs")}) == 2


def test_a_name_with_line_ends_stays_one_line(cli, folder, tmp_path):
    folder.write("001_a.up.sql", "DO $$ BEGIN RAISE NOTICE E'two\\nlines'; END $$;")
    cli("up").ok()
    assert any(line.get("message") == "two\nlines" for line in lines(tmp_path / "logs"))
    for line in texts(tmp_path / "logs")[0].read_text().splitlines():
        assert re.match(r"\d{4}-\d\d-\d\dT", line), line


# Secrets

SECRET = "s3cr3t-W0rd"
URLS = [
    "postgresql://me:{0}@127.0.0.1:1/db",
    "postgresql://me:{0}@nowhere.invalid/db",
    "postgresql:///db?host=/nowhere&user=me&password={0}",
    "postgresql://me:{0}@[::1/db",
    "postgresql://me:{0}@host:port/db",
    "postgresql://me:{0}%zz@host/db",
    "postgresql://me:{0}@host/db?nonsense=1",
    "postgresql://me:a{0}\"b@host:x/db",
    "postgresql://me:{0}@a,b:1,2,3/db",
    "host=nowhere.invalid user=me password={0} dbname=db",
    "host=nowhere.invalid password='{0} dbname=db",
    "password={0} nonsense",
    "host=x password={0} nonsense=1",
    "host=x password = {0} sslmode=nonsense",
    "postgres:{0}@host/db",
    "jdbc:postgresql://host/db?user=me&password={0}",
    "mysql://me:{0}@host/db",
    "postgresql://me:{0}@127.0.0.1:1/db?sslmode=nonsense",
    "postgresql://me:{0}@127.0.0.1:99999/db",
    "postgresql://me:{0}@127.0.0.1:1/db?connect_timeout={0}",
]


@pytest.mark.parametrize("url", URLS)
@pytest.mark.parametrize("how", ["variable", "flag", "configuration"])
def test_a_password_is_nowhere_to_be_seen(cli_without_database, folder, tmp_path, url, how):
    folder.tables(1)
    url = url.format(SECRET)
    arguments, env = [], {}
    if how == "variable":
        env = {"DATABASE_URL": url}
    elif how == "flag":
        arguments = ["--database", url]
    else:
        quoted = url.replace("'", "''")
        (tmp_path / "migrate-safe.yaml").write_text(f"defaults:\n  database: '{quoted}'\n")
    for command in (["up"], ["status", "--json"]):
        result = cli_without_database(*command, *arguments, env=env).failed(5)
        assert SECRET not in result.out and SECRET not in result.err, result
        assert "database" in result.err or "server" in result.err or "host" in result.err
    if (tmp_path / "logs").exists():
        for path in (tmp_path / "logs").iterdir():
            assert SECRET not in path.read_text()


@pytest.fixture
def with_password(programs):
    """A server that wants a password."""
    server = programs.new_server()
    (server.data / "pg_hba.conf").write_text("local all postgres trust\nlocal all me scram-sha-256\n")
    server.start()
    server.query(f"CREATE ROLE me LOGIN SUPERUSER PASSWORD '{SECRET}'")
    yield server
    server.remove()


def test_a_password_that_is_right_leaves_no_trace(cli, folder, tmp_path, with_password):
    folder.tables(1)
    folder.write("002_bad.up.sql", "SELECT nope;")
    url = with_password.url(user="me", password=SECRET)
    shown = []
    for command in (["plan"], ["up"], ["status"], ["history"], ["down", "-s"], ["up", "--json", "-v"]):
        result = cli(*command, env={"DATABASE_URL": url})
        assert result.code in (0, 2), result
        shown.append(result.out + result.err)
    shown += [path.read_text() for path in (tmp_path / "logs").iterdir()]
    shown += with_password.query("SELECT application_name FROM pg_stat_activity")
    shown += with_password.query("SELECT h::text FROM migrate_safe.schema_migrations h"
                                 " UNION ALL SELECT j::text FROM migrate_safe.journal j")
    assert len(shown) > 8 and SECRET not in str(shown)


@pytest.mark.parametrize("password, message", [
    (SECRET + "-wrong", 'password authentication failed for user "me"'),
    (None, "no password supplied"),
])
def test_a_wrong_password(cli, folder, with_password, password, message):
    folder.tables(1)
    more = {"password": password} if password else {}
    result = cli("up", env={"DATABASE_URL": with_password.url(user="me", **more)}).failed(5)
    assert message in result.err and SECRET not in result.err
    assert "~/.pgpass" in result.err and "user me" in result.err


def test_pgpass_and_pgpassword_work(cli, folder, tmp_path, with_password):
    folder.tables(1)
    url = with_password.url(user="me")
    cli("status", env={"DATABASE_URL": url, "PGPASSWORD": SECRET}).ok()
    path = tmp_path / ".pgpass"
    path.write_text(f"*:*:*:me:{SECRET}\n")
    path.chmod(0o600)
    cli("up", env={"DATABASE_URL": url}).ok()
