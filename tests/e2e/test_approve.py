"""Approvals: who has to sign which plan, by database role or SSH key, and what `up` does without."""
import concurrent.futures
import subprocess

import pytest

from harness.history import contents, versions
from harness.message import hint, said
from harness.signers import Signers

DROPS = "ALTER TABLE t_1 ADD note text;\nALTER TABLE t_1 DROP COLUMN id;\n"

pytestmark = pytest.mark.once


@pytest.fixture
def signers(database, tmp_path):
    signers = Signers(database, tmp_path)
    yield signers
    signers.close()


def policy(tmp_path, people, more=""):
    """production asks for lead, owner and cto by rising risk."""
    lines = "".join(f"  {role}: [{', '.join(names)}]\n" for role, names in people.items())
    (tmp_path / "migrate-safe.yaml").write_text(f"""\
defaults:
  skip-backup: true
  allowed-signers: allowed_signers
environments:
  staging:
    approvals: guide
  production:
    approvals:
      low: [lead]
      medium: [lead, owner]
      high: [lead, owner, cto]
      documents-low: none
      documents-medium: none
      documents-high: none
{more}roles:
{lines}""")


@pytest.fixture
def shop(cli, folder, database, signers, tmp_path):
    """001 is applied; 002 drops a column: high risk. alice is the lead, bob the owner, carol (by key) the cto."""
    folder.tables(1)
    cli("up", "-s").ok()
    folder.pair("002_drop_id", DROPS, "ALTER TABLE t_1 ADD id int;\n")
    policy(tmp_path, {"lead": [signers.may_sign("alice")], "owner": [signers.may_sign("bob")],
                      "cto": ["ssh:carol@example.com"]})
    return database


def as_role(cli, signers, name, *arguments):
    return cli("approve", "--env", "production", "--yes", *arguments, env=signers.environment(name))


def by_key(cli, signers, name, *arguments):
    return cli("approve", "--env", "production", "--yes", "--sign", signers.key(name), *arguments)


def missing(cli, *arguments):
    """The roles that `up` lacks; it runs nothing."""
    result = cli("up", "--env", "production", *arguments).failed(1)
    return result.err.split("lacks the approval of: ", 1)[1].split(" (", 1)[0].split(", ")


@pytest.mark.sanitized
def test_two_of_three_then_all(cli, shop, signers):
    """By role, by role and by key; what is missing is told at each step, and who has signed is in the journal."""
    before = contents(shop)
    assert said(cli("up", "--env", "production"))[1:] == (
        "migrate-safe: error: the risk is high, and it lacks the approval of: lead, owner, cto "
        "(migrate-safe.yaml:8:5)",
        "see what is asked for: migrate-safe approve --list --env production; whoever is lead: "
        "migrate-safe approve --as lead --env production")
    assert contents(shop) == before
    as_role(cli, signers, "alice").ok()
    as_role(cli, signers, "bob", "--comment", "seen with alice").ok()
    assert missing(cli) == ["cto"]
    listed = cli("approve", "--list", "--env", "production", "--json").failed(1).json()
    assert [role["approved"] for role in listed["verdict"]["roles"]] == [True, True, False]
    assert [one["comment"] for one in listed["approvals"]] == [None, "seen with alice"]
    signed = by_key(cli, signers, "carol", "--json").ok().json()["approval"]
    assert signed["principal"] == "carol@example.com" and signed["key"].startswith("SHA256:")
    plan = cli("plan", "--env", "production", "--json").ok().json()
    assert plan["risk"] == "high" and plan["refused"] is None and plan["approval"]["stands"]
    assert plan["steps"][0]["risk"]["reasons"][0] == {
        "level": "high", "source": "Kairon and nself-chat and data loss",
        "text": "drops the column id of public.t_1", "line": 2}
    checks = {check["id"]: check for check in cli("preflight", "--env", "production", "--json").json()["checks"]}
    assert checks["policy.approvals"]["verdict"] == "pass"
    assert "cto: carol@example.com (SSH)" in checks["policy.approvals"]["details"]
    cli("up", "--env", "production").ok()
    report = cli("report", "run", "--json").ok().json()
    assert report["risk"] == "high"
    assert [(one["role"], one["who"], one["how"].split(" ")[0]) for one in report["approvals"]] == [
        ("lead", signers.role("alice"), "database"), ("owner", signers.role("bob"), "database"),
        ("cto", "carol@example.com", "SSH")]
    detail = shop.value("SELECT detail FROM migrate_safe.journal WHERE event = 'applied' AND version = '002'")
    assert detail["plan_digest"] == plan["digest"] == signed["plan_digest"]
    assert detail["approvals"] == [f"lead: {signers.role('alice')}", f"owner: {signers.role('bob')}",
                                   "cto: carol@example.com (SSH)"]
    assert shop.query("SELECT event, detail->>'role' FROM migrate_safe.journal WHERE event = 'plan_approved'") == [
        ("plan_approved", "cto")]  # the others may not write there, and their rows say it


