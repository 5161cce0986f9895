"""The layout sqitch: a plan with deploy, revert and verify scripts, variables of psql."""
import getpass
import re

import pytest

from harness.folder import Folder
from harness.history import row, versions
from harness.message import hint

pytestmark = pytest.mark.once

HEAD = "%syntax-version=1.0.0\n%project=shop\n\n"
WHEN = "2024-01-31T12:00:00Z Ada Lovelace <ada@engine.example>"


class Project:
    """A sqitch project in the folder where the program runs."""

    def __init__(self, path):
        self.folder = Folder(path)
        self.plan = HEAD
        self.folder.write("sqitch.plan", self.plan)

    def line(self, line):
        """One line more of the plan."""
        self.plan += f"{line} {WHEN}\n"
        self.folder.write("sqitch.plan", self.plan)

    def change(self, name, deploy, revert=None, verify=None, dependencies=""):
        self.line(f"{name} {dependencies}".strip())
        self.scripts(name, deploy, revert, verify)

    def scripts(self, name, deploy, revert=None, verify=None):
        for kind, text, end in (("deploy", deploy, "COMMIT"), ("revert", revert, "COMMIT"),
                                ("verify", verify, "ROLLBACK")):
            if text is not None:
                self.folder.write(f"{kind}/{name}.sql", f"-- {kind} shop:{name}\n\nBEGIN;\n\n{text}\n\n{end};\n")

    def replan(self, lines):
        self.plan = HEAD + "".join(f"{line} {WHEN}\n" for line in lines)
        self.folder.write("sqitch.plan", self.plan)


@pytest.fixture
def project(tmp_path):
    return Project(tmp_path)


@pytest.fixture
def shop(project):
    """users, posts (needs users), @v1, users planned again."""
    project.change("users", "CREATE TABLE users (id int);", "DROP TABLE users;",
                   "SELECT id FROM users WHERE false;")
    project.change("app/posts", "CREATE TABLE posts (id int);", "DROP TABLE posts;",
                   "SELECT id FROM posts WHERE false;", "[users]")
    project.line("@v1")
    for kind in ("deploy", "revert", "verify"):
        (project.folder.path / kind / "users.sql").rename(project.folder.path / kind / "users@v1.sql")
    project.change("users", "ALTER TABLE users ADD COLUMN name text;",
                   "ALTER TABLE users DROP COLUMN name;", "SELECT name FROM users WHERE false;",
                   "[users@v1]")
    return project


def test_a_round(cli, shop, database):
    assert cli("validate").ok().out == "3 migrations, 0 errors, 0 warnings\n"
    steps = cli("plan", "--json").ok().json()["steps"]
    assert [(step["version"], step["name"], step["file"], step["verify_file"]) for step in steps] == [
        ("001", "users", "./deploy/users@v1.sql", "./verify/users@v1.sql"),
        ("002", "app/posts", "./deploy/app/posts.sql", "./verify/app/posts.sql"),
        ("003", "users", "./deploy/users.sql", "./verify/users.sql")]
    assert "verified by ./verify/users.sql" in cli("plan").ok().out
    cli("up").ok()
    assert versions(database) == ["001", "002", "003"]
    assert row(database, "003", "name", "layout", "statements_total", "dirty") == ("users", "sqitch", 1, False)
    assert database.query("SELECT name FROM users") == []
    cli("redo", "-s").ok()
    cli("down", "-s", "--to", "@v1").ok()
    assert versions(database) == ["001", "002"]
    cli("down", "-s", "--to", "0").ok()
    assert not database.has("users") and versions(database) == []


@pytest.mark.parametrize("to, expected", [
    ("app/posts", ["001", "002"]), ("@v1", ["001", "002"]), ("users@v1", ["001"]), ("2", ["001", "002"])])
def test_to_a_name_or_a_tag(cli, shop, database, to, expected):
    cli("up", "--to", to).ok()
    assert versions(database) == expected


@pytest.mark.parametrize("to, message, what", [
    ("users", 'several migrations are called "users": versions 001, 003', "give the version"),
    ("@v2", 'there is no migration with version or name "@v2"', "see the versions: migrate-safe status"),
    ("nobody", 'there is no migration with version or name "nobody"', "see the versions: migrate-safe status"),
    ("posts@v1", 'there is no migration with version or name "posts@v1"', "see the versions: migrate-safe status"),
])
def test_to_a_name_that_does_not_tell(cli, shop, database, to, message, what):
    result = cli("up", "--to", to).failed(5)
    assert message in result.err and hint(result) == what
    assert versions(database) == []


