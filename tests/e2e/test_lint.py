"""`lint`: what is looked at, what it is judged with, what counts, how it ends."""
import json
import os
import subprocess

import pytest

from harness.message import first, hint, said

DANGEROUS = "CREATE INDEX by_total ON orders (total);\n"
TABLE = "CREATE TABLE orders (id bigint PRIMARY KEY, total numeric);\n"


@pytest.fixture
def cli(cli_without_database):
    """Nothing here asks a database."""
    return cli_without_database


@pytest.fixture
def shop(folder):
    folder.pair("001_orders", TABLE, "DROP TABLE orders;\n")
    folder.pair("002_index", DANGEROUS, "DROP INDEX by_total;\n")
    folder.pair("003_notes", "CREATE TABLE notes (id bigint PRIMARY KEY);\n", "DROP TABLE notes;\n")
    return folder


def found(result):
    """(file, line, rule) of what counts."""
    return [(finding["file"], finding["line"], finding["rule"]) for finding in result.json()["findings"]
            if finding["severity"] != "notice"]


INDEX = ("migrations/002_index.up.sql", 1, "create-index-blocking")


def test_the_usual_folder(cli, shop):
    result = cli("lint", "--json").failed(1)
    document = result.json()
    assert found(result) == [INDEX]
    assert document["schema"] == "migrate-safe/lint/1" and document["exit_code"] == 1
    assert [row["file"] for row in document["files"]] == [f"migrations/{name}" for name in (
        "001_orders.up.sql", "001_orders.down.sql", "002_index.up.sql", "002_index.down.sql",
        "003_notes.up.sql", "003_notes.down.sql")]
    locks, = (finding["locks"] for finding in document["findings"]
              if finding["rule"] == "create-index-blocking")
    assert locks[0]["relation"] == "public.orders" and locks[0]["mode"] == "SHARE"
    assert locks[0]["blocks_writes"] and not locks[0]["blocks_reads"]


def test_text_points_at_it(cli, shop):
    lines = cli("lint").failed(1).out.splitlines()
    at = lines.index(next(line for line in lines if "[create-index-blocking]" in line))
    assert lines[at].startswith("migrations/002_index.up.sql:1:1: ")
    assert lines[at + 1] == "  1 | CREATE INDEX by_total ON orders (total)"
    assert lines[at + 2] == "    | ^"
    assert lines[at + 3].startswith("  locks:   SHARE on public.orders")
    assert lines[-1].startswith("6 files: ") and lines[-1].endswith("migrate-safe lint --explain RULE")


def test_colour_only_on_a_terminal(cli, shop):
    assert "\033[" not in cli("lint").out
    assert "\033[31merror[create-index-blocking]\033[0m: " in cli.in_terminal("lint").out
    assert "\033[3" not in cli.in_terminal("lint", env={"NO_COLOR": "1"}).out


@pytest.mark.parametrize("argument", ["migrations/002_index.up.sql", "./migrations//002_index.up.sql", "{here}"])
def test_a_file_is_judged_with_all_before_it(cli, shop, tmp_path, argument):
    result = cli("lint", "--json", argument.format(here=tmp_path / "migrations/002_index.up.sql")).failed(1)
    assert found(result) == [INDEX] and len(result.json()["files"]) == 1
    # The table is known: NOT NULL needs no guess about what was there.
    assert result.json()["findings"][0]["locks"][0]["relation"] == "public.orders"


def test_a_harmless_file_is_clean_whatever_stands_beside_it(cli, shop):
    assert cli("lint", "migrations/003_notes.up.sql", "migrations/001_orders.up.sql").ok().out.startswith("2 files: ")


def test_other_files_stand_alone(cli, shop, tmp_path):
    (tmp_path / "schema.sql").write_text(TABLE + DANGEROUS)
    shop.write("scratch.sql", DANGEROUS)
    assert found(cli("lint", "--json", "schema.sql").ok()) == []  # made and indexed in one transaction
    assert found(cli("lint", "--json", "migrations/scratch.sql").failed(1)) == [
        ("migrations/scratch.sql", 1, "create-index-blocking")]
    assert ("migrations/scratch.sql", 1, "create-index-blocking") in found(cli("lint", "--json").failed(1))