def test_an_edited_plan_is_another(cli, folder, shop, signers):
    as_role(cli, signers, "alice").ok()
    folder.write("002_drop_id.up.sql", DROPS + "-- more\n")
    result = cli("up", "--env", "production").failed(1)
    assert f"lead: {signers.role('alice')} has signed, but it is of the plan" in result.err
    assert "002 was edited since" in result.err
    folder.write("002_drop_id.up.sql", DROPS)
    assert missing(cli) == ["owner", "cto"]
    folder.tables(1, first=3)
    assert "003 was not in it" in cli("up", "--env", "production").failed(1).err
    assert missing(cli, "--steps", "1") == ["owner", "cto"]  # the first of it is what was signed


@pytest.mark.slow
def test_revoked(cli, shop, signers):
    as_role(cli, signers, "alice").ok()
    by_key(cli, signers, "carol").ok()
    assert missing(cli) == ["owner"]
    as_role(cli, signers, "alice", "--revoke", "--as", "lead").ok()
    by_key(cli, signers, "carol", "--revoke").ok()
    result = cli("up", "--env", "production").failed(1)
    assert f"{signers.role('alice')} has taken it back" in result.err
    assert "carol@example.com (SSH) has taken it back" in result.err
    as_role(cli, signers, "alice").ok()
    assert missing(cli) == ["owner", "cto"]
    # The row of a revoked signature, put in again: it is as old as it was.
    shop.query("INSERT INTO migrate_safe.approvals (event, plan_digest, role, statement, signature, tool_version) "
               "SELECT event, plan_digest, role, statement, signature, tool_version FROM migrate_safe.approvals "
               "WHERE signature IS NOT NULL AND event = 'approved'")
    assert missing(cli) == ["owner", "cto"]


@pytest.mark.slow
def test_who_may_sign(cli, shop, signers, tmp_path):
    """A role that is not named, one without the right, a key that nobody allows, a key of another."""
    mallory = signers.may_sign("mallory")
    assert said(as_role(cli, signers, "mallory", "--as", "lead")) == (
        1, f"migrate-safe: error: {mallory} is not named for the role lead",
        f'roles: in the configuration says who is: add "{mallory}" to lead there')
    assert "as which role is it approved?" in as_role(cli, signers, "mallory").failed(5).err
    shop.query(f"REVOKE INSERT (statement) ON migrate_safe.approvals FROM \"{signers.role('bob')}\"")
    refused = as_role(cli, signers, "bob").failed(5)
    assert "permission denied" in refused.err and "GRANT USAGE ON SCHEMA" in hint(refused)
    signers.key("carol")
    signers.key("eve", allowed=False)
    assert "its key is not in" in by_key(cli, signers, "eve", "--as", "cto").failed(1).err
    signers.allow("eve")
    assert "ssh:eve@example.com is not named for the role cto" in by_key(
        cli, signers, "eve", "--as", "cto").failed(1).err
    assert said(by_key(cli, signers, "nobody", "--as", "lead"))[1] == (
        "migrate-safe: error: ssh:nobody@example.com is not named for the role lead")
    assert shop.value("SELECT count(*) FROM migrate_safe.approvals") == 0
    # A role that may sign cannot sign for another.
    with pytest.raises(Exception, match="permission denied"):
        with signers.database.server.connect(shop.name, user=mallory) as connection:
            connection.execute("INSERT INTO migrate_safe.approvals (signed_by, event, plan_digest, role, statement, "
                               "tool_version) VALUES ('x', 'approved', '', '', '', '')")


def test_a_signature_holds_for_its_text_alone(cli, shop, signers):
    by_key(cli, signers, "carol").ok()
    assert "cto" not in missing(cli)
    for change in ["replace(statement, 'role: cto', 'role: lead')", "replace(statement, 'risk: high', 'risk: low')"]:
        shop.query(f"UPDATE migrate_safe.approvals SET statement = {change}")
        assert "cto" in missing(cli)
        shop.query("UPDATE migrate_safe.approvals SET statement = replace(replace(statement, 'role: lead', 'role: cto'), "
                   "'risk: low', 'risk: high')")
    assert "cto" not in missing(cli)
    (signers.folder / "allowed_signers").write_text("")  # the key is no longer allowed
    assert "its key is not in" in cli("up", "--env", "production").failed(1).err


