"""The command line: what is not understood is named, with what was meant."""
import pytest

from harness.history import versions
from harness.message import said

TIME = "write it as 250ms, 2s, 10min or 1h"
OVERVIEW = "see the commands: migrate-safe help"


def see(command):
    return f"see: migrate-safe {command} --help"


@pytest.mark.parametrize("line, message, advice", [
    # commands
    (["statsu"], 'unknown command "statsu"', "did you mean: migrate-safe status"),
    (["STATUS"], 'unknown command "STATUS"', "did you mean: migrate-safe status"),
    (["rolback"], 'unknown command "rolback"', "did you mean: migrate-safe rollback"),
    (["base"], 'unknown command "base"', "did you mean: migrate-safe baseline"),
    (["foo"], 'unknown command "foo"', OVERVIEW),
    ([""], 'unknown command ""', OVERVIEW),
    (["-"], 'unknown command "-"', OVERVIEW),
    (["--", "--plan"], 'unknown command "--plan"', "did you mean: migrate-safe plan"),
    (["\033[31mred"], 'unknown command "\\x1b[31mred"', OVERVIEW),
    (["help", "foo"], 'unknown command "foo"', OVERVIEW),
    # options
    (["up", "--stpes", "1"], "unknown option --stpes", "did you mean: --steps"),
    (["up", "--skip"], "unknown option --skip", "did you mean: --skip-backup"),
    (["plan", "--DRY-RUN"], "unknown option --DRY-RUN", "did you mean: --dry-run"),
    (["--aply"], "unknown option --aply", "did you mean: --apply"),
    (["up", "--foo"], "unknown option --foo", "see the options: migrate-safe up --help"),
    (["up", "-x"], "unknown option -x", "see the options: migrate-safe up --help"),
    (["-x"], "unknown option -x", "see the options: migrate-safe --help"),
    (["up", "-sx"], "unknown option -x", "see the options: migrate-safe up --help"),
    (["---"], "unknown option ---", "see the options: migrate-safe --help"),
    (["--="], "unknown option --", "see the options: migrate-safe --help"),
    (["up", "--no-steps"], "unknown option --no-steps", "did you mean: --steps"),
    (["plan", "--\033[31mred"], "unknown option --\\x1b[31mred",
     "see the options: migrate-safe plan --help"),
    # an option of another command
    (["status", "--steps", "1"], "status does not take --steps", see("status")),
    (["validate", "-s"], "validate does not take -s", see("validate")),
    (["--steps=1"], "status does not take --steps", see("status")),
    (["up", "--rollback-to", "1"], "up does not take --rollback-to",
     "to go back to a version: migrate-safe down --to VERSION"),
    (["plan", "-r", "1"], "plan does not take -r",
     "to go back to a version: migrate-safe down --to VERSION"),
    # values
    (["up", "--steps"], "--steps needs a value", "see the options: migrate-safe up --help"),
    (["-r"], "-r needs a value", "see the options: migrate-safe --help"),
    (["up", "--steps", "0"], '--steps takes a whole number from 1, not "0"', None),
    (["up", "--steps=-1"], '--steps takes a whole number from 1, not "-1"', None),
    (["up", "--steps", "-1"], '--steps takes a whole number from 1, not "-1"', None),
    (["up", "--steps", "abc"], '--steps takes a whole number from 1, not "abc"', None),
    (["up", "--steps", "1e3"], '--steps takes a whole number from 1, not "1e3"', None),
    (["up", "--steps", "+1"], '--steps takes a whole number from 1, not "+1"', None),
    (["up", "--steps", " 1"], '--steps takes a whole number from 1, not " 1"', None),
    (["up", "--steps="], '--steps takes a whole number from 1, not ""', None),
    (["up", "--steps", "9" * 30], f'--steps takes a whole number from 1, not "{"9" * 30}"', None),
    (["history", "--limit", "x"], '--limit takes a whole number from 1, not "x"', None),
    (["up", "--lock-timeout", "abc"], '--lock-timeout takes a time, not "abc"', TIME),
    (["up", "--lock-timeout=-5s"], '--lock-timeout takes a time, not "-5s"', TIME),
    (["up", "--lock-timeout", "5m"], '--lock-timeout takes a time, not "5m"', TIME),
    (["plan", "--json=maybe"], '--json is true or false, not "maybe"', None),
    (["plan", "--schema", ""], "--schema is empty", None),
    (["plan", "--dir", ""], "--dir is empty", None),
    (["plan", "--database", ""], "--database is empty", None),
    (["up", "--to", ""], "--to is empty", None),
    (["up", "--to", "999"], 'there is no migration with version "999"',
     "see the versions: migrate-safe status"),
    (["baseline", "999"], 'there is no migration with version "999"',
     "see the versions: migrate-safe status"),
    # arguments
    (["plan", "extra"], 'plan does not take "extra"', see("plan")),
    (["plan", "--", "extra"], 'plan does not take "extra"', see("plan")),
    (["plan", "-"], 'plan does not take "-"', see("plan")),
    (["plan", ""], 'plan does not take ""', see("plan")),
    (["new"], "new needs NAME", see("new")),
    (["new", "a", "b"], 'new does not take "b"', see("new")),
    (["baseline"], "baseline needs VERSION", see("baseline")),
    (["help", "up", "down"], 'unknown command "up down"', "see the commands: migrate-safe help"),
    # what says two things
    (["down", "--to", "1", "--steps", "1"], "--steps and --to say two different things",
     "give one of the two"),
    (["--apply", "--rollback"], "--apply and --rollback are two different commands",
     "give one of the two"),
    (["--apply", "down"], "--apply and down are two different commands", "give one of the two"),
    (["status", "--apply"], "status and --apply are two different commands", "give one of the two"),
], ids=repr)
def test_what_is_not_understood(cli, folder, database, line, message, advice):
    folder.tables(2)
    assert said(cli(*line)) == (5, f"migrate-safe: error: {message}", advice)
    assert versions(database) == []