def test_a_folder_without_a_layout_is_one_chain_in_the_order_of_names(cli, tmp_path):
    (tmp_path / "sql/deeper").mkdir(parents=True)
    (tmp_path / "sql/a.sql").write_text(TABLE)
    (tmp_path / "sql/b.sql").write_text(DANGEROUS)
    (tmp_path / "sql/deeper/c.sql").write_text("DROP TABEL x;\n")
    assert found(cli("lint", "--json", "sql").failed(1)) == [
        ("sql/b.sql", 1, "create-index-blocking"), ("sql/deeper/c.sql", 1, "syntax-error")]
    (tmp_path / "sql/deeper/c.sql").unlink()
    (tmp_path / "sql/b.sql").unlink()
    cli("lint", "sql").ok()
    (tmp_path / "empty").mkdir()
    code, line, what = said(cli("lint", "empty"))
    assert (code, line) == (5, "empty: error: there is no .sql file in this folder") and "lint DIR" in what


def test_stdin(cli, shop):
    assert found(cli("lint", "--json", "-", input=DANGEROUS).failed(1)) == [
        ("stdin.sql", 1, "create-index-blocking")]
    # An editor's text in the place of the file's: the table was renamed before it.
    shop.pair("001_orders", TABLE.replace("orders", "sales"), "DROP TABLE sales;\n")
    result = cli("lint", "--json", "-", "--stdin-filepath", "migrations/002_index.up.sql",
                 input="CREATE INDEX CONCURRENTLY by_total ON sales (total);\n").ok()
    assert [row["file"] for row in result.json()["files"]] == ["migrations/002_index.up.sql"]
    result = cli("lint", "--json", "-", "--stdin-filepath", "migrations/002_index.up.sql",
                 input="CREATE INDEX by_total ON sales (total);\n").failed(1)
    assert result.json()["findings"][0]["relation"] == "public.sales"


def test_downs_are_read_for_their_syntax_only(cli, folder):
    folder.pair("001_a", TABLE, "DROP TABLE orders CASCADE;\nDROP TABEL x;\nTRUNCATE y;\n")
    assert found(cli("lint", "--json").failed(1)) == [("migrations/001_a.down.sql", 2, "syntax-error")]


def test_what_a_layout_says_about_the_transaction(cli, tmp_path):
    folder = tmp_path / "db/migrations"
    folder.mkdir(parents=True)
    concurrently = "CREATE INDEX CONCURRENTLY i ON orders (id);\n"
    text = f"-- migrate:up transaction:false\n{concurrently}-- migrate:down\nDROP INDEX i;\n"
    (folder / "20240101000000_i.sql").write_text(text)
    result = cli("lint", "--json").ok()
    assert found(result) == []
    row, = result.json()["files"]  # up and down of one file are one file
    assert row["file"] == "db/migrations/20240101000000_i.sql"


def test_one_bad_file_hides_no_other(cli, shop, tmp_path):
    shop.write("004_binary.up.sql", b"SELECT 1;\0\n")
    shop.write("005_latin.up.sql", b"SELECT '\xe4';\n")
    shop.write("006_open.up.sql", "CREATE INDEX i ON orders (id);\nSELECT 'never ends;\n")
    shop.write("007_directive.up.sql", "-- migrate-safe: ignore\nCREATE INDEX j ON orders (id);\n")
    result = cli("lint", "--json").failed(1)
    rows = found(result)
    assert INDEX in rows
    assert ("migrations/004_binary.up.sql", 1, "syntax-error") in rows
    assert ("migrations/005_latin.up.sql", 1, "syntax-error") in rows
    assert ("migrations/006_open.up.sql", 1, "create-index-blocking") in rows
    assert ("migrations/006_open.up.sql", 2, "syntax-error") in rows
    assert ("migrations/007_directive.up.sql", 1, "syntax-error") in rows
    assert ("migrations/007_directive.up.sql", 2, "create-index-blocking") in rows
    # What is not there is told, ends with 5, and hides nothing either.
    result = cli("lint", "--json", "nowhere.sql", "migrations/002_index.up.sql").failed(5)
    assert found(result) == [INDEX] and result.json()["unreadable"][0]["file"] == "nowhere.sql"
    assert first(result) == "nowhere.sql: error: there is no such file or folder"


