"""Help: what it says (tests/fixtures/help), and that what it says is true.

After a change that is meant: `UPDATE_FIXTURES=1 pytest tests/e2e/test_help.py`, or this file with
--update; then look at the difference.
"""
import os
import pathlib
import re
import sys

import pytest

from harness.message import said
from harness.program import ROOT, Program

GOLDEN = ROOT / "tests/fixtures/help"
WIDTH = 100

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    return Program(tmp_path_factory.mktemp("help"))


@pytest.fixture(scope="module")
def commands(program):
    listed = re.search(r"^Commands .*\n((?:  .*\n)+)", program("help").ok().out, re.MULTILINE)[1]
    return re.findall(r"^  [W ] ([a-z-]+(?: [a-z-]+)?)", listed, re.MULTILINE)


def check_golden(name, shown):
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("UPDATE_FIXTURES"):
        path.write_text(shown)
    assert shown == path.read_text(), f"{path.name}: see the head of this file for how to update it"


def golden_name(command):
    return command.replace(" ", "_")


def groups(commands):
    """Words that several commands begin with."""
    return {command.split()[0] for command in commands if " " in command}


def test_overview(program):
    check_golden("overview", program("help").ok().out)


def test_each_command(program, commands):
    for command in commands:
        check_golden(golden_name(command), program(*command.split(), "--help").ok().out)


def test_each_group(program, commands):
    for group in groups(commands):
        check_golden(group, program(group, "--help").ok().out)
        assert program("help", group).ok().out == program(group, "--help").out
        listed = re.findall(r"^  [W ] ([a-z-]+ [a-z-]+)", program(group, "-h").out, re.MULTILINE)
        assert listed == [command for command in commands if command.startswith(f"{group} ")]


def test_nothing_is_left_of_commands_that_are_gone(commands):
    files = {path.stem for path in GOLDEN.glob("*.txt")}
    known = {"overview", *map(golden_name, commands), *groups(commands)}
    if os.environ.get("UPDATE_FIXTURES"):
        for name in files - known:
            (GOLDEN / f"{name}.txt").unlink()
    else:
        assert files == known


@pytest.mark.parametrize("line", ["--help", "-h", "help", "--help --json", "-vh", "help --"])
def test_every_way_to_the_overview(program, line):
    result = program(*line.split()).ok()
    assert result.out == program("help").out and result.err == ""


@pytest.mark.parametrize("line", ["up --help", "up -h", "-h up", "help up", "help apply", "apply --help",
                                  "--apply --help", "up -sh", "up --help --no-such-thing=1 -h"])
def test_every_way_to_a_commands_help(program, line):
    if "no-such" in line:
        assert said(program(*line.split()))[1] == "migrate-safe: error: unknown option --no-such-thing"
    else:
        assert program(*line.split()).ok().out == program("help", "up").out


def test_help_needs_nothing(program, tmp_path):
    """No folder, no database; a broken configuration neither."""
    (tmp_path / "migrate-safe.yaml").write_text("{")
    for line in ("help", "up --help", "--version"):
        assert program(*line.split(), cwd=tmp_path).ok().out
    assert os.listdir(tmp_path) == ["migrate-safe.yaml"]


def test_no_line_is_wider_than_a_page(program, commands):
    for line in ["help", *(f"help {command}" for command in commands)]:
        for shown in program(*line.split()).ok().out.splitlines():
            assert len(shown) <= WIDTH and shown == shown.rstrip(), f"{line}: {shown}"


def test_no_colour_and_no_escapes(program, commands):
    for command in commands:
        assert "\033" not in program("help", *command.split()).out
        assert "\033" not in program.in_terminal("help", *command.split(), env={"NO_COLOR": "1"}).out


def test_each_command_has_examples(program, commands):
    """That they work is in test_documented_lines.py."""
    for command in commands:
        shown = program("help", *command.split()).out
        assert re.findall(r"^  migrate-safe ", shown.split("\nExamples:\n")[1], re.MULTILINE), command


if __name__ == "__main__":
    if sys.argv[1:] == ["--update"]:
        GOLDEN.mkdir(parents=True, exist_ok=True)
        os.environ["UPDATE_FIXTURES"] = "1"
    sys.exit(pytest.main([str(pathlib.Path(__file__)), "-q"]))
