"""`lint` on what nobody means to give it: broken bytes, endless nesting, odd names, closed doors, a full disk."""
import json
import os
import pathlib
import signal
import subprocess
import xml.dom.minidom

import pytest

from harness.message import first, said
from harness.waiting import until

DROP = "DROP TABLE t;\n"


@pytest.fixture
def cli(cli_without_database):
    return cli_without_database


@pytest.mark.parametrize("text, place, word", [
    (b"\xff\xfeD\0R\0", "1:1", "UTF-16"),
    (b"SELECT 1;\0SELECT 2;", "1:10", "NUL byte"),
    (b"DROP TABLE caf\xe9;\n", "1:15", "invalid UTF-8"),
    (b"SELECT " + b"(" * 100000 + b"1" + b")" * 100000 + b";\n", None, "memory exhausted"),
    (b"SELECT " + b"CASE WHEN a THEN " * 20000 + b"1" + b" END" * 20000 + b";\n", None, "memory exhausted"),
    (b"SELECT 1" + b"::int" * 100000 + b";\n", None, "nested too deeply"),
    (b"DO $$BEGIN " + b"IF x THEN " * 20000 + b"NULL;" + b" END IF;" * 20000 + b" END$$;\n", None, "memory exhausted"),
], ids=["utf-16", "nul", "latin-1", "parentheses", "case", "casts", "do"])
def test_a_text_that_cannot_be_read_is_one_finding(cli, tmp_path, text, place, word):
    (tmp_path / "a.sql").write_bytes(text + DROP.encode())
    syntax, = (finding for finding in cli("lint", "--json", "a.sql").failed(1).json()["findings"]
               if finding["rule"] == "syntax-error")
    assert word in syntax["message"]
    assert place is None or place == f"{syntax['line']}:{syntax['column']}"


def test_nothing_and_a_byte_order_mark_are_fine(cli, tmp_path):
    (tmp_path / "empty.sql").write_bytes(b"")
    (tmp_path / "bom.sql").write_bytes(b"\xef\xbb\xbfSELECT 1;\r\nSELECT 2;\r\n")
    cli("lint", "empty.sql").ok()
    cli("lint", "bom.sql").ok()


def test_what_is_no_file_is_said_once(cli, tmp_path):
    os.mkfifo(tmp_path / "pipe.sql")
    (tmp_path / "loop.sql").symlink_to("loop.sql")
    code, line, _ = said(cli("lint", "pipe.sql"))
    assert (code, line) == (5, "pipe.sql: error: not a regular file")
    code, line, what = said(cli("lint", "loop.sql"))
    assert (code, line) == (5, "loop.sql: error: cannot be read: Too many levels of symbolic links")
    assert what == "ls -ld 'loop.sql'"


NAMES = ["new\nline.sql", 'qu"ote.sql', "ap'os.sql", "per%25cent%s.sql", "ü€😀.sql", "a&b<c>.sql", "tab\t.sql",
         "esc\033[31m.sql", "co:mma,.sql", "-dash.sql", "]]>.sql"]


@pytest.mark.parametrize("format", ["json", "sarif", "gitlab", "junit", "github", "text"])
def test_odd_names_in_every_format(cli, tmp_path, format):
    (tmp_path / "names").mkdir()
    for name in NAMES:
        (tmp_path / "names" / name).write_text('DROP TABLE "a<b>&]]>%0A::error::\x01\n x";\n')
    out = cli("lint", "--format", format, "names").failed(1).out
    wanted = {f"names/{name}" for name in NAMES}
    if format == "json":
        assert {finding["file"] for finding in json.loads(out)["findings"]} == wanted
    elif format == "gitlab":
        assert {row["location"]["path"] for row in json.loads(out)} == wanted
    elif format == "sarif":
        assert len({result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
                    for result in json.loads(out)["runs"][0]["results"]}) == len(NAMES)
    elif format == "junit":
        suites = xml.dom.minidom.parseString(out.encode()).getElementsByTagName("testsuite")
        assert len(suites) == len(NAMES)
    elif format == "github":
        assert all(line.startswith(("::error file=", "::notice file=", "::warning file=")) for line in out.splitlines())
    else:
        assert "\033" not in out and "\x01" not in out