@pytest.mark.skipif(os.geteuid() == 0 and not hasattr(os, "setresuid"), reason="needs another user")
def test_a_file_that_is_no_file(cli, shop):
    (shop.path / "004_pipe.up.sql").symlink_to("nowhere")
    result = cli("lint", "--json").failed(5)
    assert INDEX in found(result) and len(result.json()["unreadable"]) == 1


def test_a_long_file_is_streamed(cli, folder):
    folder.write("001_a.up.sql", TABLE)
    folder.write("002_long.up.sql",
                 "".join(f"INSERT INTO orders VALUES ({i}, {i});\n" for i in range(60000)) +
                 "-- migrate-safe: ignore create-index-blocking: nobody writes yet\n" + DANGEROUS +
                 "CREATE INDEX again ON orders (total);\n")
    assert (folder.path / "002_long.up.sql").stat().st_size > 1024 * 1024
    result = cli("lint", "--json").failed(1)
    assert ("migrations/002_long.up.sql", 60003, "create-index-blocking") in found(result)
    assert [(row["line"], row["reason"]) for row in result.json()["ignored"]
            if row["rule"] == "create-index-blocking"] == [(60002, "nobody writes yet")]


def test_placeholders_have_their_values(cli, folder):
    folder.write("V1__a.sql", "CREATE TABLE ${name} (id int);\n")
    folder.write("V2__b.sql", "/* ${name} */ CREATE INDEX i ON ${name} (id);\n")
    result = cli("lint", "--json", "--set", "name=a_much_longer_name").failed(1)
    finding = result.json()["findings"][0]
    assert finding["relation"] == "public.a_much_longer_name"
    assert (finding["line"], finding["column"]) == (1, 15)  # of the file, as its owner sees it


def test_files_for_other_databases_are_passed_over(cli, folder):
    folder.write("001_a.up.sql", TABLE)
    folder.write("002_b.mysql.up.sql", "ALTER TABLE orders MODIFY total TEXT;\n")
    folder.write("002_b.up.sql", "ALTER TABLE orders MODIFY total TEXT;\n")
    folder.write("002_b.postgres.up.sql", DANGEROUS)
    assert found(cli("lint", "--json").failed(1)) == [
        ("migrations/002_b.postgres.up.sql", 1, "create-index-blocking")]


def test_what_another_tool_fills_in_stands_as_a_name(cli, tmp_path):
    (tmp_path / "a.sql").write_text(
        "{{ if .New }}\nALTER TABLE {{ .Schema }}.a DROP COLUMN b;\n{{ end }}\n"
        "GRANT SELECT ON a TO :READER;\n"
        "DO $$ BEGIN CREATE INDEX i ON {{ .Schema }}.a (b); END $$;\n")
    assert found(cli("lint", "--json", "a.sql").failed(1)) == [
        ("a.sql", 2, "drop-column"), ("a.sql", 5, "statement-after-ael"), ("a.sql", 5, "create-index-blocking")]


def test_commands_of_psql_hide_nothing(cli, tmp_path):
    text = f"BEGIN;\n\\set a `cat b`\n{DANGEROUS}COMMIT;\n"
    (tmp_path / "a.sql").write_text(text)
    assert found(cli("lint", "--json", "a.sql").failed(1)) == [
        ("a.sql", 2, "syntax-error"), ("a.sql", 3, "create-index-blocking")]
    # sqitch gives its scripts to psql, with variables of its own
    (tmp_path / "s/deploy").mkdir(parents=True)
    (tmp_path / "s/sqitch.plan").write_text(
        "%syntax-version=1.0.0\n%project=s\n\na 2024-01-01T00:00:00Z A <a@b.c> # a\n")
    (tmp_path / "s/deploy/a.sql").write_text(text.replace("COMMIT", "GRANT SELECT ON orders TO :a;\nCOMMIT"))
    assert found(cli("lint", "--json", "s").failed(1)) == [("s/deploy/a.sql", 3, "create-index-blocking")]


def test_without_pg_nobody_asked_for_old_servers(cli, tmp_path):
    (tmp_path / "a.sql").write_text("CREATE OR REPLACE TRIGGER t BEFORE INSERT ON a EXECUTE FUNCTION f();\n")
    assert "newer-syntax" not in cli("lint", "--json", "a.sql").out
    assert "newer-syntax" in cli("lint", "--json", "--pg", "13..18", "a.sql").out


