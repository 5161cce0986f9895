"""The `lint:` block of migrate-safe.yaml."""
import pytest

from harness.message import said

DANGEROUS = "CREATE INDEX by_total ON orders (total);\n"


@pytest.fixture
def cli(cli_without_database, folder):
    folder.write("001_a.up.sql", DANGEROUS)
    folder.write("002_b.up.sql", "DROP TABLE old;\n")
    return cli_without_database


def severities(cli, tmp_path, text, *arguments):
    (tmp_path / "migrate-safe.yaml").write_text(text)
    return {(finding["file"][-12:-7], finding["rule"]): finding["severity"]
            for finding in cli("lint", "--json", *arguments).json()["findings"]}


INDEX = ("001_a", "create-index-blocking")


def test_severities_of_rules(cli, tmp_path):
    text = "lint:\n  rules:\n    create-index-blocking: {}\n"
    for severity in ("notice", "warning", "error"):
        assert severities(cli, tmp_path, text.format(severity))[INDEX] == severity
    assert INDEX not in severities(cli, tmp_path, text.format("off"))
    text = "lint:\n  rules:\n    require-concurrent-index-creation: notice\n"  # squawk's name
    assert severities(cli, tmp_path, text)[INDEX] == "notice"


@pytest.mark.parametrize("pattern, counts", [("migrations/001*", True), ("001_a.up.sql", True), ("*/001*", True),
                                             ("migrations/002*", False), ("seed/*", False)])
def test_severities_by_path(cli, tmp_path, pattern, counts):
    text = ("lint:\n  rules:\n    create-index-blocking: error\n  paths:\n    - path: '%s'\n"
            "      rules:\n        create-index-blocking: notice\n" % pattern)
    assert severities(cli, tmp_path, text)[INDEX] == ("notice" if counts else "error")


def test_options(cli, tmp_path):
    text = "lint:\n  threshold: error\n  pg: 15..16\n  assume-timeouts: true\n  rules:\n    create-index-blocking: warning\n"
    (tmp_path / "migrate-safe.yaml").write_text(text)
    document = cli("lint", "--json", "migrations/001_a.up.sql").ok().json()
    assert (document["threshold"], document["pg_from"], document["pg_to"]) == ("error", 15, 16)
    assert "missing-lock-timeout" not in {finding["rule"] for finding in document["findings"]}
    cli("lint", "--threshold", "warning", "migrations/001_a.up.sql").failed(1)  # a flag is stronger
    # A baseline beside the configuration, wherever one stands.
    cli("lint", "--write-baseline", "known.json").ok()
    (tmp_path / "migrate-safe.yaml").write_text("lint:\n  baseline: known.json\n")
    cli("lint").ok()
    cli("lint", "--config", str(tmp_path / "migrate-safe.yaml")).ok()


@pytest.mark.parametrize("text, where, message, what", [
    ("lint:\n  rules:\n    drop-table: notice\n", "3:5", "drop-table finds what loses data: it cannot be less than",
     "pass over it where it stands, with a reason: -- migrate-safe: ignore drop-table: reason"),
    ("lint:\n  rules:\n    drop-tabel: off\n", "3:5", 'there is no rule "drop-tabel"', "did you mean: drop-table"),
    ("lint:\n  rules:\n    create-index-blocking: none\n", "3:5", "a rule is off, notice, warning or error", None),
    ("lint:\n  tresholds: error\n", "2:3", 'unknown setting "tresholds" of lint:', "did you mean: threshold"),
    ("lint:\n  threshold: never\n", "2:3", 'threshold is notice, warning or error, not "never"', None),
    ("lint:\n  pg: 9.6\n", "2:3", 'pg takes majors of PostgreSQL from 13 to 18, not "9.6"', None),
    ("lint:\n  paths:\n    - rules: {}\n", "3:7", "expected path: and rules: here", None),
    ("lint: nonsense\n", "1:1", "expected settings of lint here", None),
    ("linter:\n  x: y\n", "1:1", 'unknown block "linter"', "the blocks are defaults:, environments:, lint: and roles:"),
])
def test_what_is_wrong_with_it(cli, tmp_path, text, where, message, what):
    (tmp_path / "migrate-safe.yaml").write_text(text)
    code, line, told = said(cli("lint"))
    assert code == 5 and line.startswith(f"migrate-safe.yaml:{where}: error: {message}"), line
    assert what is None or told == what


def test_other_commands_read_it_too(cli, tmp_path):
    (tmp_path / "migrate-safe.yaml").write_text("lint:\n  threshold: error\n")
    cli("validate").ok()
    (tmp_path / "migrate-safe.yaml").write_text("lint:\n  threshold: never\n")
    cli("validate").failed(5)