def test_with_json_it_is_a_document(cli):
    document = cli("plan", "--json", "--stpes", "1").failed(5).json()
    assert document["schema"] == "migrate-safe/error/1"
    assert document["exit_code"] == 5
    assert document["error"]["message"] == "unknown option --stpes"
    assert document["error"]["hint"] == "did you mean: --steps"


@pytest.mark.parametrize("line", [
    ["up", "--steps", "1", "--skip-backup"], ["--skip-backup", "up", "--steps=1"],
    ["--steps", "1", "-s", "up"], ["up", "-s", "--steps", "1", "--verbose"], ["-vs", "up", "--steps", "1"],
    ["--steps=3", "--steps=1", "up", "-s", "-s"], ["--", "up"], ["up", "--"],
    ["up", "--no-force", "--no-verbose"], ["up", "--verbose=yes", "--force=off"], ["apply"],
    ["--apply", "up"], ["up", "--apply"], ["--apply", "--apply"],
], ids=" ".join)
def test_any_order_and_every_spelling(cli, folder, database, line):
    folder.tables(1)
    cli(*line).ok()
    assert versions(database) == ["001"]


@pytest.mark.parametrize("options, is_json", [
    (["--json"], True), (["--json=true"], True), (["--no-json"], False), (["--json", "--no-json"], False),
    (["--no-json", "--json"], True), (["--json=false"], False)])
def test_the_last_of_two_counts(cli, folder, options, is_json):
    assert cli("plan", *options).ok().out.startswith("{") == is_json


@pytest.mark.parametrize("line", [["--version"], ["up", "--version"], ["--version", "--json"]], ids=" ".join)
def test_version(cli_without_database, line):
    name, version = cli_without_database(*line).ok().out.split()
    assert name == "migrate-safe" and version[0].isdigit()


def test_a_bare_call_writes_nothing(cli, folder, database, tmp_path):
    folder.tables(1)
    result = cli().ok()
    assert "pending  001" in result.out and result.err == "help: migrate-safe help\n"
    assert not database.has("migrate_safe.schema_migrations")
    assert not (tmp_path / "logs").exists()


def test_table_is_one_table_of_a_backup_and_never_all_of_it(cli):
    _, line, _ = said(cli("backup", "restore", "x", "--into", "a", "--table", "app.t").failed(5))
    assert line == said(cli("backup", "restore", "x", "--into", "a", "--only", "app.t").failed(5))[1]
    _, line, _ = said(cli("--table", "app.t", "backup", "restore", "x").failed(5))
    assert line == "migrate-safe: error: backup restore does not take --table"
