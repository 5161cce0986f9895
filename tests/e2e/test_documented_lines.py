"""Every command line that README, docs/, the manual page and --help show is run, each in a scene.

A new line runs in its command's scene and has to end with 0. Where it needs another scene or ends
otherwise that stands in EXPECTED, in one place.
"""
import contextlib
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

import pytest

from harness import documents, evidence_sample, run_sample, scratch
from harness.history import versions
from harness.program import ROOT, run_line
from harness.server import find_tool

LINES = documents.all_lines()

pytestmark = pytest.mark.once


def pending(cli, folder, database):
    """Nothing is applied yet."""


def applied(cli, folder, database):
    """025 to 028 are applied, 029 waits."""
    cli("up", "--to", "028").ok()


def finished(cli, folder, database):
    cli("up").ok()


def edited(cli, folder, database):
    """027 is not what ran."""
    applied(cli, folder, database)
    folder.write("027_table_27.up.sql", "CREATE TABLE t_27 (id int); -- reviewed\n")


def stopped(cli, folder, database):
    """026 stopped half way, and its cause is gone."""
    folder.pair("025_table_25", "CREATE TABLE t_25 AS SELECT 1 AS id FROM generate_series(1, 2);\n",
                "DROP TABLE t_25;\n")
    folder.pair("026_table_26", "CREATE UNIQUE INDEX CONCURRENTLY u ON t_25 (id);\n", "DROP INDEX u;\n")
    cli("up").failed(2)
    database.query("DELETE FROM t_25")


def foreign(cli, folder, database):
    """Another runner has applied what is there."""
    database.query("CREATE TABLE t_25 (id int); CREATE TABLE t_26 (id int); CREATE TABLE t_27 (id int)")


def dumped(cli, folder, database):
    """There is a backup."""
    applied(cli, folder, database)
    database.query("CREATE TABLE public.orders (id int)")
    cli("backup", "create").ok()


def aside(cli, folder, database):
    """028 has set a table aside, long ago."""
    applied(cli, folder, database)
    database.query("""
        CREATE SCHEMA app; CREATE SCHEMA migrate_safe_quarantine; CREATE TABLE migrate_safe_quarantine.orders_028 (id int);
        COMMENT ON TABLE migrate_safe_quarantine.orders_028 IS
            'migrate-safe quarantine: {"version": "028", "kind": "table", "schema": "app", "was": "orders"}'""")


def rehearsed(cli, folder, database):
    """There is evidence of a rehearsal, and the report of a run."""
    evidence_sample.write(cli.cwd / "rehearsals", "passed")
    run_sample.write(cli.cwd / "logs", "succeeded")


def checked(cli, folder, database):
    """And there is a query that has to give true on it."""
    dumped(cli, folder, database)
    (cli.cwd / "checks.sql").write_text("SELECT count(*) = 0 FROM public.orders;\n")


def stocked(cli, folder, database):
    """What the examples of `backup create` name is there."""
    applied(cli, folder, database)
    database.query("CREATE SCHEMA app; CREATE TABLE app.orders (id int); CREATE SCHEMA audit; CREATE TABLE audit.log (id int)")


def ordered(cli, folder, database):
    """There are tables to verify."""
    stocked(cli, folder, database)
    database.query("CREATE TABLE orders (id int PRIMARY KEY)")
    cli("verify", "--before", "before.json").ok()


def compared(cli, folder, database):
    """All is applied, and there are a backup and a snapshot of it."""
    applied(cli, folder, database)
    cli("up", "--skip-backup").ok()
    cli("backup", "create").ok()
    (cli.cwd / "before.json").write_text(cli("fingerprint", "--explain", "--json").ok().out)


def without_downs(cli, folder, database):
    for version in (27, 28):
        folder.remove(f"0{version}_table_{version}.down.sql")


def without_configuration(cli, folder, database):
    (cli.cwd / "migrate-safe.yaml").unlink()
    shutil.rmtree(cli.cwd / "db")


def versioned(cli, folder, database):
    """The project is in git, with a baseline of what was found; nothing is dangerous in it."""
    for line in ("init -q -b main", "add -A", "commit -q -m all", "update-ref refs/remotes/origin/main HEAD"):
        subprocess.run(["git", "-c", "user.name=Test", "-c", "user.email=test@example.org", *line.split()],
                       cwd=cli.cwd, check=True)
    cli("lint", "--write-baseline", "known.json").ok()