def test_subcommands_and_names_have_places_of_their_own(cli, tmp_path):
    (tmp_path / "a.sql").write_text(
        'ALTER TABLE ONLY shop."A, b" ADD x numeric(3, 2),\n    DROP COLUMN a,\n    ALTER b SET NOT NULL;\n'
        'DROP TABLE IF EXISTS a, "b, c",\n    d;\n')
    places = [(finding["rule"], finding["line"], finding["column"])
              for finding in cli("lint", "--json", "a.sql").failed(1).json()["findings"]]
    for place in (("drop-column", 2, 5), ("set-not-null-scan", 3, 5),
                  ("drop-table", 4, 22), ("drop-table", 4, 25), ("drop-table", 5, 5)):
        assert place in places, places


def test_ignore_comments(cli, shop):
    shop.write("002_index.up.sql",
               "-- migrate-safe: ignore create-index-blocking until 2999-01-01: a small table\n" + DANGEROUS)
    result = cli("lint", "--json").ok()
    assert found(result) == []
    ignored, = result.json()["ignored"]
    assert (ignored["ignored_by"], ignored["reason"]) == ("comment", "a small table")
    shop.write("002_index.up.sql",
               "-- migrate-safe: ignore create-index-blocking until 2020-01-01: a small table\n" + DANGEROUS)
    assert [row[1:] for row in found(cli("lint", "--json").failed(1))] == [
        (1, "expired-ignore"), (2, "create-index-blocking")]
    shop.write("002_index.up.sql", "-- migrate-safe: ignore drop-table: x\n" + DANGEROUS)
    assert [row[1:] for row in found(cli("lint", "--json").failed(1))] == [
        (1, "unused-ignore"), (2, "create-index-blocking")]
    shop.write("002_index.up.sql", "-- migrate-safe: ignore create-index-blokcing: x\n" + DANGEROUS)
    result = cli("lint", "--json").failed(1)
    assert [row[1:] for row in found(result)] == [(1, "unknown-ignore"), (2, "create-index-blocking")]
    assert "create-index-blocking" in result.json()["findings"][0]["message"]
    shop.write("002_index.up.sql", "-- squawk-ignore require-concurrent-index-creation\n" + DANGEROUS)
    assert found(cli("lint", "--json").ok()) == []


def test_a_baseline(cli, shop, tmp_path):
    result = cli("lint", "--write-baseline", "known.json").ok()
    assert result.out == "" and "known.json" in result.err
    assert json.loads((tmp_path / "known.json").read_text())["schema"] == "migrate-safe/lint-baseline/1"
    result = cli("lint", "--baseline", "known.json", "--json").ok()
    assert result.json()["findings"] == [] and result.json()["ignored"][0]["ignored_by"] == "baseline"
    # Other lines around it change nothing; another index does.
    shop.write("002_index.up.sql", "-- a comment\n\n" + DANGEROUS + "CREATE INDEX other ON orders (total, id);\n")
    assert found(cli("lint", "--baseline", "known.json", "--json").failed(1)) == [
        ("migrations/002_index.up.sql", 4, "create-index-blocking")]
    # However the folder is spelled.
    cli("lint", "--write-baseline", "known.json", "migrations").ok()
    cli("lint", "--baseline", "known.json", str(tmp_path / "migrations")).ok()
    (tmp_path / "known.json").write_text("{}")
    code, line, what = said(cli("lint", "--baseline", "known.json"))
    assert (code, line) == (5, "known.json: error: this is no baseline of migrate-safe")
    assert what == "write one: migrate-safe lint --write-baseline known.json"
    assert said(cli("lint", "--baseline", "none.json"))[:2] == (
        5, "migrate-safe: error: there is no baseline none.json")


def git(where, *arguments):
    subprocess.run(["git", "-c", "user.name=Test", "-c", "user.email=test@example.org", *arguments], cwd=where, check=True,
                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)


@pytest.fixture
def repository(shop, tmp_path):
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "all")
    git(tmp_path, "checkout", "-q", "-b", "change")
    return shop