def test_json_of_a_drop_of_many_tables_does_not_grow_with_their_square(cli, tmp_path):
    (tmp_path / "a.sql").write_text("DROP TABLE " + ", ".join(f"t{i}" for i in range(300)) + ";\n")
    drop = [finding for finding in cli("lint", "--json", "a.sql").failed(1).json()["findings"]
            if finding["rule"] == "drop-table"]
    assert len(drop) == 300
    assert all(len(finding["locks"]) == 100 and finding["more_locks"] == 200 for finding in drop)


def test_a_baseline_into_a_pipe_leaves_the_pipe(cli, tmp_path):
    (tmp_path / "a.sql").write_text(DROP)
    os.mkfifo(tmp_path / "pipe")
    with subprocess.Popen(["cat", tmp_path / "pipe"], stdout=subprocess.PIPE) as reader:
        cli("lint", "--write-baseline", "pipe", "a.sql").ok()
        assert json.loads(reader.stdout.read())["schema"] == "migrate-safe/lint-baseline/1"
    assert (tmp_path / "pipe").is_fifo()


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "[" * 200000, "\udcff", '{"schema": "migrate-safe/lint-baseline/1"}',
                                  '{"schema": "migrate-safe/lint-baseline/1", "findings": [{"fingerprint": 5}]}',
                                  '{"schema": "migrate-safe/lint-baseline/99", "findings": []}'])
def test_a_baseline_that_is_none(cli, tmp_path, text):
    (tmp_path / "a.sql").write_text(DROP)
    (tmp_path / "known.json").write_bytes(text.encode(errors="surrogateescape"))
    code, line, what = said(cli("lint", "--baseline", "known.json", "a.sql"))
    assert code == 5 and line.startswith("known.json") and what.endswith("lint --write-baseline known.json")


@pytest.mark.parametrize("ref", ["-x", "--output=x", "no such", "$(touch pwned)", "a..b", "HEAD:m"])
def test_since_a_ref_that_is_none(cli, tmp_path, ref):
    subprocess.run(["git", "init", "-q", "."], cwd=tmp_path, check=True)
    (tmp_path / "a.sql").write_text(DROP)
    code, line, _ = said(cli("lint", f"--since={ref}", "a.sql"))
    assert code == 5 and f'git knows no commit "{ref}"' in line
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != ".git") == ["a.sql"]


@pytest.mark.parametrize("format", ["text", "json", "sarif", "github", "gitlab", "junit"])
def test_a_reader_that_has_seen_enough_is_no_error(cli, tmp_path, format):
    (tmp_path / "a.sql").write_text("".join(f"DROP TABLE t{i};\n" for i in range(2000)))
    reader, writer = os.pipe()
    os.close(reader)
    result = subprocess.run([cli.binary, "lint", "--format", format, "a.sql"], cwd=tmp_path, stdout=writer,
                            stderr=subprocess.PIPE, env=cli.environment())
    os.close(writer)
    assert (result.returncode, result.stderr) == (1, b"")


def catches_interrupts(pid):
    """Before that the program is just starting, and Ctrl-C ends it as any other."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(status.split("SigCgt:")[1].split()[0], 16) & 1 << signal.SIGINT - 1


def test_interrupted(cli, tmp_path):
    (tmp_path / "a.sql").write_text("INSERT INTO t VALUES (1);\n" * 2000000)
    running = cli.start("lint", "a.sql")
    until(lambda: catches_interrupts(running.pid))
    result = running.interrupt().finish().failed(130)
    assert result.out == "" and first(result).startswith("migrate-safe: interrupted: ")
