"""Counts tests: meson's log, pytest's JUnit file and TAP become passed, failed and skipped."""
import dataclasses
import json
import re
import xml.etree.ElementTree as xml

TAP_LINE = re.compile(r"^(not ok|ok)\b(.*)$", re.MULTILINE)
TAP_SKIP = re.compile(r"#\s*skip", re.IGNORECASE)


@dataclasses.dataclass
class Totals:
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other):
        return Totals(self.passed + other.passed, self.failed + other.failed,
                      self.skipped + other.skipped)

    def __str__(self):
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        return f"{self.passed} passed, {self.failed} failed{skipped}"


def from_tap(text):
    totals = Totals()
    for verdict, rest in TAP_LINE.findall(text):
        if TAP_SKIP.search(rest):
            totals.skipped += 1
        elif verdict == "ok":
            totals.passed += 1
        else:
            totals.failed += 1
    return totals


def from_meson(path):
    """A program that died counts as one failure, whatever its TAP said until then."""
    totals = Totals()
    for line in path.read_text().splitlines():
        test = json.loads(line)
        inner = from_tap(test.get("stdout", ""))
        if test["result"] == "SKIP":
            inner = Totals(skipped=1)
        elif test["result"] not in ("OK", "EXPECTEDFAIL") and inner.failed == 0:
            inner.failed = 1
        elif inner == Totals():
            inner.passed = 1
        totals += inner
    return totals


def from_junit(path):
    totals = Totals()
    for case in xml.parse(path).iter("testcase"):
        kinds = {child.tag for child in case}
        if kinds & {"failure", "error"}:
            totals.failed += 1
        elif "skipped" in kinds:
            totals.skipped += 1
        else:
            totals.passed += 1
    return totals
