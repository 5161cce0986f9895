"""A second process parses ahead of `lint`: what is found does not depend on it."""
import os
import pathlib
import signal
import subprocess

import pytest

from harness.waiting import until

FILES = 150
STATEMENTS = """CREATE TABLE t{n} (id bigint PRIMARY KEY, name text);
ALTER TABLE t{n} ADD COLUMN u uuid DEFAULT gen_random_uuid();
CREATE INDEX i{n} ON old (c{n});
DO $$ BEGIN EXECUTE 'DROP TABLE gone{n}'; END $$;
SELEC {n};
INSERT INTO t{n} (id, name) VALUES {rows};
CREATE FUNCTION f{n}() RETURNS int LANGUAGE sql AS 'SELECT {n}';
"""

pytestmark = [pytest.mark.once, pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="needs a second processor")]


@pytest.fixture
def cli(cli_without_database, tmp_path):
    for n in range(FILES):
        rows = ", ".join(f"({i}, 'it''s {i}')" for i in range(3000 if n == 70 else n))
        (tmp_path / f"{n:03}_made.sql").write_text(STATEMENTS.format(n=n, rows=rows))
    (tmp_path / "999_long.sql").write_text("".join(STATEMENTS.format(n=n, rows="(1, 'x')")
                                                   for n in range(1000, 4000)))  # streamed
    return cli_without_database


def alone(cli, folder):
    return subprocess.run(["taskset", "--cpu-list", str(min(os.sched_getaffinity(0))),
                           str(cli.binary), "lint", "--json", "."], cwd=folder, capture_output=True, text=True)


def children(pid):
    return pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def test_what_is_found_is_the_same_on_one_processor(cli, tmp_path):
    one = alone(cli, tmp_path)
    assert one.returncode == 1 and len(one.stdout) > 1_000_000
    assert cli("lint", "--json", ".").failed(1).out == one.stdout


@pytest.mark.slow
def test_the_second_process_may_die(cli, tmp_path):
    expected = alone(cli, tmp_path).stdout
    for _ in range(5):
        with subprocess.Popen([str(cli.binary), "lint", "--json", "."], cwd=tmp_path, text=True,
                              stdout=subprocess.PIPE) as lint:
            child, = until(lambda: children(lint.pid), "a second process")
            os.kill(int(child), signal.SIGKILL)
            assert lint.stdout.read() == expected


def test_it_ends_with_the_first(cli, tmp_path):
    with subprocess.Popen([str(cli.binary), "lint", "--json", "."], cwd=tmp_path,
                          stdout=subprocess.DEVNULL) as lint:
        child, = until(lambda: children(lint.pid), "a second process")
        lint.kill()
    until(lambda: not pathlib.Path(f"/proc/{child}").exists(), "its end")