def test_other_environment_and_risk(cli, folder, shop, signers):
    as_role(cli, signers, "alice").ok()
    result = cli("approve", "--list", "--env", "staging").failed(1)
    assert "technical-lead: roles: names nobody for it" in result.out
    assert "it is for the environment production" in result.out
    folder.write("002_drop_id.up.sql", "CREATE TABLE small (id int);\n")
    assert "risk is low" in cli("up", "--env", "production").failed(1).err


def test_files_through_git(cli, folder, shop, signers, tmp_path):
    """Somebody without the database signs what the playbook shows; the file counts like a row."""
    digest = cli("plan", "--env", "production", "--json").ok().json()["digest"]
    written = cli("approve", "--env", "production", "--yes", "--file", "--sign", signers.key("carol"), "--plan", digest,
                  "--as", "cto", "--json", "--database", shop.url, env={"DATABASE_URL": ""}).ok().json()
    assert shop.value("SELECT count(*) FROM migrate_safe.approvals") == 0
    path = tmp_path / written["approval"]["file"]
    assert path.parent == tmp_path / "approvals" / digest and f"plan: {digest}" in path.read_text()
    subprocess.run(["ssh-keygen", "-Y", "verify", "-f", "allowed_signers", "-I", "carol@example.com", "-n",
                    "migrate-safe", "-s", f"{path}.sig"], stdin=path.open(), cwd=tmp_path, check=True,
                   capture_output=True)
    assert missing(cli) == ["lead", "owner"]
    path.write_text(path.read_text().replace("target: ", "target: x"))
    assert "the signature of approvals/" in cli("up", "--env", "production").failed(1).err
    folder.write("002_drop_id.up.sql", DROPS + "-- more\n")
    assert said(cli("approve", "--env", "production", "--file", "--sign", signers.key("carol"), "--plan", digest))[1] == (
        f"migrate-safe: error: no migrations of this folder give the plan {digest[:12]}")


def test_the_rest_of_an_approved_plan(cli, folder, shop, signers, tmp_path):
    """The second fails, is repaired outside of its file, and is run again: it is still what was approved."""
    folder.pair("003_needs", "INSERT INTO needed VALUES (1);\n", "DELETE FROM needed;\n")
    policy(tmp_path, {"lead": [signers.role("alice")]}, "      high: [lead]\n".replace("high", "four-eyes").replace(
        "[lead]", "true"))
    text = (tmp_path / "migrate-safe.yaml").read_text().replace("high: [lead, owner, cto]", "high: [lead]")
    (tmp_path / "migrate-safe.yaml").write_text(text)
    as_role(cli, signers, "alice").ok()
    cli("up", "--env", "production").failed(2)
    shop.query("CREATE TABLE needed (id int)")
    cli("up", "--env", "production", "--skip-drift").ok()
    assert versions(shop) == ["001", "002", "003"]


