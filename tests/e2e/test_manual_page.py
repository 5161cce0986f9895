"""The manual page: it holds what the program can do, and is readable with man."""
import re
import subprocess
import time

import pytest

from harness.message import said
from harness.program import ROOT, Program

# What man makes of a text that the program prints, which it does in test_documented_lines.py too.
pytestmark = pytest.mark.once

SECTIONS = ["NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS", "OPTIONS", "CONFIGURATION", "LAYOUTS",
            "ENVIRONMENT", "FILES", "EXIT STATUS", "EXAMPLES", "SEE ALSO"]
# Read only by tests, or everybody's own.
UNDOCUMENTED = {"PATH", "HOME", "TERM", "CI", "MIGRATE_SAFE_FAULT", "MIGRATE_SAFE_FAULT_TRACE"}


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    return Program(tmp_path_factory.mktemp("manual"))


@pytest.fixture(scope="module")
def source(program):
    return program("help", "--man").ok().out


@pytest.fixture(scope="module")
def page(program, source):
    """The page as the build makes it, as a reader sees it."""
    (program.cwd / "page.scd").write_text(source)
    made = subprocess.run([ROOT / "tools/manual_page.py", "page.scd", "page.1"], cwd=program.cwd,
                          stderr=subprocess.PIPE, text=True, timeout=30)
    assert made.returncode == 0 and made.stderr == "", made.stderr
    shown = subprocess.run(["man", "--warnings=w", "-l", "page.1"], cwd=program.cwd, text=True,
                           env=program.environment({"MANWIDTH": "200"}), stdout=subprocess.PIPE,
                           stderr=subprocess.PIPE, timeout=30)
    assert shown.returncode == 0 and shown.stderr == "", shown.stderr
    return shown.stdout.replace("\u2010", "-")


def section(page, name):
    return re.search(rf"^{name}\n(.*?)(?=^\S|\Z)", page, re.MULTILINE | re.DOTALL)[1]


def test_it_has_its_sections(page):
    assert re.findall(r"^([A-Z][A-Z ]+)$", page, re.MULTILINE) == SECTIONS
    assert "takes PostgreSQL schema changes to production safely" in section(page, "NAME")


def test_it_says_what_each_commands_help_says(program, page):
    listed = re.findall(r"^  [W ] ([a-z-]+(?: [a-z-]+)?)", program("help").ok().out, re.MULTILINE)
    parts = dict(re.findall(r"^   ([a-z-]+(?: [a-z-]+)?).*\n((?:\n|       .*\n)+)", section(page, "COMMANDS"),
                            re.MULTILINE))
    assert list(parts) == listed
    for command, part in parts.items():
        shown, _, everywhere = program("help", *command.split()).out.partition("\nOptions of every command:\n")
        own = re.findall(r"^  (?:-\w, |    )(--[a-z-]+)", shown, re.MULTILINE)
        assert re.findall(r"^       (?:-\w, )?(--[a-z-]+)", part, re.MULTILINE) == own, command
        everywhere, _, examples = everywhere.partition("\nExamples:\n")
        for option in re.findall(r"--[a-z-]+(?= )", everywhere):
            assert option in section(page, "OPTIONS")
        for example in re.findall(r"^  (migrate-safe .*?)(?:  .*)?$", examples, re.MULTILINE):
            assert f"       {example}\n" in part


def test_each_setting_and_layout_is_there(program, page):
    known = program("config", "--json").ok().json()["settings"]
    for name in [setting["name"] for setting in known if setting["name"] not in ("env", "config")] + ["hooks", "maintenance", "smoke"]:
        # cut at one of its hyphens, or between two syllables
        assert any(re.search(rf"\b{name}\b", re.sub(r"-\n +", joined, section(page, "CONFIGURATION"))) for joined in "-|".split("|")), name
    for path in ROOT.glob("src/migration/layout_*.c"):
        for name in re.findall(r'^const Layout .*\n +\.name = "(\S+)"', path.read_text(), re.MULTILINE):
            assert re.search(rf"^       {name}$", section(page, "LAYOUTS"), re.MULTILINE), name


def test_each_variable_that_is_read_is_there(page):
    """What the sources ask the environment for, by the names that look like it."""
    names = set()
    for path in ROOT.glob("src/**/*.c"):
        text = path.read_text()
        if "getenv(" in text or "variable(" in text:
            names |= set(re.findall(r'"((?:MIGRATE_SAFE|XDG)_[A-Z_]+|[A-Z]+_URL|[A-Z]+_DB_URL)"', text))
            names |= set(re.findall(r'(?:getenv|variable|is_set)\("([A-Z_]+)"\)', text))
    assert {"DATABASE_URL", "TMPDIR", "NO_COLOR"} <= names
    for name in names - UNDOCUMENTED:
        assert name in section(page, "ENVIRONMENT"), name


def test_each_exit_code_is_there(page):
    codes = re.findall(r"^       (\d+)$", section(page, "EXIT STATUS"), re.MULTILINE)
    assert codes == ["0", "1", "2", "3", "4", "5", "130"]


def test_the_same_program_prints_the_same_page(program, source, page):
    assert program("help", "--man", env={"LC_ALL": "C", "TZ": "Asia/Tokyo", "COLUMNS": "40"}).out == source
    assert program("help", "--man", "--json", "-v").out == source
    assert time.strftime("%Y-%m-%d") not in page and "1970-" not in page  # nor the day it was built
    built = program.binary.parent / "migrate-safe.1"
    assert built.read_bytes() == (program.cwd / "page.1").read_bytes()


def test_what_scdoc_does_not_understand_stops_the_build(tmp_path):
    (tmp_path / "page.scd").write_text("migrate-safe(1)\n\n# NAME\n\n\t\tno parent\n")
    made = subprocess.run([ROOT / "tools/manual_page.py", "page.scd", "page.1"], cwd=tmp_path,
                          stderr=subprocess.PIPE, text=True, timeout=30)
    assert made.returncode == 1 and "page.scd" in made.stderr
    assert not (tmp_path / "page.1").exists()


def test_it_is_about_all_commands(program):
    assert said(program("help", "up", "--man")) == (
        5, "migrate-safe: error: --man is the manual page of all commands",
        'leave "up" out: migrate-safe help --man')
