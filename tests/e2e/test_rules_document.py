"""docs/rules.md is what the program says of its rules.

After a change of rules: `UPDATE_FIXTURES=1 pytest tests/e2e/test_rules_document.py`.
"""
import json
import os
import subprocess
import sys

from harness.program import ROOT, find_binary


def made():
    said = subprocess.run([find_binary(), "lint", "--rules", "--json"], check=True, stdout=subprocess.PIPE, cwd="/").stdout
    text = subprocess.run([sys.executable, ROOT / "tools/rules_document.py"], check=True, input=said,
                          stdout=subprocess.PIPE).stdout
    return json.loads(said), text.decode()


def test_it_is_current():
    rules, text = made()
    path = ROOT / "docs/rules.md"
    if os.environ.get("UPDATE_FIXTURES"):
        path.write_text(text)
    assert text == path.read_text(), "see the head of this file for how to update it"
    assert rules["schema"] == "migrate-safe/rules/1"
    for rule in rules["rules"]:
        assert f"\n## {rule['id']}\n" in text and f"(#{rule['id']})" in text


def test_no_text_breaks_a_table_or_a_page():
    rules, text = made()
    for rule in rules["rules"]:
        assert "|" not in rule["summary"] and "\n" not in rule["summary"], rule["id"]
        assert "\n" not in rule["why"] + rule["instead"], rule["id"]
    assert text.count("```") % 2 == 0
