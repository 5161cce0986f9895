"""`demo`: every command that it types ends as the story says, and a page is left."""
import pathlib
import re

import pytest


@pytest.mark.once
def test_the_story_is_told_and_a_page_is_left(cli_without_database):
    told = cli_without_database("demo", timeout=300).ok().out
    typed = re.findall(r"^\$ migrate-safe (\S+)", told, re.MULTILINE)
    assert typed == ["baseline", "plan", "rehearse", "rehearse", "approve", "up", "verify", "locks", "report", "down", "status"]
    assert re.search(r"the shop ran \d+ statements; 0 failed; the slowest took [\d.]+ ms", told)
    page = pathlib.Path(re.search(r"for a browser: (\S+)", told)[1])
    assert "Applied 8 migrations" in page.read_text()
    assert [path.name for path in page.parent.iterdir()] == ["report.html"]
