"""The files for pre-commit, GitHub and GitLab: what they run works, and finds what it should."""
import json
import pathlib
import re
import subprocess
import tempfile
from xml.etree import ElementTree

import pytest
import yaml

from harness.folder import Folder
from harness.program import ROOT, run_line

DANGEROUS = "CREATE INDEX by_id ON t_1 (id);\n"


def git(path, *arguments):
    subprocess.run(["git", "-c", "user.name=Test", "-c", "user.email=test@example.org", *arguments], cwd=path,
                   check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return subprocess.check_output(["git", "rev-parse", "--verify", "-q", "main"], cwd=path, text=True).strip()


@pytest.fixture
def project(cli_without_database, tmp_path):
    """A folder as Supabase has it, in git; a branch with one new migration, which is dangerous."""
    folder = Folder(tmp_path / "supabase/migrations")
    folder.write("20240101000000_one.sql", "CREATE TABLE t_1 (id bigint PRIMARY KEY);\n" + DANGEROUS)
    folder.write("20240102000000_two.sql", "CREATE INDEX old_one ON t_1 ((id + 1));\n")
    subprocess.run(["git", "init", "-q", "-b", "main"], cwd=tmp_path, check=True)
    for arguments in (["add", "-A"],):
        subprocess.run(["git", *arguments], cwd=tmp_path, check=True)
    subprocess.run(["git", "-c", "user.name=Test", "-c", "user.email=test@example.org", "commit", "-q", "-m", "all"],
                   cwd=tmp_path, check=True)
    base = git(tmp_path, "update-ref", "refs/remotes/origin/main", "HEAD")
    git(tmp_path, "checkout", "-q", "-b", "change")
    return cli_without_database, folder, base


def add(project, text):
    cli, folder, _ = project
    folder.write("20240103000000_new.sql", text)
    git(cli.cwd, "add", "-A")
    git(cli.cwd, "commit", "-q", "-m", "new")


def run_all(project, lines):
    """Exit codes and outputs of the lines, in the service's environment."""
    cli, _, base = project
    assert lines and all(line.startswith("migrate-safe ") for line in lines)
    return [run_line(cli, line, GITHUB_BASE_REF="main", CI_MERGE_REQUEST_DIFF_BASE_SHA=base) for line in lines]


def github_lines():
    text = (ROOT / "docs/ci/github-workflow.yml").read_text()
    job = yaml.safe_load(text)["jobs"]["validate"]
    commented = re.findall(r"^ *# - run: (.*)$", text, re.MULTILINE)
    return [step["run"] for step in job["steps"] if "run" in step], commented


def test_github(project):
    add(project, "CREATE TABLE t_2 (id bigint PRIMARY KEY);\n")
    lines, commented = github_lines()
    assert [result.code for result in run_all(project, lines + commented)] == [0, 0, 0]
    add(project, "CREATE INDEX by_all ON t_1 ((id + 2));\n")
    validate, lint, sarif = run_all(project, lines + commented)
    assert (validate.code, lint.code, sarif.code) == (0, 1, 1)
    annotations = [line for line in lint.out.splitlines() if "title=create-index-blocking" in line]
    assert len(annotations) == 1 and "file=supabase/migrations/20240103000000_new.sql,line=1," in annotations[0]
    results = json.loads((project[0].cwd / "lint.sarif").read_text())["runs"][0]["results"]
    assert {result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in results} == {
        "supabase/migrations/20240103000000_new.sql"}


def test_the_workflow_is_the_guides():
    workflow = yaml.safe_load((ROOT / "docs/ci/github-workflow.yml").read_text())
    assert workflow["name"] == "Migration Validation"
    assert workflow[True] == {"pull_request": {"paths": ["supabase/migrations/**"]}}  # YAML 1.1's `on`
    assert workflow["jobs"]["validate"]["steps"][0]["with"]["fetch-depth"] == 0


def test_gitlab(project):
    job = yaml.safe_load((ROOT / "docs/ci/gitlab-job.yml").read_text())["migration-validation"]
    add(project, "CREATE INDEX by_all ON t_1 ((id + 2));\n")
    validate, lint = run_all(project, job["script"])
    assert (validate.code, lint.code) == (0, 1)
    issues = json.loads((project[0].cwd / job["artifacts"]["reports"]["codequality"]).read_text())
    assert {issue["location"]["path"] for issue in issues} == {"supabase/migrations/20240103000000_new.sql"}
    assert "create-index-blocking" in lint.out  # the log is for people
    add(project, "CREATE TABLE t_2 (id bigint PRIMARY KEY);\n")
    assert [result.code for result in run_all(project, job["script"])] == [0, 0]


@pytest.fixture
def rehearsed(project, tmp_path):
    """The branch has a migration with a way back, as the first two have; servers have short paths."""
    folder = Folder(tmp_path / "supabase/rollbacks")
    folder.write("20240101000000_one_down.sql", "DROP TABLE t_1;\n")
    folder.write("20240102000000_two_down.sql", "DROP INDEX old_one;\n")
    folder.write("20240103000000_new_down.sql", "DROP TABLE t_2;\n")
    add(project, "CREATE TABLE t_2 (id bigint PRIMARY KEY);\n")
    with tempfile.TemporaryDirectory(prefix="ms-", dir="/tmp") as temporary:
        pathlib.Path(temporary).chmod(0o1777)
        yield lambda lines: [run_line(project[0], line, TMPDIR=temporary, GITHUB_STEP_SUMMARY="summary.md") for line in lines]


def failures(path):
    return [failure.get("type") for failure in ElementTree.parse(path).iter("failure")]


@pytest.mark.once
def test_github_rehearses(project, rehearsed):
    job = yaml.safe_load((ROOT / "docs/ci/github-workflow.yml").read_text())["jobs"]["rehearse"]
    here = project[0].cwd
    lines = [step["run"] for step in job["steps"] if "run" in step]
    assert [result.code for result in rehearsed(lines)] == [0, 0, 0]
    assert (here / "summary.md").read_text().startswith("## ✅ Rehearsal passed: 3 migrations\n")
    assert "<strong>Rehearsal passed:</strong>" in (here / "rehearsal.html").read_text()
    assert failures(here / "rehearsal.xml") == []
    assert all((here / path).exists() for path in job["steps"][-1]["with"]["path"].split())
    (here / "supabase/rollbacks/20240103000000_new_down.sql").unlink()
    assert [result.code for result in rehearsed(lines)] == [1, 0, 0]
    assert failures(here / "rehearsal.xml") == ["down-missing"]
    assert "## ❌ Rehearsal failed: 1 problem in 1 of 3 migrations" in (here / "summary.md").read_text()
    results = json.loads((here / "rehearsal.sarif").read_text())["runs"][0]["results"]
    assert [result["ruleId"] for result in results] == ["down-missing"]


@pytest.mark.once
@pytest.mark.slow
def test_gitlab_rehearses(project, rehearsed):
    job = yaml.safe_load((ROOT / "docs/ci/gitlab-job.yml").read_text())["migration-rehearsal"]
    here = project[0].cwd
    assert [result.code for result in rehearsed(job["script"] + job["after_script"])] == [0, 0]
    assert failures(here / job["artifacts"]["reports"]["junit"]) == []
    assert all((here / path).exists() for path in job["artifacts"]["paths"])
    (here / "supabase/rollbacks/20240103000000_new_down.sql").write_text("DROP TABLE t_2; CREATE TABLE left_over ();\n")
    assert [result.code for result in rehearsed(job["script"] + job["after_script"])] == [3, 0]
    assert failures(here / "rehearsal.xml") == ["down-differs"]


def test_pre_commit(project):
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    lint, fix, validate = (hook["entry"] for hook in hooks)
    new = " supabase/migrations/20240103000000_new.sql"
    add(project, "CREATE INDEX by_all ON t_1 ((id + 2));\n")
    assert [result.code for result in run_all(project, [lint + new, validate])] == [1, 0]
    assert [result.code for result in run_all(project, [fix + new + " --diff"])] == [0]  # what is left then
    add(project, "CREATE TABLE t_2 (id bigint PRIMARY KEY);\n")
    assert [result.code for result in run_all(project, [lint + new, validate])] == [0, 0]
    assert all(hook["language"] == "system" and hook["types"] == ["sql"] for hook in hooks)
