"""The page that `report` writes, in Chromium: looked at in each form, used by keyboard, read aloud.

Screenshots are kept in `screenshots` of the build folder: tests cannot see that something is ugly.
"""
import functools

import pytest

from harness import browser as chromium
from harness import evidence_sample, run_sample
from harness.program import Program, find_binary

pytestmark = [pytest.mark.once, pytest.mark.skipif(
    not chromium.PROGRAM, reason="Chromium is not installed (tools/setup test installs it)")]
SHOTS = find_binary().parent / "screenshots"
# Text whose contrast with what is behind it is below WCAG's AA, as [ratio, text].
PALE = """
(() => {
  const numbers = text => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = e => {
    for (; e; e = e.parentElement) {
      const color = numbers(getComputedStyle(e).backgroundColor);
      if (color.length === 3 || color[3] === 1) return color;
    }
    return [255, 255, 255];
  };
  const found = [];
  for (const e of document.body.querySelectorAll("*")) {
    const text = [...e.childNodes].filter(n => n.nodeType === 3).map(n => n.data.trim()).join("");
    if (!text || e.closest("svg")) continue;
    const [a, b] = [light(numbers(getComputedStyle(e).color)), light(behind(e))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) found.push([ratio, text]);
  }
  return found;
})()
"""


@pytest.fixture(scope="module")
def browser():
    SHOTS.mkdir(exist_ok=True)
    one = chromium.Browser()
    yield one
    one.close()


@pytest.fixture(scope="module")
def page_of(tmp_path_factory):
    """The page of a made up rehearsal or run, by its name ("every", "run every"); each is written once."""
    @functools.cache
    def make(kind):
        folder = tmp_path_factory.mktemp(kind.replace(" ", "-"))
        if kind.startswith("run "):
            run_sample.write(folder / "logs", kind.removeprefix("run "))
        else:
            evidence_sample.write(folder / "rehearsals", kind)
        program = Program(folder)
        program("report", "--output", "page.html").ok()
        program.close()
        return folder / "page.html"
    return make


def tree(browser):
    """[(role, name)] as a screen reader is told."""
    nodes = browser.call("Accessibility.getFullAXTree")["nodes"]
    return [(node["role"]["value"], node.get("name", {}).get("value", "")) for node in nodes if not node.get("ignored")]


@pytest.mark.parametrize("kind, verdict", [
    ("every", "Rehearsal failed: 5 problems in 4 of 7 migrations, 1 not reached, 2 warnings"),
    ("passed", "Rehearsal passed: 3 migrations"),
    ("run succeeded", "Applied 3 migrations in 4.3 s"),
    ("run stopped", "Stopped before the first statement: preflight failed: 1 check says no"),
    ("run unsettled", "Not settled: 3 migrations ran, and then: postflight failed: 1 check says no"),
    ("run no_end", "No end is recorded of up begun at 2026-11-26T19:15:39.697Z")])
def test_the_verdict_comes_first_and_nothing_is_loaded(browser, page_of, kind, verdict):
    browser.open(page_of(kind))
    assert browser.evaluate("document.querySelector('h1').innerText") == verdict
    assert browser.evaluate("document.title") == verdict
    assert browser.evaluate("document.scripts.length + document.images.length + document.querySelectorAll('iframe, link[rel=stylesheet]').length") == 0
    assert browser.said == []
    assert browser.asked == [f"file://{page_of(kind)}"]


def test_a_script_would_not_run(browser, page_of, tmp_path):
    """Should an escape ever be missing, the page's own policy still stands; and this test sees what a page says."""
    broken = tmp_path / "broken.html"
    broken.write_text(page_of("passed").read_text().replace("<main", "<script>document.title = 'taken'</script><img src=x><main", 1))
    browser.open(broken)
    assert browser.evaluate("document.title") == "Rehearsal passed: 3 migrations"
    assert any("Content Security Policy" in said for said in browser.said)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_can_be_read(browser, page_of, scheme):
    for kind in ("every", "passed", "run every", "run succeeded"):
        browser.open(page_of(kind), scheme=scheme)
        browser.screenshot(SHOTS / f"{kind.replace(' ', '-')}-{scheme}.png")
        assert browser.evaluate(PALE) == []
        ground = browser.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (ground == "rgb(255, 255, 255)") == (scheme == "light")


@pytest.mark.parametrize("kind", ["every", "run every"])
def test_a_narrow_window(browser, page_of, kind):
    browser.open(page_of(kind), width=360)
    browser.screenshot(SHOTS / f"{kind.replace(' ', '-')}-narrow.png")
    assert browser.evaluate("document.documentElement.scrollWidth") <= 360


