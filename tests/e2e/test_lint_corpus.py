"""The labelled corpus of `lint`: that it is true on the server, that the linter meets it, that its scorer
does not flatter."""
import pathlib
import re
import subprocess
import sys

import pytest

from harness import server as servers
from harness.database import Database

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))
import lint as lint_bench  # noqa: E402
import lint_corpus  # noqa: E402

# The fuzz corpus of lint holds the same cases, under sanitizers too.
pytestmark = pytest.mark.once

CASES = lint_corpus.cases()
HAZARDS = [case for case in CASES if case.rule]
SAFE = [case for case in CASES if not case.rule]
EVERY = pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])


def test_corpus_is_large_and_every_name_is_its_own():
    assert len({case.rule for case in HAZARDS}) >= 100 and len(SAFE) >= 100
    names = [case.name for case in CASES]
    assert not {name for name in names if names.count(name) > 1}


def test_every_rule_that_is_allowed_or_translated_has_a_case_or_a_reason():
    known = {case.rule for case in HAZARDS}
    known |= set(re.findall(r"[a-z][a-z-]+", (lint_corpus.CORPUS / "README.md").read_text()))
    named = set().union(lint_corpus.STYLE, lint_corpus.PART_OF.values(), *lint_corpus.SQUAWK.values(),
                        *(case.allow | case.never for case in CASES))
    assert named - known == set()


# The corpus is true

SCHEMA = (lint_corpus.CORPUS / "schema.sql").read_text()
CLEAN = """
SET client_min_messages = error;
CREATE EXTENSION IF NOT EXISTS plpgsql;
DO $$ DECLARE name text; BEGIN
    FOR name IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' LOOP
        EXECUTE format('DROP SCHEMA %I CASCADE', name);
    END LOOP;
    FOR name IN SELECT pubname FROM pg_publication LOOP EXECUTE format('DROP PUBLICATION %I', name); END LOOP;
END $$;
CREATE SCHEMA public;
"""
# What the server says (DEBUG1) that it does with each row of a table, under the table's strongest lock.
REWRITING = ("add-column-volatile-default add-column-serial add-column-identity add-column-stored-generated"
             " add-column-constrained-domain alter-type-rewrite change-generated-expression"
             " set-logged-unlogged").split()
VERIFYING = ("set-not-null-scan add-check-validated add-column-inline-check add-pk-using-index-nullable"
             " attach-partition-scan attach-partition-default-scan").split()


@pytest.fixture(scope="module")
def lint_database(cluster):
    database = Database(cluster, "lint_corpus").create()
    yield database
    database.drop()


def script(case):
    """What psql runs: earlier files as they are, then the change, each file as `up` would run it."""
    parts = [CLEAN, SCHEMA, *case.setup, "\\echo change\nSET client_min_messages = debug1;"]
    for text in case.change:
        alone = text.startswith(lint_corpus.NO_TRANSACTION) or lint_corpus.owns_transaction(text)
        parts.append(text if alone else f"BEGIN;\n{text}COMMIT;")
    return "\n".join([*parts, "\\echo done"])


def old_tables(case):
    return re.findall(r"CREATE (?:UNLOGGED )?TABLE (\w+)", "\n".join([SCHEMA, *case.setup]))


