"""`config`: every value, and who says so; passwords never."""
import pytest

from harness.message import said

URL = "postgresql://ann:geheim@db.example:5433/shop?sslmode=require"
SHOWN = "postgresql://ann@db.example:5433/shop?sslmode=require"
TEXT = """\
defaults:
  dir: [one, two]
  schema: ops
environments:
  production:
    database: service=shop
    lock-timeout: 2s
"""


@pytest.fixture
def config(cli, tmp_path):
    """Rows of `config` by name: (value, from)."""
    (tmp_path / "migrate-safe.yaml").write_text(TEXT)

    def run(*arguments, **env):
        document = cli("config", "--json", *arguments, env={"DATABASE_URL": None, **env}).ok().json()
        assert document["schema"] == "migrate-safe/config/1"
        return {row["name"]: (row["value"], row["origin"], row["from"]) for row in document["settings"]}

    return run


def test_each_origin(config, tmp_path):
    rows = config("--logs", "out", DATABASE_URL=URL)
    assert rows["logs"] == ("out", "flag", "--logs")
    assert rows["database"] == (SHOWN, "variable", "DATABASE_URL")
    assert rows["dir"] == ("one, two", "defaults", "migrate-safe.yaml:2:9")
    assert rows["schema"] == ("ops", "defaults", "migrate-safe.yaml:3:3")
    assert rows["lock-timeout"] == ("100ms", "built_in", "default")
    assert rows["statement-timeout"] == (None, "built_in", "default")
    assert rows["config"] == ("migrate-safe.yaml", "built_in", "default")
    (tmp_path / ".env").write_text(f"A=1\nDATABASE_URL={URL}\n")
    assert config()["database"] == (SHOWN, "dotenv", ".env:2")


def test_an_environment(config):
    rows = config("--env", "production")
    assert rows["env"] == ("production", "flag", "--env")
    assert rows["database"] == ("service=shop", "environment", "migrate-safe.yaml:6:5")
    assert rows["lock-timeout"] == ("2s", "environment", "migrate-safe.yaml:7:5")
    assert rows["schema"] == ("ops", "defaults", "migrate-safe.yaml:3:3")
    assert config()["lock-timeout"][1] == "built_in"


def test_libpqs_variables(config, cli, tmp_path):
    rows = config(PGHOST="db", PGDATABASE="shop", PGPASSWORD="geheim")
    assert rows["database"] == ("host=db dbname=shop", "variable", "PGHOST, PGDATABASE")
    (tmp_path / ".env").write_text("PGHOST=db\nPGPASSWORD=geheim\n")
    assert config()["database"] == ("host=db", "variable", ".env:1")


def test_where_the_file_was_named(config, cli, tmp_path):
    (tmp_path / "migrate-safe.yaml").rename(tmp_path / "ms.yaml")
    assert config(MIGRATE_SAFE_CONFIG="ms.yaml")["config"] == ("ms.yaml", "variable",
                                                              "MIGRATE_SAFE_CONFIG")
    assert config("--config", "ms.yaml")["config"] == ("ms.yaml", "flag", "--config")
    assert config()["config"] == (None, "built_in", "default")


def test_columns_for_people(config, cli):
    shown = cli("config", env={"DATABASE_URL": URL}).ok().out.splitlines()
    assert shown[0].split() == ["setting", "value", "from"]
    column = shown[0].index("from")
    by_name = {line.split()[0]: line for line in shown}
    assert by_name["database"].split() == ["database", SHOWN, "DATABASE_URL"]
    assert by_name["lock-timeout"].split() == ["lock-timeout", "100ms", "default"]
    assert "(the server's)" in by_name["idle-timeout"] and "(none)" in by_name["statement-timeout"]
    assert all(line[column - 1] == " " and line[column] != " " for line in shown)


@pytest.mark.parametrize("name, value", [
    ("lock-timeout", "100ms\n"), ("dir", "one\ntwo\n"), ("database", SHOWN + "\n"),
    ("statement-timeout", "\n"), ("env", "\n"), ("skip-backup", "false\n")])
def test_one_value_for_scripts(config, cli, name, value):
    result = cli("config", name, env={"DATABASE_URL": URL}).ok()
    assert (result.out, result.err) == (value, "")
    assert list(config(name)) == [name]


def test_the_folder_that_is_found(cli, tmp_path):
    assert cli("config", "dir").ok().out == "\n"
    (tmp_path / "db/migrations").mkdir(parents=True)
    assert cli("config", "dir").ok().out == "db/migrations\n"
    (tmp_path / "migrations").mkdir()
    assert "(several: migrations, db/migrations)" in cli("config").ok().out
    assert cli("config", "dir").ok().out == "\n"


@pytest.mark.parametrize("name, advice", [
    ("lock-timeuot", "did you mean: migrate-safe config lock-timeout"),
    ("steps", "see the settings: migrate-safe config"), ("x", "see the settings: migrate-safe config")])
def test_an_unknown_name(cli, name, advice):
    assert said(cli("config", name)) == (5, f'migrate-safe: error: there is no setting "{name}"', advice)


@pytest.mark.parametrize("url", [
    URL, "host=db password=geheim dbname=shop", "postgresql://db/shop?password=geheim",
    "postgresql://u:geheim@x@db/shop", "mysql://u:geheim@db/x", "'postgresql://u:geheim@db/x'",
    "host=db password='geheim", "u:geheim@db"], ids=repr)
def test_no_password_is_shown(cli, tmp_path, url):
    (tmp_path / ".env").write_text("PGPASSWORD=geheim\n")
    for arguments in (["config"], ["config", "--json"], ["config", "database"]):
        result = cli(*arguments, env={"DATABASE_URL": url}).ok()
        assert "geheim" not in result.out + result.err
