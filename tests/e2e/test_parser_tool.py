"""tools/parser: what it says when the parser's package is not what it should be, or not there."""
import os
import pathlib
import shutil
import stat
import subprocess

import pytest

# No program of ours runs here.
pytestmark = pytest.mark.once

ROOT = pathlib.Path(__file__).resolve().parents[2]


@pytest.fixture
def tree(tmp_path):
    """A tree without a cache."""
    (tmp_path / "tools").mkdir()
    for name in ("parser", "parser_names.py", "parser_natives.py", "parser_natives.c",
                 "parser.version"):
        shutil.copy(ROOT / "tools" / name, tmp_path / "tools")
    return tmp_path


def run(tree, tmp_path, npm):
    """With an npm that does this."""
    commands = tmp_path / "commands"
    commands.mkdir()
    program = commands / "npm"
    program.write_text(f"#!/bin/sh\n{npm}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return subprocess.run([tree / "tools/parser"], text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE,
                          env={**os.environ, "PATH": f"{commands}:{os.environ['PATH']}"})


def test_another_archive_is_refused(tree, tmp_path):
    done = run(tree, tmp_path, "echo something else >libpg-query-18.1.5.tgz")
    assert done.returncode == 1
    assert "its hash is sha512-" in done.stderr and "tools/parser.version says" in done.stderr
    assert not list(tree.glob(".cache/parser/libpg-query-*"))


def test_without_network_it_says_what_to_run(tree, tmp_path):
    done = run(tree, tmp_path, "echo npm error code ENOTFOUND >&2; exit 1")
    assert done.returncode == 1
    assert "cannot be fetched" in done.stderr and "ENOTFOUND" in done.stderr
    assert done.stderr.endswith("and run: tools/parser\n")
    assert not list(tree.glob(".cache/parser/current"))


def test_what_is_there_is_not_made_again(tmp_path):
    done = run(ROOT, tmp_path, "exit 1")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
