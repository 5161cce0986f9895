"""`init`: what it writes can be read, run and changed; what is there stays."""
import json
import os
import re
import shlex
import subprocess

import pytest
import yaml

from harness.folder import Folder
from harness.message import first, hint, said
from harness.program import run_line

FILE = "migrate-safe.yaml"
GITHUB = ".github/workflows/migrations.yml"
GITLAB = ".gitlab-ci.yml"


def tree(path):
    return {str(each.relative_to(path)): each.read_text() for each in path.rglob("*") if each.is_file()}


def uncommented(text):
    """Without the comment marks of settings: a mark without a blank behind it."""
    return re.sub(r"^( *)#(?=[a-z])", r"\1", text, flags=re.MULTILINE)


def test_it_needs_nothing_and_asks_nothing(cli_without_database, tmp_path):
    result = cli_without_database("init").ok()
    assert result.out == "made   migrations/\nwrote  migrate-safe.yaml\n"
    assert "DATABASE_URL=" in result.err and ".env" in result.err and ".gitignore" in result.err
    assert (tmp_path / "migrations").is_dir() and list(tree(tmp_path)) == [FILE]


def test_a_broken_configuration_elsewhere_does_not_matter(cli, tmp_path):
    (tmp_path / ".env").write_text("DATABASE_URL='\n")
    cli("init").ok()


def test_every_setting_is_in_it(cli, tmp_path):
    cli("init").ok()
    text = (tmp_path / FILE).read_text()
    known = {row["name"]: row["value"] for row in cli("config", "--json").ok().json()["settings"]}
    defaults = text[text.index("\ndefaults:"):text.index("\nenvironments:")]
    written = dict(re.findall(r"^  #?([a-z-]+): (.*)$", defaults, re.MULTILINE))
    assert set(written) == set(known) - {"env", "config"}
    for name, value in known.items():
        if value is not None and name not in ("config", "database"):
            assert written[name] == value, name
    for before, name in re.findall(r"^(.*)\n  #?([a-z-]+): ", defaults, re.MULTILINE):
        assert before.startswith("  # "), f"nothing says what {name} is for"


def test_it_is_read_back(cli, database, tmp_path):
    cli("init").ok()
    assert cli("config", "dir").ok().out == "migrations\n"
    assert cli("plan").ok().err == ""
    before = cli("config", "--json").ok().json()
    # The same with all that it shows switched on.
    (tmp_path / FILE).write_text(uncommented((tmp_path / FILE).read_text()))
    after = cli("config", "--json").ok().json()
    assert [row["name"] for row in after["settings"]] == [row["name"] for row in before["settings"]]
    for row in after["settings"]:
        if row["name"] not in ("database", "env", "config"):
            assert row["from"].startswith(f"{FILE}:"), row
    for name in ("development", "staging", "production"):
        shown = cli("config", "database", "--env", name, env={"DATABASE_URL": None}).ok().out
        assert "shop" in shown


def test_no_password_belongs_into_it(cli, tmp_path):
    cli("init", "--database", "postgresql://u:geheim@db/x").ok()
    text = (tmp_path / FILE).read_text()
    assert "geheim" not in text and "no password belongs into it" in text and "into .env" in text


@pytest.mark.parametrize("usual", ["db/migrations", "supabase/migrations"])
def test_a_usual_folder_is_named_and_left_alone(cli, tmp_path, usual):
    Folder(tmp_path / usual).tables(2)
    before = tree(tmp_path)
    assert cli("init").ok().out == f"found  {usual}/\nwrote  {FILE}\n"
    assert not (tmp_path / "migrations").exists()
    after = tree(tmp_path)
    assert f"\n  dir: {usual}\n" in after.pop(FILE) and after == before
    assert cli("validate").ok()


def test_several_usual_folders(cli, tmp_path):
    (tmp_path / "migrations").mkdir()
    (tmp_path / "db/migrations").mkdir(parents=True)
    assert said(cli("init")) == (
        5, "migrate-safe: error: there are several folders of migrations: migrations and db/migrations",
        "name the one you mean: migrate-safe init --dir migrations")
    assert tree(tmp_path) == {}
    cli("init", "--dir", "db/migrations").ok()


@pytest.mark.parametrize("name", ["a b", "yes", "007", "x: y", "# z", "'q'", "\"d\"", "-", "데이터", "null"])
def test_any_name_of_a_folder(cli, tmp_path, name):
    cli("init", f"--dir={name}").ok()
    assert (tmp_path / name).is_dir()
    assert cli("config", "dir").ok().out == f"{name}\n"


def test_settings_that_were_given(cli, tmp_path):
    cli("init", "--dir", "one", "--dir", "two", "--schema", "ops", "--layout", "plain", "--wait").ok()
    assert (tmp_path / "one").is_dir() and (tmp_path / "two").is_dir()
    rows = {row["name"]: row for row in cli("config", "--json").ok().json()["settings"]}
    assert rows["dir"]["values"] == ["one", "two"]
    assert (rows["schema"]["value"], rows["layout"]["value"], rows["wait"]["value"]) == (
        "ops", "plain", "true")


# ---- nothing is overwritten

