"""`.env` beside the configuration: read for what is ours, weaker than the environment."""
import os

import pytest

from harness.history import versions
from harness.message import first, hint, said

NONE = {"DATABASE_URL": None}


@pytest.fixture
def dotenv(tmp_path):
    def write(text, name=".env"):
        (tmp_path / name).write_bytes(text.encode() if isinstance(text, str) else text)
    return write


def test_it_names_the_database(cli, folder, database, dotenv):
    folder.tables(1)
    dotenv(f"\ufeff# ours\r\nSECRET_KEY='x\r\nexport DATABASE_URL=\"{database.url}\" # local\r\n")
    cli("up", env=NONE).ok()
    assert versions(database) == ["001"]


def test_the_environment_is_stronger(cli, folder, database, dotenv):
    dotenv("DATABASE_URL=postgresql://u:geheim@nothere.invalid/x\nSUPABASE_DB_URL=postgresql://nothere.invalid/\n")
    assert database.name in cli("status").ok().out
    assert database.name in cli("status", env={**NONE, "SUPABASE_DB_URL": database.url}).ok().out
    assert database.name in cli("status", "--database", database.url, env=NONE).ok().out
    result = cli("status", env=NONE).failed(5)
    assert first(result).startswith("migrate-safe: error: database (.env:1): could not translate host name")
    assert "geheim" not in result.err


def test_libpqs_variables_reach_libpq(cli, folder, database, dotenv):
    folder.tables(1)
    dotenv(f"PGHOST={database.server.home}\nPGUSER=postgres\nPGDATABASE={database.name}\n"
           "PGOPTIONS='-c statement_timeout=4711'\n")
    folder.write("002_x.up.sql", "CREATE TABLE seen AS SELECT current_setting('work_mem') AS x;")
    folder.write("002_x.down.sql", "DROP TABLE seen;")
    dotenv(f"PGHOST={database.server.home}\nPGUSER=postgres\nPGDATABASE={database.name}\n"
           "PGOPTIONS='-c work_mem=4711kB'\n")
    cli("up", env=NONE).ok()
    assert database.value("SELECT x FROM seen") == "4711kB"
    folder.write("003_y.up.sql", "CREATE TABLE seen_2 AS SELECT current_setting('work_mem') AS x;")
    folder.write("003_y.down.sql", "DROP TABLE seen_2;")
    cli("up", "--skip-backup", env={**NONE, "PGOPTIONS": "-c work_mem=815kB"}).ok()
    assert database.value("SELECT x FROM seen_2") == "815kB"


def test_other_variables_have_no_effect(cli, folder, database, dotenv):
    dotenv("NO_COLOR=\nTERM=xterm\nHOME=/nowhere\nPATH=/nowhere\nPGDATA=/nowhere\nLC_ALL=C\n")
    assert database.name in cli("status").ok().out


def test_a_url_of_parts(cli, folder, database, dotenv):
    dotenv(f"DB_HOME={database.server.home}\nDB_NAME={database.name}\n"
           "DATABASE_URL=postgresql:///${DB_NAME}?host=$DB_HOME&user=${DB_USER:-postgres}\n")
    assert database.name in cli("status", env=NONE).ok().out


@pytest.mark.parametrize("text, place, message", [
    ("DATABASE_URL='postgresql://u:geheim@db/x\n", "1:14", "this quote is not closed"),
    ("A=1\nexport DATABASE_URL postgresql://u:geheim@db/x\n", "2:21", "there is no = behind it"),
    ("DATABASE_URL: postgresql://u:geheim@db/x\n", "1:13", "there is no = behind it"),
    ("DATABASE_URL=postgresql://u:pa$geheim@db/x\n", "1:31",
     "here is the name of a variable that is not set"),
    ("DATABASE_URL=\"geheim\" geheim\n", "1:23", "here is something behind the closing quote"),
    ("DATABASE_URL=geheim\\${x${\n", "1:24", "what follows ${ cannot be read"),
    (b"DATABASE_URL=geheim\xff\n", "1:14", "the value is not valid UTF-8"),
])
def test_a_line_of_ours_that_is_wrong(cli, folder, dotenv, text, place, message):
    dotenv(text)
    for options in ([], ["--json"]):
        result = cli("plan", *options, env=NONE).failed(5)
        assert first(result) == f".env:{place}: error: DATABASE_URL: {message}"
        assert hint(result) and "geheim" not in result.err + result.out


def test_lines_of_others_are_theirs(cli, folder, database, dotenv):
    dotenv(b"KEY: x\n[s]\nA='\n\xff\xfe=\0\nB=$NO${\n=\nDATABASE_URL.X=1\n"
           + f"DATABASE_URL='{database.url}'\n".encode())
    assert database.name in cli("status", env=NONE).ok().out


@pytest.mark.parametrize("kind", ["pipe", "directory", "link to nothing"])
def test_what_is_no_file(cli, folder, database, tmp_path, kind):
    if kind == "pipe":
        os.mkfifo(tmp_path / ".env")
    elif kind == "directory":
        (tmp_path / ".env").mkdir()
    else:
        (tmp_path / ".env").symlink_to("nowhere")
    assert database.name in cli("status").ok().out


def test_beside_the_configuration(cli, folder, database, tmp_path, dotenv):
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf/ms.yaml").write_text("defaults:\n  dir: ../migrations\n")
    dotenv(f"DATABASE_URL={database.url}\n", "conf/.env")
    dotenv("DATABASE_URL=postgresql://nothere.invalid/x\n")
    assert database.name in cli("status", "--config", "conf/ms.yaml", env=NONE).ok().out
    assert first(cli("status", env=NONE).failed(5)).startswith("migrate-safe: error: database (.env:1)")


# ---- with --env

def test_it_never_says_where_an_environment_is(cli, folder, database, new_database, tmp_path, dotenv):
    """Production under staging's policy, or staging's migration in production: neither."""
    other = new_database()
    folder.tables(1)
    (tmp_path / "migrate-safe.yaml").write_text(
        f"environments:\n  production:\n    database: {database.url}\n  staging:\n    dir: migrations\n")
    dotenv(f"DATABASE_URL={other.url}\nPGHOST=/nowhere\nPGPORT=1\n")
    cli("up", "--env", "production", env=NONE).ok()
    assert versions(database) == ["001"] and versions(other) == []
    assert said(cli("up", "--env", "staging", env=NONE))[1] == "migrate-safe: error: no database is named"
    assert versions(other) == []
    cli("up", "--env", "staging", env={"DATABASE_URL": other.url}).ok()  # said for this run
    assert versions(other) == ["001"]


def test_a_password_of_an_environment(cli, folder, programs, tmp_path, dotenv):
    """What is no address is taken: that is where a password belongs."""
    server = programs.new_server()
    rules = server.data / "pg_hba.conf"
    rules.write_text("local all guest scram-sha-256\n" + rules.read_text())
    server.start()
    try:
        server.query("CREATE ROLE guest LOGIN PASSWORD 'rich#tig $x'")
        (tmp_path / "migrate-safe.yaml").write_text(
            f"environments:\n  production:\n    database: host={server.home} user=guest dbname=postgres\n")
        dotenv("PGPASSWORD='rich#tig $x'\n")
        cli("status", "--env", "production", env=NONE).ok()
        dotenv("PGPASSWORD='falsch'\n")
        result = cli("status", "--env", "production", env=NONE).failed(5)
        assert "password authentication failed" in first(result) and "falsch" not in result.err
        assert "          from .env: PGPASSWORD\n" in result.err
    finally:
        server.remove()
