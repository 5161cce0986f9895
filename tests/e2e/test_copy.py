"""COPY ... FROM stdin with its data in the file, as pg_dump writes it."""
import pytest

from harness.history import row, versions


def test_data_as_pg_dump_writes_it(cli, folder, database, new_database):
    other = new_database()
    other.query("CREATE TABLE t (id int, v text, b bytea, a text[]); INSERT INTO t VALUES"
                " (1, E'tab\\there\\nline \\\\ back', '\\xdead00', '{a,\"b c\"}'), (2, NULL, NULL, NULL),"
                " (3, '\\.', '', '{}'), (4, 'ü€😀', NULL, NULL), (5, '', NULL, NULL)")
    import subprocess
    from harness.server import find_tool
    tool = find_tool("pg_dump", other.server.major)
    if tool is None:
        pytest.skip("no pg_dump")
    dump = subprocess.run([tool, "-d", other.url], check=True, stdout=subprocess.PIPE).stdout
    folder.write("001_dump.up.sql", dump)
    cli("up").ok()
    rows = "SELECT * FROM public.t ORDER BY id"
    assert database.query(rows) == other.query(rows)


@pytest.mark.parametrize("head", ["", "-- migrate-safe: no-transaction\n", "BEGIN;\n"],
                         ids=["one transaction", "steps", "own block"])
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_in_every_way_of_running(cli, folder, database, head, end):
    text = head + "CREATE TABLE t (id int, v text);\nCOPY t FROM stdin;\n1\tone\n2\ttwo\n\\.\n" \
                  "COPY t (v, id) FROM STDIN WITH (FORMAT csv, HEADER);\nv,id\n\"a;b\",3\n\\.\n" \
                  "copy t from stdin;\n\\.\nSELECT 1;\n" + ("COMMIT;\n" if head == "BEGIN;\n" else "")
    folder.write("001_copy.up.sql", text.replace("\n", end).encode())
    cli("up").ok()
    assert database.query("SELECT * FROM t ORDER BY id") == [(1, "one"), (2, "two"), (3, "a;b")]
    assert row(database, "001", "statements_total") == (5,)


def test_data_that_looks_like_sql(cli, folder, database):
    folder.write("001_copy.up.sql", "CREATE TABLE t (v text);\nCOPY t FROM stdin;\n"
                                    "';\n-- migrate\n$$\n/*\nCOMMIT;\n\\\\restrict x\n\\.\n")
    cli("up").ok()
    assert [value for value, in database.query("SELECT v FROM t")] == [
        "';", "-- migrate", "$$", "/*", "COMMIT;", "\\restrict x"]


def test_a_failure_behind_the_data_takes_it_back(cli, folder, database):
    folder.write("001_copy.up.sql", "CREATE TABLE t (id int);\nCOPY t FROM stdin;\n1\n\\.\nSELECT 1/0;\n")
    assert "001_copy.up.sql:5:1: error: division by zero" in cli("up").failed(2).err
    assert not database.has("t") and versions(database) == []


def test_a_failure_before_the_data_is_told_at_its_own_place(cli, folder, database):
    folder.write("001_copy.up.sql", "CREATE TABLE t (id int);\nSELECT nope;\nCOPY t FROM stdin;\n1\n\\.\n")
    assert "001_copy.up.sql:2:8: error: column \"nope\"" in cli("up").failed(2).err


def test_the_table_is_not_there(cli, folder):
    folder.write("001_copy.up.sql", "SELECT 1;\nCOPY nothing FROM stdin;\n1\n\\.\nSELECT 2;\n")
    assert '001_copy.up.sql:2:1: error: relation "nothing" does not exist' in cli("up").failed(2).err


def test_copy_from_a_file_of_the_server_is_the_servers(cli, folder, database):
    folder.write("001_copy.up.sql", "CREATE TABLE t (v text);\nCOPY t FROM PROGRAM 'echo hello';\n")
    cli("up").ok()
    assert database.query("SELECT v FROM t") == [("hello",)]


def test_what_begins_with_copy_and_is_none(cli, folder, database):
    folder.write("001_copy.up.sql", "CREATE TABLE copy_of (id int);\nCOPY copy_of TO STDOUT;\n"
                                    "/* x */ COPY copy_of (id) FROM stdin;\n7\n\\.\n")
    cli("up").ok()
    assert database.query("SELECT id FROM copy_of") == [(7,)]


def test_copy_in_a_down(cli, folder, database):
    folder.pair("001_t", "CREATE TABLE t (id int);",
                "DROP TABLE t;\nCREATE TABLE gone (id int);\nCOPY gone FROM stdin;\n1\n\\.\n")
    cli("up").ok()
    cli("down", "-s").ok()
    assert database.query("SELECT id FROM gone") == [(1,)]