# Where a command's lines are run.
SCENES = {
    "init": without_configuration, "config": pending, "new": pending, "status": applied, "history": applied, "validate": applied, "plan": applied, "approve": applied,
    "--dry-run": applied, "up": pending, "apply": pending, "--apply": pending, "down": applied,
    "rollback": applied, "--rollback": applied, "-r": applied, "redo": applied, "baseline": foreign,
    "quarantine": aside, "quarantine list": aside, "quarantine restore": aside, "quarantine purge": aside,
    "preflight": applied, "--preflight": applied,
    "recover": applied, "doctor": applied,
    "locks": applied, "fingerprint": applied, "verify": ordered, "postflight": applied, "--postflight": applied, "diff": compared, "drift": applied, "rehearse": applied, "generate-rollback": without_downs, "backup create": stocked, "backup list": applied, "backup prune": applied,
    "backup restore": dumped,
    "backup verify": checked,
    "report": rehearsed,
    "lint": versioned, "demo": pending, "completion": pending, "help": pending,
}
# Lines that need another scene, or do not end with 0.
EXPECTED = {
    "migrate-safe status --exit-code": (applied, 1),  # something is pending
    "migrate-safe recover": (stopped, 1),  # somebody has to decide
    **{f"migrate-safe approve {words}": (applied, 1) for words in (  # without a terminal it needs --yes
        "--as technical-lead", "--as cto --sign ~/.ssh/id_ed25519", "--as cto --revoke",
        "--as cto --sign ~/.ssh/id_ed25519 --file")},
    "migrate-safe rehearse --from dump 027": (pending, 0),
    "migrate-safe rehearse --from backup": (dumped, 0),
    "migrate-safe recover --resume": (stopped, 0),
    "migrate-safe generate-rollback --partial --output undo.sql": (stopped, 0),
    "migrate-safe recover --mark-not-applied": (stopped, 1),  # without a terminal it needs --yes
    "migrate-safe recover --undo --yes": (stopped, 0),
    "migrate-safe backup restore latest": (dumped, 1),  # without a terminal it needs --yes
    "migrate-safe recover --accept 027": (edited, 1),  # without a terminal it needs --yes
    "migrate-safe recover --accept 027 --yes": (edited, 0),
}
# Lines that no scene can run, with the reason.
NOT_RUN = {"migrate-safe locks --watch 5": "it has no end; test_lock_screen.py interrupts one",
           "migrate-safe diff postgresql://staging/shop postgresql://prod/shop": "two servers of these names",
           "migrate-safe diff postgresql://prod/shop postgresql://staging/shop --sql": "two servers of these names",
           "migrate-safe diff postgresql://prod/shop postgresql://staging/shop --roles": "two servers of these names"}

# Lines that take many seconds; the commands' own tests are in every run.
SLOW = ["migrate-safe rehearse --from generated --rows 100000", "migrate-safe rehearse --from empty",
        "migrate-safe rehearse --from empty --allow-missing-downs", "migrate-safe rehearse --from dump 027",
        "migrate-safe demo", "migrate-safe demo --keep", "migrate-safe backup verify latest --self-test", "migrate-safe validate --downs",
        "migrate-safe generate-rollback", "migrate-safe generate-rollback 027 --overwrite",
        "migrate-safe generate-rollback 027 028 --dry-run", "migrate-safe backup restore latest --table public.orders",
        "migrate-safe backup verify latest --checks checks.sql", "migrate-safe backup verify"]


def command_of(line):
    first = re.search(r"migrate-safe (\S+?)(?:\)|\s|$)", line)[1]
    both = re.search(rf"migrate-safe ({first} [a-z-]+)", line)
    return both[1] if both and both[1] in documents.commands() else first


def scene_of(line):
    command = command_of(line)
    assert command in SCENES, f"{command} is new: say in SCENES where its lines are run"
    return EXPECTED.get(line) or (SCENES[command], 0)


def skip_without_tools(database):
    """`doctor` says no where client tools are older than the server."""
    if find_tool("pg_dump", database.server.major) is None:
        pytest.skip(f"no pg_dump for PostgreSQL {database.server.major} is installed")