@pytest.mark.parametrize("options", [[], ["--ci", "github"], ["--dry-run"], ["--dir", "x"]], ids=repr)
def test_a_configuration_that_is_there(cli, tmp_path, options):
    (tmp_path / FILE).write_text("{ not even YAML")
    result = cli("init", *options)
    assert said(result) == (5, f"migrate-safe: error: {FILE} is there already; nothing was written",
                            f"see what it says: migrate-safe config; or begin anew: mv {FILE} {FILE}.old")
    assert tree(tmp_path) == {FILE: "{ not even YAML"}


def test_a_link_that_leads_nowhere_is_not_written_through(cli, tmp_path):
    (tmp_path / FILE).symlink_to(tmp_path / "elsewhere")
    cli("init").failed(5)
    assert not (tmp_path / "elsewhere").exists()


def test_another_name_here_but_no_other_folder(cli, tmp_path):
    cli("init", "--config", "other.yaml").ok()
    assert cli("config", "config", "--config", "other.yaml").ok().out == "other.yaml\n"
    assert said(cli("init", "--config", "conf/ms.yaml")) == (
        5, "migrate-safe: error: init begins where you stand, and conf/ms.yaml is in another folder",
        "cd there, then migrate-safe init")


def test_dry_run_writes_nothing(cli, tmp_path):
    shown = cli("init", "--dry-run", "--ci", "gitlab").ok().out
    assert tree(tmp_path) == {} and not os.listdir(tmp_path)
    cli("init", "--ci", "gitlab").ok()
    for name, text in tree(tmp_path).items():
        assert f"would write  {name}:\n\n{text}" in shown
    assert "would make   migrations/\n" in shown


def test_what_cannot_be_written_leaves_no_configuration(cli, tmp_path):
    (tmp_path / ".github").write_text("a file")
    assert "cannot make directory .github" in first(cli("init", "--ci", "github").failed(5))
    assert not (tmp_path / FILE).exists()
    (tmp_path / ".github").unlink()
    assert f"found  migrations/\nwrote  {GITHUB}" in cli("init", "--ci", "github").ok().out


def test_json(cli, tmp_path):
    document = cli("init", "--json", "--ci", "github").ok().json()
    assert document["schema"] == "migrate-safe/init/1" and document["is_dry_run"] is False
    assert [(each["path"], each["action"]) for each in document["files"]] == [
        ("migrations", "made"), (GITHUB, "written"), (FILE, "written")]
    assert document["files"][2]["text"] == (tmp_path / FILE).read_text()
    assert json.loads(cli("init", "--json").failed(5).out)["error"]["class"] == "config"


# ---- CI

def in_git(path):
    """All of it committed, and where the branch that it is merged into stands."""
    for line in ("init -q -b main", "add -A", "commit -q -m all", "update-ref refs/remotes/origin/main HEAD"):
        subprocess.run(["git", "-c", "user.name=Test", "-c", "user.email=test@example.org", *line.split()], cwd=path,
                       check=True)
    return subprocess.check_output(["git", "rev-parse", "HEAD"], cwd=path, text=True).strip()


@pytest.mark.parametrize("service, path", [("github", GITHUB), ("gitlab", GITLAB)])
def test_the_commands_of_a_job_run(cli, tmp_path, database, service, path):
    cli("init", "--ci", service).ok()
    Folder(tmp_path / "migrations").tables(2)
    job = yaml.safe_load((tmp_path / path).read_text())["jobs" if service == "github" else "migrations"]
    lines = ([step["run"] for step in job["migrations"]["steps"] if "run" in step]
             if service == "github" else job["script"])
    assert len(lines) == 3
    base = in_git(tmp_path)
    cli.cwd = tmp_path
    for line in lines:
        assert line.startswith("migrate-safe ")
        run_line(cli, line, GITHUB_BASE_REF="main", CI_MERGE_REQUEST_DIFF_BASE_SHA=base).ok()
    url = (job["migrations"]["env"] if service == "github" else job["variables"])["DATABASE_URL"]
    assert cli("config", "database", env={"DATABASE_URL": url}).ok().out == f"{url}\n"
    Folder(tmp_path / "migrations").write("002_twice.up.sql", "SELECT 1;")
    cli(*shlex.split(lines[0])[1:]).failed(1)


def test_the_workflow_runs_on_pull_requests(cli, tmp_path):
    cli("init", "--ci", "github").ok()
    workflow = yaml.safe_load((tmp_path / GITHUB).read_text())
    assert workflow[True] == "pull_request"  # YAML 1.1 takes `on` for true, GitHub does not
    assert workflow["permissions"] == {"contents": "read"}


@pytest.mark.parametrize("service, path", [("github", GITHUB), ("gitlab", GITLAB)])
def test_a_job_that_is_there_stays(cli, tmp_path, service, path):
    (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / path).write_text("theirs: true\n")
    result = cli("init", "--ci", service).ok()
    assert f"left   {path} as it is; add this to it:\n\n# Made by migrate-safe init" in result.out
    assert (tmp_path / path).read_text() == "theirs: true\n" and (tmp_path / FILE).exists()


def test_an_unknown_service(cli, tmp_path):
    result = cli("init", "--ci", "gitlub").failed(5)
    assert first(result) == 'migrate-safe: error: --ci knows no "gitlub"'
    assert hint(result) in ("did you mean: --ci github", "did you mean: --ci gitlab")
    assert hint(cli("init", "--ci", "x").failed(5)) == "--ci github or --ci gitlab"
    assert tree(tmp_path) == {}