def test_a_name_works_in_every_layout(cli, folder, database):
    folder.tables(3)
    cli("up", "--to", "table_2").ok()
    cli("down", "-s", "--to", "table_1").ok()
    cli("baseline", "table_3").ok()
    assert versions(database) == ["001", "002", "003"]


def test_a_verify_that_fails(cli, project, database):
    project.change("users", "CREATE TABLE users (id int);", "DROP TABLE users;")
    project.change("posts", "CREATE TABLE posts (id int);", "DROP TABLE posts;",
                   "SELECT id FROM posts;\nSELECT 1 / count(*) FROM posts;")
    result = cli("up").failed(3)
    assert "./verify/posts.sql:6:1: error: verify: division by zero (SQLSTATE 22012)" in result.err
    assert "  6 | SELECT 1 / count(*) FROM posts\n" in result.err
    assert hint(result) == "correct the migration, or what its verify asks for"
    assert "nothing of version 002 is in the database; 1 migration before it in this run stays" in result.err
    assert versions(database) == ["001"] and not database.has("posts")
    project.scripts("posts", "CREATE TABLE posts (id int);\nINSERT INTO posts VALUES (1);")
    cli("up", "-s").ok()


def test_nothing_of_a_verify_script_stays(cli, project, database):
    project.change("users", "CREATE TABLE users (id int);", None,
                   "INSERT INTO users VALUES (1);\nSET search_path = nowhere;\nCOMMIT;\n"
                   "BEGIN;\nCOPY public.users FROM stdin;\n2\n3\n\\.\n"
                   "SELECT 1 / (count(*) / 3) FROM public.users;\nROLLBACK;\n"
                   "BEGIN;\nINSERT INTO public.users VALUES (4);\nSELECT 1 / (count(*) / 2) FROM public.users;\n"
                   "COMMIT;\nSELECT 1 / (count(*) / 2) FROM public.users;\nBEGIN;")
    cli("up").ok()
    assert database.query("SELECT id FROM users") == []


def test_a_verify_in_steps(cli, project, database):
    project.change("users", "CREATE TABLE users (id int);", None)
    project.line("index")
    project.folder.write("deploy/index.sql", "CREATE INDEX CONCURRENTLY i ON users (id);\n")
    project.folder.write("verify/index.sql", "SELECT 1 / count(*) FROM users;\n")
    assert "./verify/index.sql:1:1: error: verify: division by zero" in cli("up").failed(3).err
    assert row(database, "002", "statements_done", "dirty") == (1, True)
    database.query("INSERT INTO users VALUES (1)")
    cli("up", "-s").ok()
    assert row(database, "002", "statements_done", "dirty") == (1, False)


def test_what_cannot_be_verified(cli, project, database):
    project.change("users", "CREATE TABLE users (id int);")
    project.folder.write("verify/users.sql", "SELECT 1;\nVACUUM users;\n")
    for command in ("validate", "plan", "up"):
        assert ("./verify/users.sql:2:1: error: VACUUM cannot run in a verify script: it runs inside a "
                "transaction") in cli(command).failed(1).err
    project.folder.write("verify/users.sql", "-- nothing yet\n")
    assert "./verify/users.sql:1:1: warning: the file has no statement" in cli("validate").ok().err
    assert "verified" not in cli("plan").ok().out


VARIABLES = """\
BEGIN;
CREATE SCHEMA :"schema";
CREATE TABLE :schema.note (text text DEFAULT :'text', slice int[] DEFAULT '{1,2}'::int[]);
INSERT INTO :schema.note VALUES (:'text', (ARRAY[1,2,3])[1:2]);
COMMIT;
"""


def test_variables(cli, project, database):
    project.line("note")
    project.folder.write("deploy/note.sql", VARIABLES)
    project.folder.write("revert/note.sql", "DROP SCHEMA :schema CASCADE; SELECT :'only_revert';\n")
    project.folder.write("verify/note.sql", "SELECT :only_verify / count(*) FROM :schema.note;\n")
    project.folder.write("sqitch.conf", """
        [core]
            engine = pg
        [core "variables"]
            schema = wrong
        [deploy.variables]
            schema = app
            text = it's set
        [revert "variables"]
            only_revert = x
        [verify "variables"]
            only_verify = 1
        [engine "pg.variables"]
            text = "it's \\"so\\""
        """)
    cli("validate").ok()
    cli("up").ok()
    assert database.query("SELECT text, slice FROM app.note") == [("it's \"so\"", [1, 2])]
    assert row(database, "001", "up_sql") == (VARIABLES,)
    cli("status").ok()
    project.folder.remove("revert/note.sql")  # the stored one has its placeholders
    cli("down", "-s").ok()
    assert not database.value("SELECT to_regnamespace('app') IS NOT NULL")
    cli("up", "-s", "--set", "schema=other").ok()
    assert database.value("SELECT text FROM other.note") == "it's \"so\""
    assert "1 applied, 0 pending" in cli("status", "--set", "schema=third").ok().out