def test_only_what_is_new(cli, repository, tmp_path):
    repository.write("004_new.up.sql", "CREATE INDEX CONCURRENTLY i ON orders (id, total);\n")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "new")
    repository.write("005_untracked \xfc.up.sql", "CREATE INDEX j ON orders ((total + 1));\n")
    result = cli("lint", "--since", "main", "--json").failed(1)
    assert found(result) == [("migrations/005_untracked \xfc.up.sql", 1, "create-index-blocking")]
    assert {row["file"] for row in result.json()["files"]} == {
        "migrations/004_new.up.sql", "migrations/005_untracked \xfc.up.sql"}
    # What main does afterwards is not ours.
    git(tmp_path, "stash", "-u", "-q")
    git(tmp_path, "checkout", "-q", "main")
    repository.write("003_notes.up.sql", "CREATE INDEX k ON orders (id);\n")
    git(tmp_path, "commit", "-q", "-a", "-m", "other")
    git(tmp_path, "checkout", "-q", "change")
    git(tmp_path, "stash", "pop", "-q")
    assert len(cli("lint", "--since", "main", "--json").failed(1).json()["files"]) == 2
    assert cli("lint", "--since", "main", "migrations/002_index.up.sql").ok().out == "0 files: nothing found\n"


def test_since_what(cli, repository, tmp_path):
    code, line, what = said(cli("lint", "--since", "nowhere"))
    assert (code, line) == (5, 'migrate-safe: error: --since: git knows no commit "nowhere"')
    assert "git fetch origin nowhere" in what
    assert said(cli("lint", "--since", "--output=/tmp/x"))[0] == 5
    git(tmp_path, "checkout", "-q", "--orphan", "strange")
    git(tmp_path, "commit", "-q", "-m", "strange")
    assert "have no commit in common" in first(cli("lint", "--since", "main"))
    result = cli("lint", "--since", "main", env={"PATH": "/nonexistent"}).failed(5)
    assert "git" in first(result) and "lint without --since" in hint(result)


def test_since_needs_a_repository(cli, shop):
    code, line, what = said(cli("lint", "--since", "main", env={"GIT_CEILING_DIRECTORIES": "/"}))
    assert (code, line) == (5, "migrate-safe: error: --since needs a git repository, and migrations is in none")
    assert "without --since" in what


@pytest.mark.parametrize("line, message", [
    ("--format yaml", 'there is no format "yaml"'),
    ("--json --format text", "--json and --format text are two formats"),
    ("--threshold off", 'threshold is notice, warning or error, not "off"'),
    ("--fail-on never", 'threshold is notice, warning or error, not "never"'),
    ("--pg 12", 'pg takes majors of PostgreSQL from 13 to 18, not "12"'),
    ("--pg 18..13", 'pg takes majors of PostgreSQL from 13 to 18, not "18..13"'),
    ("--explain create-index-blokcing", 'there is no rule "create-index-blokcing"'),
])
def test_wrong_command_lines(cli, shop, line, message):
    result = cli("lint", *line.split())
    assert result.code == 5 and message in result.err and hint(result)


def test_threshold(cli, shop):
    cli("lint", "--threshold", "error", "migrations/002_index.up.sql", "--assume-timeouts")
    for word, code in (("notice", 1), ("warning", 1)):
        cli("lint", "--fail-on", word).failed(code)
    result = cli("lint", "--threshold=error", "--json")
    assert result.code == (1 if result.json()["counts"]["error"] else 0)


def test_output_is_a_file_and_the_log_stays_readable(cli, shop, tmp_path):
    result = cli("lint", "--format", "gitlab", "--output", "report.json").failed(1)
    assert "create-index-blocking" in result.out and not result.out.startswith("[")
    assert "create-index-blocking" in {row["check_name"] for row in json.loads((tmp_path / "report.json").read_text())}
    assert said(cli("lint", "--format", "gitlab", "--output", "no/such/folder"))[0] == 5


def test_the_rows_of_a_table_are_no_files(cli):
    assert "lint reads files" in first(cli("lint", "--layout", "table"))


def test_rules_are_listed_and_explained(cli, shop):
    rules = {rule["id"]: rule for rule in cli("lint", "--rules", "--json").ok().json()["rules"]}
    listed = cli("lint", "--rules").ok().out
    assert len(rules) >= 100 and all(rule in listed for rule in rules)
    assert all(rule["bad"] and rule["good"] and rule["why"] and rule["instead"] for rule in rules.values())
    page = cli("lint", "--explain", "create-index-blocking").ok().out
    assert "Why\n" in page and "Instead\n" in page and "-- migrate-safe: ignore create-index-blocking: reason" in page
    assert cli("lint", "--explain", "require-concurrent-index-creation").ok().out == page
