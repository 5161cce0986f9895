"""Large files stream: memory stays flat, whatever the size; what changes while it is read is refused."""
import time

import pytest

from harness.history import row, versions
from test_signals import wait_for

MB = 1024 * 1024
# Not under sanitizers: their allocator keeps what is freed.
pytestmark = pytest.mark.once
FLAT = 6 * MB


def run_measured(cli, *arguments, code=0):
    """The result and the peak of the program's resident memory, in bytes, without the code of it and its libraries."""
    running = cli.start(*arguments)
    peak = 0
    while running.is_running():
        try:
            with open(f"/proc/{running.pid}/status") as status:
                kept = {line.split()[0]: int(line.split()[1]) * 1024 for line in status if line.startswith(("VmHWM", "RssFile"))}
            peak = max(peak, kept["VmHWM:"] - kept["RssFile:"])
        except (ProcessLookupError, KeyError):  # it has just ended
            pass
        time.sleep(0.005)
    return running.finish(300).failed(code), peak


def write_statements(folder, size):
    """INSERTs of about a kilobyte."""
    with folder.write("001_many.up.sql").open("w") as file:
        file.write("CREATE UNLOGGED TABLE t (id int, v text);\n")
        count = size // 1024
        for number in range(count):
            file.write(f"INSERT INTO t VALUES ({number}, '{'x' * 980}');\n")
    return count


def write_copy(folder, size):
    with folder.write("001_copy.up.sql").open("w") as file:
        file.write("CREATE UNLOGGED TABLE t (id int, v text);\nCOPY t FROM stdin;\n")
        count = size // 1024
        for number in range(count):
            file.write(f"{number}\t{'x' * 1000}\n")
        file.write("\\.\n")
    return count


@pytest.mark.parametrize("megabytes", [30, 200])
@pytest.mark.parametrize("write", [write_statements, write_copy])
def test_a_large_file_runs_in_flat_memory(cli, folder, database, write, megabytes):
    count = write(folder, megabytes * MB)
    _, peak = run_measured(cli, "up")
    assert database.value("SELECT count(*) FROM t") == count
    assert row(database, versions(database)[0], "up_sql", "dirty") == (None, False)
    assert peak < FLAT, f"{peak / MB:.1f} MB"


@pytest.mark.parametrize("write", [pytest.param(write_statements, marks=pytest.mark.slow), write_copy])
def test_in_steps_too(cli, folder, database, write):
    write(folder, 10 * MB)
    path = next(folder.path.glob("001*"))
    path.write_text("-- migrate-safe: no-transaction\n" + path.read_text())
    _, peak = run_measured(cli, "up")
    assert peak < FLAT, f"{peak / MB:.1f} MB"
    assert versions(database) == ["001"]


def test_many_rows_of_a_select_are_dropped_one_by_one(cli, folder):
    for number, head in ((1, ""), (2, "-- migrate-safe: no-transaction\n")):
        folder.write(f"00{number}_select.up.sql", head + "SELECT repeat('x', 100) FROM"
                     " generate_series(1, 1000000);\n")
    folder.write("003_copy.up.sql", "COPY (SELECT repeat('x', 100) FROM generate_series(1, 1000000))"
                                    " TO STDOUT;\n")
    _, peak = run_measured(cli, "up")
    assert peak < FLAT, f"{peak / MB:.1f} MB"


def test_one_huge_statement_costs_three_times_its_size(cli, folder, database):
    size = 20 * MB
    folder.write("001_huge.up.sql", b"CREATE UNLOGGED TABLE t AS SELECT '" + b"x" * size + b"' AS v;\n")
    _, peak = run_measured(cli, "up")
    assert database.value("SELECT length(v) FROM t") == size
    assert peak < 3 * size + FLAT, f"{peak / MB:.1f} MB"


def test_a_huge_line_of_copy_data_costs_no_more(cli, folder, database):
    size = 20 * MB
    folder.write("001_line.up.sql", b"CREATE UNLOGGED TABLE t (v text);\nCOPY t FROM stdin;\n"
                 + b"x" * size + b"\n\\.\n")
    _, peak = run_measured(cli, "up")
    assert database.value("SELECT length(v) FROM t") == size
    assert peak < 3 * size + FLAT, f"{peak / MB:.1f} MB"


def test_a_thousand_files_in_little_memory(cli, folder, database):
    text = ("-- " + "x" * 96 + "\n") * 300
    for number in range(1, 1001):
        folder.write(f"{number:04d}_n.sql", text + "SELECT 1;\n")
    _, peak = run_measured(cli, "up")
    assert len(versions(database)) == 1000
    assert peak < FLAT, f"{peak / MB:.1f} MB"
    _, peak = run_measured(cli, "up")
    assert peak < FLAT, f"{peak / MB:.1f} MB"


def test_dollar_quotes_across_pieces(cli, folder, database):
    """Bodies, comments and strings lie across whatever pieces a file is read in."""
    body = "\n".join(f"  -- ; ' $x$ {number} 'ü€😀" for number in range(3000))
    text = "".join(f"CREATE FUNCTION f_{n}() RETURNS int LANGUAGE plpgsql AS $f${body}\nBEGIN\n"
                   f"  RETURN {n}; /* ' */\nEND $f$;\n/* {body} */\n" for n in range(12))
    folder.write("001_bodies.up.sql", text)
    assert len(text) > MB
    cli("up").ok()
    assert database.query("SELECT f_0(), f_11()") == [(0, 11)]
    assert row(database, "001", "statements_total") == (12,)


PADDING = "SELECT 1; -- " + "x" * 1000 + "\n"


def change_while_it_runs(cli, folder, database, change):
    path = folder.write("001_big.up.sql", "CREATE TABLE t (id int);\n" + PADDING * 1000
                        + "SELECT pg_sleep(1);\n" + PADDING * 3000 + "CREATE TABLE last (id int);\n")
    running = cli.start("up")
    wait_for(database, "wait_event = 'PgSleep'")
    change(path)
    return running.finish()


@pytest.mark.parametrize("change", [
    lambda path: path.write_text(path.read_text().replace("CREATE TABLE last", "CREATE TABLE lost")),
    lambda path: path.write_text(path.read_text()[:2 * MB]),
], ids=["same size", "shorter"])
def test_a_file_that_changes_while_it_runs_is_rolled_back(cli, folder, database, change):
    result = change_while_it_runs(cli, folder, database, change).failed(2)
    assert "001_big.up.sql" in result.err and "changed while it was being run" in result.err
    assert "nothing of version 001 is in the database" in result.err
    assert versions(database) == [] and not database.has("t")


def test_what_is_appended_while_it_runs_counts_as_edited(cli, folder, database):
    """What was planned ran, and no more."""
    def append(path):
        with path.open("a") as file:
            file.write("CREATE TABLE more (id int);\n")

    assert change_while_it_runs(cli, folder, database, append).code == 0
    assert database.has("last") and not database.has("more")
    assert "edited" in cli("status").ok().out


def test_a_file_that_vanishes_before_it_runs(cli, folder, database):
    folder.write("001_slow.up.sql", "SELECT pg_sleep(0.5);")
    folder.write("002_big.up.sql", PADDING * 2000)
    running = cli.start("up")
    wait_for(database, "wait_event = 'PgSleep'")
    folder.remove("002_big.up.sql")
    result = running.finish().failed(2)
    assert "migrations/002_big.up.sql: error: cannot be read: No such file or directory" in result.err
    assert versions(database) == ["001"]