def test_a_variable_without_a_value(cli, project, database):
    project.line("note")
    project.folder.write("deploy/note.sql", "BEGIN;\nGRANT USAGE ON SCHEMA public TO :role;\nCOMMIT;\n")
    result = cli("up").failed(1)
    assert "./deploy/note.sql:2:33: error: the psql variable role has no value" in result.err
    assert hint(result) == ("give it one: --set role=VALUE, or in sqitch.conf below "
                            '[core "variables"]')
    cli("up", "--set", "role=public").ok()


def test_an_error_behind_a_variable_has_its_place(cli, project):
    project.line("note")
    project.folder.write("deploy/note.sql", "SELECT :'long', nowhere;\n")
    assert "./deploy/note.sql:1:17: error: column \"nowhere\" does not exist" in cli(
        "up", "--set", "long=a long value").failed(2).err


def test_a_long_script_may_hold_casts_and_no_variable(cli, project, database):
    project.line("long")
    filler = "INSERT INTO t VALUES ('12:30:x'::text);\n" * 30000
    project.folder.write("deploy/long.sql", "CREATE TABLE t (a text);\n" + filler)
    cli("up").ok()
    assert database.value("SELECT count(*) FROM t") == 30000
    project.line("longer")
    project.folder.write("deploy/longer.sql", filler + "SELECT :x;\n")
    assert "./deploy/longer.sql:30001:8: error: the psql variable x has no value" in cli("up", "-s").failed(1).err
    assert ("./deploy/longer.sql:30001:1: error: a script of more than 1048576 bytes cannot have placeholders"
            in cli("up", "-s", "--set", "x=1").failed(1).err)


def test_settings_of_psql(cli, project, database):
    project.line("a")
    project.folder.write("deploy/a.sql", "\\set ON_ERROR_STOP on\n\\set QUIET 1\nCREATE TABLE a (id int);\n")
    cli("up").ok()
    project.line("b")
    project.folder.write("deploy/b.sql", "CREATE TABLE b (id int);\n\\ir c.sql\n")
    result = cli("up", "-s").failed(1)
    assert "./deploy/b.sql:2:1: error: psql meta-command \\ir cannot run here" in result.err
    assert hint(result) == "put the file's SQL here"


def test_dependencies_and_conflicts(cli, project, database):
    project.change("a", "SELECT 1;", "SELECT 1;", None, "[b other:c]")
    project.change("b", "SELECT 1;", "SELECT 1;", None, "[!a]")
    result = cli("validate").failed(1)
    assert "./sqitch.plan:4:4: error: change a requires b, which comes later: line 5" in result.err
    assert "./sqitch.plan:5:4: error: change b conflicts with a, which comes before it: line 4" in result.err
    assert ("./sqitch.plan:4:6: warning: other:c is not checked: it is a change of another project"
            in result.err)
    assert "  4 | a [b other:c] 2024" in result.err
    cli("up").failed(1)
    assert versions(database) == []


def test_missing_and_unnamed_scripts(cli, project, database):
    project.change("a", "SELECT 1;")
    project.line("b")
    project.scripts("c", "SELECT 1;", "SELECT 1;")
    result = cli("validate").failed(1)
    assert "./sqitch.plan:5:1: error: change b has no deploy script: deploy/b.sql is not there" in result.err
    assert "./deploy/c.sql: warning: no line names this script in ./sqitch.plan" in result.err
    assert "./revert/c.sql: warning: no line names this script in ./sqitch.plan" in result.err
    assert "./deploy/a.sql:1:1: warning: version 001 has no down migration" in result.err


def applied(cli, project):
    for name in ("a", "b", "c"):
        project.change(name, f"CREATE TABLE {name} (id int);", f"DROP TABLE {name};")
    cli("up").ok()


CHANGED = ("the plan was changed above what is applied: version 002 was applied as b, and the plan has "
           "new there")


