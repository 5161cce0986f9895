"""What the rules of lint claim of their examples is what a server does; docs/lock-truth.md has it."""
import pytest

from harness.database import Database
from harness.program import ROOT
from server_truth import rules

# What servers do is seen once; the examples run under sanitizers as unit tests.
pytestmark = pytest.mark.once

RULES = rules.load() if rules.find_binary().exists() else []
TABLE = ROOT / "docs/lock-truth.md"


@pytest.fixture(scope="module")
def stage(cluster):
    database = Database(cluster, "rule_truth").create()
    stage = rules.Stage(database)
    yield stage
    stage.close()
    database.drop()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["id"])
def test_the_bad_example_does_what_is_claimed_and_the_good_ones_do_not(stage, rule, cluster):
    _, wrong = rules.judge(stage, rule, cluster.major)
    assert not wrong


def test_rules_about_locks_claim_something():
    silent = [rule["id"] for rule in RULES
              if rule["risk"] in ("rewrite", "scan") and not rules.has_claim(rule)]
    assert not silent


def test_the_table_of_the_manual_has_every_claim():
    """tools/rule_truth writes it."""
    table = TABLE.read_text()
    missing = [rule["id"] for rule in RULES if rules.has_claim(rule) and f"| {rule['id']} |" not in table]
    assert not missing
