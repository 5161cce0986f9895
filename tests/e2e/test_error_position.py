"""An error names FILE:LINE:COLUMN and quotes the line with a caret below the place."""
import pytest

from harness.history import versions


def failing(cli, folder, data, name="001_x.up.sql", code=2):
    folder.write(name, data if isinstance(data, bytes) else data.encode())
    return cli("up").failed(code).err


def quoted(line, text, caret):
    return f"\n  {line} | {text}\n  {' ' * len(str(line))} | {' ' * (caret - 1)}^\n"


@pytest.mark.parametrize("data, line, column, shown, caret", [
    ("SELECT nope;", 1, 8, "SELECT nope", 8),
    ("SELECT 1;\n\n  SELECT 1,\n    2,\n    nope,\n    3;\n", 5, 5, "    nope,", 5),
    ("SELECT 'ü€', nope;\n", 1, 14, "SELECT 'ü€', nope", 14),
    ("SELECT '😀', nope;\n", 1, 13, "SELECT '😀', nope", 14),  # two cells wide
    ("-- ü\nSELECT '日本',\n 'ü', nope\n;\n", 3, 7, " 'ü', nope", 7),
    ("SELECT 1; SELECT 2; SELECT nope;\n", 1, 28, "SELECT nope", 8),
    ("/* a\n b */ SELECT /* ü */ nope;", 2, 22, "SELECT /* ü */ nope", 16),
    ("CREATE TABLE a (id int);\nINSERT INTO a\nVALUES (1), (2),\n       ('x');\n",
     4, 9, "       ('x')", 9),
    ("SELEC 1;\n", 1, 1, "SELEC 1", 1),
    ("CREATE TABLE a (\n  id int,\n);\n", 3, 1, ")", 1),
])
def test_in_the_middle_of_statements(cli, folder, data, line, column, shown, caret):
    err = failing(cli, folder, data)
    assert err.startswith(f"migrations/001_x.up.sql:{line}:{column}: error: ")
    assert quoted(line, shown, caret) in err


@pytest.mark.parametrize("head", ["", "-- migrate-safe: no-transaction\n"])
def test_in_both_ways_of_running(cli, folder, head):
    err = failing(cli, folder, head + "SELECT 1;\nSELECT 'ü',\n  nope;\n")
    line = 3 + head.count("\n")
    assert err.startswith(f"migrations/001_x.up.sql:{line}:3: error: column \"nope\" does not exist")


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"], ids=["", "bom"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"], ids=["lf", "crlf"])
def test_line_ends_and_bom_move_nothing(cli, folder, bom, end):
    data = bom + end.join([b"SELECT 1;", b"", "SELECT 'ü',".encode(), b"  nope,", b"  2;", b""])
    err = failing(cli, folder, data)
    assert err.startswith("migrations/001_x.up.sql:4:3: error: ")
    assert quoted(4, "  nope,", 3) in err and "\\x0d" not in err


def test_bom_before_the_first_statement(cli, folder):
    assert failing(cli, folder, b"\xef\xbb\xbfSELECT nope;").startswith(
        "migrations/001_x.up.sql:1:8: error: ")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_in_a_streamed_file(cli, folder, end):
    """More than a megabyte is never in memory as a whole."""
    lines = [f"SELECT {number}, 'ü';" for number in range(80_000)]
    lines[70_000] = f"SELECT 'ü',{end}  nope;"
    err = failing(cli, folder, end.join(lines))
    assert err.startswith("migrations/001_x.up.sql:70002:3: error: column \"nope\"")
    assert quoted(70002, "  nope", 3) in err


def test_in_a_do_block(cli, folder):
    err = failing(cli, folder, "SELECT 1;\nDO $$\nBEGIN\n  PERFORM 1;\n  PERFORM 1 / 0;\nEND $$;\n")
    assert err.startswith("migrations/001_x.up.sql:2:1: error: division by zero (SQLSTATE 22012)")
    assert "PL/pgSQL function inline_code_block line 4 at PERFORM" in err


def test_in_the_text_of_a_function(cli, folder):
    err = failing(cli, folder, "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$\nBEGIN\n"
                               "  RETURN 1 +;\nEND $$;\n")
    assert err.startswith("migrations/001_x.up.sql:3:13: error: ")
    err = failing(cli, folder, "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$\n"
                               "  SELECT nope;\n$$;\n", name="001_x.up.sql")
    assert err.startswith("migrations/001_x.up.sql:2:10: error: column \"nope\"")


def test_in_a_function_that_is_called(cli, folder):
    err = failing(cli, folder, "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$\nBEGIN\n"
                               "  RETURN (SELECT nope);\nEND $$;\nSELECT\n f();\n")
    assert err.startswith("migrations/001_x.up.sql:5:1: error: column \"nope\" does not exist")
    assert "function f() line 3 at RETURN" in err


def test_in_copy_data(cli, folder):
    err = failing(cli, folder, "CREATE TABLE t (id int);\nCOPY t FROM stdin;\n1\nx\n\\.\n")
    assert err.startswith("migrations/001_x.up.sql:2:1: error: invalid input syntax for type integer")
    assert 'COPY t, line 2, column id: "x"' in err


def test_a_very_long_line_is_cut_around_the_place(cli, folder):
    err = failing(cli, folder, "SELECT " + "'ü', " * 500 + "nope" + ", 'ü'" * 500 + ";\n")
    assert err.startswith("migrations/001_x.up.sql:1:2508: error: ")
    source, caret = err.splitlines()[1:3]
    assert len(source) < 300 and source[caret.index("^"):].startswith("nope")


def test_tabs_keep_the_caret_below(cli, folder):
    err = failing(cli, folder, "SELECT\n\t\tnope;\n")
    assert err.startswith("migrations/001_x.up.sql:2:3: error: ")
    source, caret = err.splitlines()[1:3]
    assert source.expandtabs().index("nope") == caret.expandtabs().index("^")


def test_detail_and_hint_of_the_server_are_shown(cli, folder):
    err = failing(cli, folder, "CREATE TABLE a (id int PRIMARY KEY);\nINSERT INTO a VALUES (1), (1);\n")
    assert "detail: Key (id)=(1) already exists." in err
    err = failing(cli, folder, "CREATE TABLE a (idea int);\nSELECT ide FROM a;\n")
    assert 'hint:   Perhaps you meant to reference the column "a.idea".' in err


@pytest.mark.parametrize("data, place, message", [
    (b"SELECT 'open;\n\n", "1:8", "quote"),
    (b"SELECT 1;\n/* open\n", "2:1", "comment"),
    (b"DO $x$ BEGIN END;\n", "1:4", "$x$"),
    (b"SELECT \"open;\n", "1:8", "quote"),
    (b"SELECT 1;\n\\i other.sql\n", "2:1", "psql meta-command \\i cannot run here"),
    (b"SELECT 1;\n-- \xff\n", "2:4", "UTF-8"),
    (b"CREATE TABLE t (id int);\nCOPY t FROM stdin;\n1\n", "2:1", "COPY"),
])
def test_what_needs_no_server_is_found_before_anything_runs(cli, folder, database, data, place, message):
    folder.write("000_first.up.sql", "CREATE TABLE first (id int);")
    err = failing(cli, folder, data, code=1)
    assert err.startswith(f"migrations/001_x.up.sql:{place}: error: ") and message in err
    assert versions(database) == []