def test_on_paper(browser, page_of):
    """What is folded away on a screen is not on paper; ways to elsewhere are left out."""
    browser.open(page_of("every"), width=1050, media="print")
    assert browser.evaluate("document.querySelectorAll('details.migration:not([open])').length") == 2
    assert browser.evaluate("getComputedStyle(document.querySelector('nav')).display") == "none"
    assert browser.evaluate("[...document.querySelectorAll('details.migration')].every(d => d.lastElementChild.checkVisibility({contentVisibilityAuto: true}))")
    browser.screenshot(SHOTS / "every-print.png")
    browser.pdf(SHOTS / "every.pdf")
    assert browser.evaluate("document.documentElement.scrollWidth") <= 1050


def headings(told):
    return [name for role, name in told if role == "heading"]


def bars(told):
    return [name for role, name in told if role == "image"]


@pytest.mark.parametrize("kind", ["every", "run every", "run succeeded"])
def test_it_is_read_aloud(browser, page_of, kind):
    browser.open(page_of(kind))
    told = tree(browser)
    assert {"banner", "navigation", "main", "contentinfo"} <= {role for role, _ in told}
    levels = browser.evaluate("[...document.querySelectorAll('h1, h2, h3, h4')].map(h => +h.tagName[1])")
    assert levels[0] == 1 and all(after - before <= 1 for before, after in zip(levels, levels[1:]))
    assert all(bars(told)) and all(headings(told))
    assert browser.evaluate("[...document.querySelectorAll('th')].every(th => th.scope)")
    ids = browser.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))
    assert browser.evaluate("[...document.querySelectorAll('a[href^=\"#\"]')].every(a => document.getElementById(a.hash.slice(1)))")


def test_a_rehearsal_is_read_aloud(browser, page_of):
    browser.open(page_of("every"))
    told = tree(browser)
    assert headings(told)[0].startswith("Rehearsal failed:")
    assert headings(told)[1:3] == ["Summary", "Findings"] and "001 orders_currency" in headings(told)
    assert "public.customers: writes wait, held from 4.0 s to 4.4 s of 4.4 s" in bars(told)
    assert "gone: " in browser.evaluate("document.body.textContent")


def test_a_run_is_read_aloud(browser, page_of):
    """The story in the order in which it happened."""
    browser.open(page_of("run succeeded"))
    told = tree(browser)
    in_order = browser.evaluate("[...document.querySelectorAll('h2, h3')].map(h => h.textContent)")
    assert in_order == ["Summary", "What happened, and when", "What allowed it", "Checks before", "Backup", "Migrations",
                        "Each migration", "001 customer_phone", "002 orders_currency", "003 orders_by_customer", "Checks after"]
    assert "migration 002: from 2.7 s to 3.6 s of 4.3 s" in bars(told)


def focus(browser):
    return browser.evaluate("document.activeElement.className || document.activeElement.tagName")


def test_it_is_used_by_keyboard(browser, page_of):
    browser.open(page_of("every"))
    browser.key("Tab")
    assert focus(browser) == "skip"
    assert browser.evaluate("document.activeElement.getBoundingClientRect().left") >= 0  # it can be seen now
    browser.key("Enter")
    assert browser.evaluate("document.activeElement.id") == "content"
    browser.evaluate("document.querySelector('#m-002 summary').focus()")
    browser.key("Enter")
    assert browser.evaluate("document.querySelector('#m-002').open")
    browser.key("Tab")
    assert browser.evaluate("document.querySelector('#m-002').contains(document.activeElement)")
    assert browser.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_a_run_on_paper_and_by_keyboard(browser, page_of):
    browser.open(page_of("run succeeded"), width=1050, media="print")
    assert browser.evaluate("[...document.querySelectorAll('details')].every(d => d.lastElementChild.checkVisibility({contentVisibilityAuto: true}))")
    assert browser.evaluate("document.documentElement.scrollWidth") <= 1050
    browser.pdf(SHOTS / "run-succeeded.pdf")
    browser.open(page_of("run succeeded"))
    browser.evaluate("document.querySelector('#m-001 summary').focus()")
    browser.key("Enter")
    assert browser.evaluate("document.querySelector('#m-001').open")


@pytest.mark.slow
def test_a_large_one(browser, page_of):
    browser.open(page_of("large"))
    assert browser.evaluate("document.querySelectorAll('details.migration').length") == 300
    assert browser.evaluate("document.querySelectorAll('details.migration[open]').length") == 0
    browser.evaluate("document.querySelector('#m-300').open = true")
    browser.screenshot(SHOTS / "large-statements.png", "#m-300")
    height = browser.evaluate("document.querySelector('#m-300').getBoundingClientRect().height")
    assert 500 < height < 3000  # a thousand statements scroll in a table of their own
    assert browser.said == []