@EVERY
def test_the_server_agrees(case, programs, lint_database):
    if not case.pg[0] <= programs.major <= case.pg[1]:
        pytest.skip(f"for PostgreSQL {case.pg[0]} to {case.pg[1]}")
    psql = servers.find_tool("psql", 0)
    if psql is None:
        pytest.skip("psql is not installed")
    done = subprocess.run([psql, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", lint_database.url],
                          input=script(case), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          timeout=60)
    said = [line for line in done.stdout.splitlines() if line in ("change", "done")]
    if case.fails:
        assert said == ["change"] and case.fails in done.stderr, done.stderr
        return
    assert said == ["change", "done"], done.stderr
    seen = {verb for verb, table in re.findall(r'DEBUG:  (rewriting|verifying) table "(\w+)"', done.stderr)
            if table in old_tables(case)}
    if not case.rule:  # VALIDATE reads as well, but stops nobody
        assert seen <= ({"verifying"} if "VALIDATE" in "".join(case.change) else set()), done.stderr
    assert case.rule not in REWRITING or "rewriting" in seen, done.stderr
    assert case.rule not in VERIFYING or "verifying" in seen, done.stderr


# The linter meets the corpus


@pytest.fixture(scope="module")
def lint():
    if not lint_corpus.knows_lint():
        pytest.skip("the program has no lint")
    return lambda case: lint_corpus.findings("migrate-safe", case)


@EVERY
def test_the_linter_agrees(case, lint):
    found = lint(case)
    if case.rule:
        assert lint_corpus.is_found(case, found), found
    else:
        assert lint_corpus.alarms(case, found) == []


# The scorer


@pytest.fixture
def corpus(tmp_path):
    def read(text):
        (tmp_path / "made.sql").write_text(text)
        return lint_corpus.read(tmp_path / "made.sql")
    return read


def finding(rule, line=1, file=0, counts=True):
    return lint_corpus.Finding(rule, frozenset([rule]), file, line, counts)


def test_a_case_is_read_as_it_is_written(corpus):
    first, second = corpus("--: hazard drop-table: two files\n--: allow truncate\n--: pg 16..17\n--: setup\nA;\n"
                           "--: setup\nB;\n--: change\nC;\n\n--: change\n-- x\n--: here\nD\n;\n\nE;\n\n"
                           "--: safe: only text: with a colon\nSELECT 1;\n")
    assert (first.rule, first.title, first.pg, first.line) == ("drop-table", "two files", (16, 17), 1)
    assert first.setup == ("A;\n", "B;\n") and first.change == ("C;\n", "-- x\nD\n;\n\nE;\n")
    assert first.here == (1, 2, 3) and first.allow == {"truncate"}
    assert (second.rule, second.title, second.here) == ("", "only text: with a colon", ())
    assert second.change == ("SELECT 1;\n",) and second.pg == (15, 18)


@pytest.mark.parametrize("text", ["SELECT 1;\n", "--: hazard without a rule\nSELECT 1;\n",
                                  "--: safe: x\n--: alow y\nSELECT 1;\n",
                                  "--: safe: x\nSELECT 1;\n--: allow late\n",
                                  "--: safe: x\nSELECT 1;\n--: here\n"])
def test_what_cannot_be_read_is_an_error(corpus, text):
    with pytest.raises(lint_corpus.CorpusError):
        corpus(text)


def test_a_hazard_is_found_by_its_name_at_its_statement(corpus):
    (case,) = corpus("--: hazard drop-table: x\nSELECT 1;\n\n--: here\nDROP\nTABLE t;\n\nSELECT 2;\n")
    assert lint_corpus.is_found(case, [finding("drop-table", 3)])
    assert lint_corpus.is_found(case, [finding("drop-table", 4, counts=False)])
    assert not lint_corpus.is_found(case, [finding("drop-table", 1), finding("drop-table", 6)])
    assert not lint_corpus.is_found(case, [finding("drop-table", 3, file=1), finding("drop-column", 3)])


def test_an_alarm_is_what_nobody_allowed(corpus):
    (case,) = corpus("--: safe: x\n--: allow drop-constraint\n--: never missing-lock-timeout\nSELECT 1;\n")
    cried = finding("drop-table")
    style = finding("missing-lock-timeout", counts=False)
    assert lint_corpus.alarms(case, [finding("drop-constraint"), finding("prefer-text", counts=False)]) == []
    assert lint_corpus.alarms(case, [cried, style]) == [cried, style]


@pytest.mark.parametrize("text, expected", [("BEGIN;\nSELECT 1;\nCOMMIT;\n", True), ("begin;\n", True),
                                            ("DO $$\nBEGIN\n    NULL;\nEND $$;\n", False)])
def test_whose_transaction_it_is(text, expected):
    assert lint_corpus.owns_transaction(text) is expected


def test_growth_tells_a_straight_line_from_a_bent_one():
    assert lint_bench.growth({0.25: 100, 1: 400, 5: 2000}) == 1
    assert lint_bench.growth({0.25: 100, 1: 400, 5: 10000}) == 5
    assert lint_bench.growth({0.25: 100, 0.5: 400, 1: 1600}) == 4


def test_made_files_are_whole_statements_and_none_twice():
    first, second = lint_bench.texts(2, 9000)
    assert len(first) >= 9000 and first.endswith(";\n") and second.startswith(tuple(
        shape.split("{")[0] for shape in lint_bench.SHAPES))
    tables = re.findall(r"^CREATE TABLE app\.t_\d+", first + second, re.M)
    assert len(tables) > 5 and len(tables) == len(set(tables))