@pytest.fixture
def scene(cli, folder, database, tmp_path):
    """What the examples name: two folders, versions around 027, environments, no backup to make."""
    folder.tables(5, first=25)
    shutil.copytree(folder.path, tmp_path / "db/migrations")
    (tmp_path / "migrate-safe.yaml").write_text(
        f"defaults:\n  dir: migrations\n  skip-backup: true\nenvironments:\n  staging:\n    database: {database.url}\n"
        f"  production:\n    database: {database.url}\n")
    return cli, folder, database


def parameters():
    for line in LINES:
        is_new = command_of(line) in ("completion", "help")  # others run in the commands' own tests
        marks = [] if is_new else [pytest.mark.once]
        yield pytest.param(line, marks=[*marks, pytest.mark.slow] if line in SLOW else marks)


@pytest.mark.parametrize("line", parameters())
def test_it_runs(scene, line):
    if line in NOT_RUN:
        return
    prepare, code = scene_of(line)
    if command_of(line) == "doctor":
        skip_without_tools(scene[2])
    prepare(*scene)
    with contextlib.ExitStack() as stack:
        # Short, as a server's socket lies below it, and open to the server's user.
        temporary = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ms-", dir=scratch.place())))
        temporary.chmod(0o1777)
        result = run_line(scene[0], line, TMPDIR=temporary, NEW_DATABASE_URL=scene[2].url)
    result.failed(code)


def test_lines_are_found_everywhere():
    """A reader of documents that finds nothing would make all of this pass."""
    readme, manual = (documents.lines_of_text((ROOT / name).read_text())
                      for name in ("README.md", "docs/manual.md"))
    assert "migrate-safe baseline 027" in readme and "migrate-safe recover --accept 027" in manual
    assert "migrate-safe up --help" in readme
    assert "migrate-safe new add_users --dir migrations" in documents.lines_of_help()
    page = documents.lines_of_manual_page()
    assert 'migrate-safe new "Add invoices" --dir db/migrations' in page
    assert {command_of(line) for line in page} >= set(documents.commands())
    assert documents.lines_of_text(
        "x\n\n    $ migrate-safe up  # all\n    source <(migrate-safe help)\n\n"
        "```\nthen migrate-safe plan\nmigrate-safe down\n```\n`redo -s`") == [
            "migrate-safe down", "migrate-safe up", "source <(migrate-safe help)", "migrate-safe redo -s"]


def test_nothing_is_expected_of_lines_that_are_gone():
    assert not {*EXPECTED, *NOT_RUN, *SLOW} - set(LINES)
    assert len(NOT_RUN) <= 5 and all(NOT_RUN.values())
    assert not [line for line, (_, code) in EXPECTED.items() if code == 5]  # a wrong command line


def quickstart(language):
    return [block for found, block in documents.fenced(
        documents.section((ROOT / "README.md").read_text(), "Quickstart")) if found == language]


def run_block(cli, block):
    """All of a block, as it is pasted; the reader's database is the test's."""
    pasted = re.sub(r"^export DATABASE_URL=.*\n", "", block, flags=re.MULTILINE)
    return run_line(cli, f"set -e\n{pasted}", EDITOR="true").ok().out


@pytest.mark.once
def test_quickstart_on_a_folder_of_another_runner(cli, folder, database):
    skip_without_tools(database)
    folder.tables(5, first=25)
    for number in (25, 26, 27):
        database.query(folder.read(f"0{number}_table_{number}.up.sql"))
    database.query("CREATE TABLE schema_migrations (version bigint PRIMARY KEY, dirty bool NOT NULL)")
    look, change, _ = quickstart("sh")
    shown = run_block(cli, look)
    assert not database.has("migrate_safe.schema_migrations")
    promised, = quickstart("")
    for line in promised.splitlines():
        for part in line.split(" ... "):
            assert part.rstrip() in shown, f"{part}\n{shown}"
    shown = run_block(cli, change)
    assert "2 migrations" in shown and "restored for proof" in shown and "5 applied, 0 pending" in shown
    assert versions(database) == ["025", "026", "027", "028"]
    assert database.has("t_28") and not database.has("t_29")


@pytest.mark.once
def test_quickstart_from_nothing(cli, database):
    *_, begin = quickstart("sh")
    shown = run_block(cli, begin)
    assert "Applied 1 migration in " in shown and "Reverted 1 migration in " in shown
    assert versions(database) == []