@pytest.mark.slow
def test_four_eyes(cli, shop, signers, tmp_path):
    """Who applies it has not approved it; nobody is two roles; git says who wrote it."""
    owner = shop.value("SELECT session_user")
    alice = signers.role("alice")
    policy(tmp_path, {"lead": [owner, f"{alice} ssh:alice@example.com"], "owner": [f"{alice} ssh:alice@example.com"],
                      "cto": ["ssh:carol@example.com"]}, "      four-eyes: true\n")
    cli("approve", "--env", "production", "--yes", "--as", "lead").ok()
    assert f"{owner} also applies it (four-eyes)" in cli("up", "--env", "production").failed(1).err
    as_role(cli, signers, "alice", "--as", "lead").ok()
    as_role(cli, signers, "alice", "--as", "owner").ok()
    assert "signs for another role too (four-eyes)" in cli("up", "--env", "production").failed(1).err
    by_key(cli, signers, "carol", "--as", "cto").ok()
    git = ["git", "-c", "user.name=Carol", "-c", "user.email=carol@example.com"]
    for arguments in [["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "all"]]:
        subprocess.run(git + arguments, cwd=tmp_path, check=True, capture_output=True)
    assert "carol@example.com (SSH) also wrote it (four-eyes)" in cli("up", "--env", "production").failed(1).err


def test_force(cli, shop, signers, tmp_path):
    """Only where the policy says so, and then it is in the journal."""
    refused = cli("up", "--env", "production", "--force").failed(1)
    assert "--force does not pass over this here (approvals-force)" in refused.err
    people = {"lead": [signers.role("alice")], "owner": ["x"], "cto": ["y"]}
    policy(tmp_path, people, "      force: true\n")
    assert "warning: the risk is high" in cli("up", "--env", "production", "--force").ok().err
    detail = shop.value("SELECT detail FROM migrate_safe.journal WHERE event = 'applied' AND version = '002'")
    assert detail["approvals_passed_over_by"] == "--force"


def test_at_the_same_time(cli, shop, signers):
    with concurrent.futures.ThreadPoolExecutor() as pool:
        results = list(pool.map(lambda name: as_role(cli, signers, name), ["alice", "bob"] * 3))
    assert all(result.code == 0 for result in results)
    assert missing(cli) == ["cto"]


def test_the_first_sign_off_makes_its_place(cli, folder, database, signers, tmp_path):
    """Before the first up there is no schema of ours: who may make it makes it, others are told."""
    folder.tables(1)
    owner = database.value("SELECT session_user")
    policy(tmp_path, {"lead": [owner]})
    cli("approve", "--env", "production", "--dry-run").ok()
    assert database.value("SELECT to_regnamespace('migrate_safe') IS NULL")
    cli("approve", "--env", "production", "--yes").ok()
    cli("up", "--env", "production").ok()


def test_looking_writes_nothing(cli, shop, signers):
    """approve --list and plan, as a role that may only read, in a read-only session."""
    as_role(cli, signers, "alice").ok()
    reader = signers.role("reader")
    shop.query(f'GRANT pg_read_all_data TO "{reader}"' if shop.server.major >= 14 else
               f'GRANT USAGE ON SCHEMA migrate_safe TO "{reader}"; '
               f'GRANT SELECT ON ALL TABLES IN SCHEMA migrate_safe TO "{reader}"')
    environment = signers.environment("reader") | {"PGOPTIONS": "-c default_transaction_read_only=on"}
    before = contents(shop), shop.query("SELECT * FROM migrate_safe.approvals")
    listed = cli("approve", "--list", "--env", "production", "--json", env=environment).failed(1).json()
    assert [role["approved"] for role in listed["verdict"]["roles"]] == [True, False, False]
    cli("plan", "--env", "production", env=environment).ok()
    assert (contents(shop), shop.query("SELECT * FROM migrate_safe.approvals")) == before


def test_unread(cli, shop, signers):
    """Who may not read them is told so, and nothing is run."""
    shop.query(f"REVOKE SELECT ON migrate_safe.approvals FROM \"{signers.role('bob')}\"")
    result = cli("approve", "--list", "--env", "production", env=signers.environment("bob")).failed(1)
    assert "not read: permission denied for table approvals" in result.out


def test_missing_downs(cli, folder, database, tmp_path):
    (tmp_path / "migrate-safe.yaml").write_text("defaults:\n  skip-backup: true\n  missing-downs: refuse\n")
    folder.write("001_a.up.sql", "CREATE TABLE a (id int);\n")
    assert said(cli("up")) == (
        1, "migrate-safe: error: no down for 001, and one is asked for (migrate-safe.yaml:3:3)",
        "migrate-safe generate-rollback writes missing downs, migrate-safe rehearse tries them")
    folder.write("001_a.up.sql", "-- migrate-safe: irreversible: it only grows\nCREATE TABLE a (id int);\n")
    cli("up").ok()


def test_wanted(cli, folder, database, tmp_path):
    (tmp_path / "migrate-safe.yaml").write_text("defaults:\n  skip-backup: true\n  approvals: wanted\n")
    folder.tables(1)
    result = cli("up").ok()
    assert "warning: the risk is low, and it lacks the approval of: technical-lead, peer, qa" in result.err


@pytest.mark.parametrize("text, message", [
    ("defaults:\n  approvals: guide\n  approvals-low: [x]\n", "is the built-in table, and approvals-low"),
    ("defaults:\n  approvals: maybe\n", "approvals takes one of off, wanted, required, guide"),
    ("defaults:\n  approvals:\n    lowest: [x]\n", 'unknown setting "approvals-lowest"'),
    ("defaults:\n  documents-low: [paper]\n", "documents-low takes one of plan, rollback"),
    ("roles:\n  lead: {a: b}\n", "a role is a person, or a list of people"),
    ("roles:\n  lead: [\"ssh:\"]\n", "ssh: is followed by a name"),
    ("roles: [a]\n", "expected roles here"),
])
def test_refused_settings(cli, folder, database, tmp_path, text, message):
    (tmp_path / "migrate-safe.yaml").write_text(text)
    folder.tables(1)
    assert message in cli("plan").failed(5).err


@pytest.mark.parametrize("arguments, message", [
    (["--plan", "0" * 64], "--plan signs without the database, so it needs --file"),
    (["--file"], "--file needs --sign"),
    (["--risk", "low"], "--risk is for --plan"),
    (["--sign", "nowhere", "--as", "lead", "--yes"], "nothing says whose keys count"),
    (["--as", "lead"], "this needs your consent"),
])
def test_refused_arguments(cli, folder, database, arguments, message):
    folder.tables(1)
    assert message in cli("approve", *arguments).err