def test_a_plan_that_was_changed_above(cli, project, database):
    applied(cli, project)
    project.replan(["a", "new", "b", "c"])
    project.scripts("new", "CREATE TABLE new (id int);", "DROP TABLE new;")
    for command in (["up", "-s"], ["validate"], ["plan"]):
        result = cli(*command).failed(1)
        assert CHANGED in result.err and "detail: b is version 003 now" in result.err
        assert hint(result) == ("put the plan's lines back in the order in which they were applied; what is "
                                "new goes below them")
    result = cli("status", "--exit-code").failed(1)
    assert CHANGED in result.err and "replanned  002" in result.out and "2 replanned" in result.out
    document = cli("status", "--json").ok().json()
    assert [entry["state"] for entry in document["migrations"]] == [
        "applied", "replanned", "replanned", "pending"]
    assert document["replanned"] == 2
    cli("redo", "-s").failed(1)
    cli("down", "-s").ok()  # by the stored text: c goes, and not b
    assert not database.has("c") and database.has("b")


def test_a_change_that_was_taken_out_of_the_plan(cli, project):
    applied(cli, project)
    project.replan(["a", "c"])
    (project.folder.path / "deploy/b.sql").unlink()
    (project.folder.path / "revert/b.sql").unlink()
    result = cli("up", "-s").failed(1)
    assert "version 002 was applied as b, and the plan has c there" in result.err
    assert "b is not in the plan any more" in result.err


def test_an_edited_deploy_script(cli, project):
    applied(cli, project)
    project.scripts("a", "CREATE TABLE a (id int, x int);")
    assert "version 001 was edited after it was applied" in cli("up", "-s").failed(1).err
    project.scripts("a", "CREATE TABLE a (id int);", "DROP TABLE IF EXISTS a;", "SELECT 1;")
    assert "3 applied, 0 pending" in cli("status").ok().out


def test_new(cli, project, database):
    out = cli("new", "app/users").ok().out
    assert out.split() == ["./deploy/app/users.sql", "./revert/app/users.sql", "./verify/app/users.sql",
                           "./sqitch.plan"]
    cli("new", "Add posts").ok()
    lines = project.folder.read("sqitch.plan").removeprefix(HEAD).splitlines()
    stamp = r" \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ [^<>#]+ <[^<>#@]+@[^<>#]+>"
    assert re.fullmatch("app/users" + stamp, lines[0])
    assert re.fullmatch("add_posts" + stamp + " # Add posts", lines[1])
    assert f"<{getpass.getuser()}@" in lines[0]
    assert project.folder.read("deploy/add_posts.sql").startswith("-- Deploy shop:add_posts to pg\n")
    assert "3" not in cli("validate").ok().out.split()[0]
    cli("up").ok()
    assert versions(database) == ["001", "002"]
    result = cli("new", "add_posts").failed(5)
    assert "./sqitch.plan:5:1: error: the plan has a change add_posts already" in result.err


def test_new_overwrites_nothing_and_plans_nothing_then(cli, project):
    project.folder.write("revert/x.sql", "mine")
    before = project.folder.read("sqitch.plan")
    cli("new", "x").failed(5)
    assert project.folder.read("revert/x.sql") == "mine" and project.folder.read("sqitch.plan") == before


def test_new_begins_a_project(cli, tmp_path, database):
    cli("new", "users", "--layout", "sqitch", "--dir", "db").ok()
    assert (tmp_path / "db/sqitch.plan").read_text().startswith("%syntax-version=1.0.0\n%project=db\n\nusers 20")
    assert cli("new", "posts", "--dir", "db", "--dry-run").ok().out.split()[-1] == "db/sqitch.plan"
    assert not (tmp_path / "db/deploy/posts.sql").exists()
    cli("up", "--dir", "db").ok()
    assert versions(database) == ["001"]


def test_a_top_dir(cli, tmp_path, database):
    inner = Project(tmp_path / "migrations")
    inner.change("a", "CREATE TABLE :s.a (id int);", "DROP TABLE :s.a;")
    (tmp_path / "sqitch.conf").write_text(
        "[core]\n\tengine = pg\n\ttop_dir = migrations\n[core \"variables\"]\n\ts = public\n")
    cli("up").ok()  # finds migrations
    assert row(database, "001", "layout") == ("sqitch",)
    cli("down", "-s", "--dir", ".").ok()
    assert not database.has("a")


def test_no_plan(cli, tmp_path):
    (tmp_path / "sqitch.conf").write_text("[core]\n\tengine = pg\n")
    result = cli("up").failed(1)
    assert ".: error: there is no sqitch.plan in this folder" in result.err
    (tmp_path / "sqitch.conf").write_text("[core]\n\tengine = mysql\n")
    assert ("./sqitch.conf:2:2: error: this project is for another engine than PostgreSQL"
            in cli("up").failed(1).err)
