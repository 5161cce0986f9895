"""The team's own queries, and what must be the same before and after a change."""
import pytest

from harness.verified import Verified, whole

pytestmark = pytest.mark.once


@pytest.fixture
def own(tmp_path, database):
    database.query("CREATE TABLE orders (id int, total int); INSERT INTO orders SELECT i, i - 3 FROM generate_series(1, 9) i")
    (tmp_path / "checks").mkdir()
    return tmp_path / "checks"


def test_own_queries(cli, own):
    (own / "a.sql").write_text("-- name: no negative totals\n-- why: accounting\nSELECT id, total FROM orders WHERE total < 0;\n")
    (own / "b.sql").write_text("-- severity: warn\nSELECT * FROM orders WHERE id > 2;\n")
    (own / "c.sql").write_text("SELECT 1 WHERE false;\nSELECT 2 WHERE false;\n")
    verified = Verified(cli("verify", "--json").failed(3))
    bad, = verified.of("own.queries", "fail")
    assert bad["value"] == "no negative totals: 2 rows"
    assert bad["details"] == ["why: accounting", "id=1, total=-2", "id=2, total=-1"]
    assert str(own.name) in bad["fix"]
    much, = verified.of("own.queries", "warn")
    assert much["value"] == "b.sql: 7 rows" and much["details"][-1] == "and 2 more"
    assert verified.of("own.queries", "pass")[0]["value"] == "2 queries"


@pytest.mark.parametrize("text, verdict, says", [
    ("DELETE FROM orders RETURNING id;", "fail", "syntax error"),
    ("WITH gone AS (DELETE FROM orders RETURNING id) SELECT * FROM gone;", "fail", "WITH"),
    ("SELECT nextval('s');", "fail", "read-only"),
    ("SELECT nonsense FROM orders;", "fail", "a.sql:1:8"),
    ("SELECT 'open", "fail", "unterminated"),
    ("-- nothing", "fail", "it has no query"),
    ("SELECT pg_sleep(60);", "unknown", "statement timeout"),
])
def test_own_queries_that_cannot_be_run(cli, own, database, text, verdict, says):
    database.query("CREATE SEQUENCE s")
    (own / "a.sql").write_text(text + "\n")
    (own / "b.sql").write_text("SELECT 1 WHERE false;\n")
    verified = Verified(cli("verify", "--json", "--only", "own", "--statement-timeout", "300ms"))
    check, = verified.of("own.queries", verdict)
    assert says in whole(check), check
    assert verified.of("own.queries", "pass")[0]["value"] == "1 query"
    assert database.value("SELECT count(*) FROM orders") == 9


def test_own_queries_elsewhere(cli, own, tmp_path):
    own.rename(tmp_path / "rules")
    assert not Verified(cli("verify", "--json").ok()).of("own.queries")
    assert Verified(cli("verify", "--json", "--checks", "rules").ok()).only("own.queries", "pass")["value"] == "0 queries"
    assert "nowhere" in cli("verify", "--checks", "nowhere").failed(5).err
    own.mkdir()
    (tmp_path / "rules").rename(own / "rules")
    (own / "migrate-safe.yaml").write_text("defaults:\n  checks: rules\n")  # paths start at its folder
    assert Verified(cli("verify", "--json", "--config", "checks/migrate-safe.yaml").ok()).of("own.queries")


# Before and after


@pytest.fixture
def kept(cli, tmp_path, database):
    database.query("CREATE TABLE orders (id int); CREATE TABLE lines (id int); CREATE TABLE credentials (id int, kind text);"
                   "INSERT INTO orders SELECT generate_series(1, 5); INSERT INTO credentials VALUES (1, 'postgres'), (2, 'mail')")
    (tmp_path / "dependents").mkdir()
    (tmp_path / "dependents/credentials.sql").write_text("SELECT id, kind FROM credentials ORDER BY id;\n")
    shown = cli("verify", "--before", "before.json").ok().out
    assert "3 tables and 1 answer kept in before.json" in shown and "verify --after before.json" in shown
    assert (tmp_path / "before.json").stat().st_mode & 0o777 == 0o600


def after(cli, *arguments):
    return Verified(cli("verify", "--json", "--after", "before.json", "--only", "before", *arguments))


def test_nothing_has_changed(cli, kept):
    verified = after(cli)
    assert verified.only("before.counts", "pass")["value"] == "3 tables"
    assert verified.only("before.dependents", "pass")["value"] == "1 query"


def test_rows_that_went_and_answers_that_changed(cli, kept, database):
    database.query("DELETE FROM orders WHERE id < 3; DROP TABLE lines; CREATE TABLE fresh (id int);"
                   "UPDATE credentials SET kind = 'none' WHERE id = 1")
    verified = after(cli)
    gone, fewer = verified.of("before.counts", "fail")
    assert "public.lines: 0 rows before, no such table now" in gone["value"]
    assert fewer["value"] == "public.orders: 5 rows before, 3 now (-2)" and "--expect 'public.orders=-2'" in fewer["fix"]
    assert verified.of("before.counts", "pass")[0]["details"] == ["new since: public.fresh, 0 rows"]
    changed = verified.only("before.dependents", "fail")
    assert "1,postgres" in whole(changed) and "1,none" in whole(changed)
    meant = after(cli, "--expect", "orders=-2", "--expect", "public.lines=gone")
    assert meant.of("before.counts", "fail") == []
    assert after(cli, "--expect", "orders=any").of("before.counts", "fail")[0]["value"].startswith("public.lines")
    assert after(cli, "--expect", "orders=+2").of("before.counts", "fail")[1]["limit"] == "+2"


def test_answers_that_fail(cli, kept, database, tmp_path):
    database.query("ALTER TABLE credentials RENAME kind TO sort")
    assert "it fails now" in after(cli).only("before.dependents", "fail")["value"]
    cli("verify", "--before", "before.json").ok()
    assert "it failed before already" in after(cli).only("before.dependents", "warn")["value"]
    (tmp_path / "dependents/credentials.sql").rename(tmp_path / "dependents/others.sql")
    assert "no such query now" in after(cli).only("before.dependents", "unknown")["value"]


@pytest.mark.parametrize("arguments, says", [
    (["--expect", "orders"], "--expect takes TABLE=+N"), (["--expect", "orders=7"], "--expect takes TABLE=+N"),
    (["--expect", "nonsense=+1"], "there is no table nonsense")])
def test_wrong_expectations(cli, kept, arguments, says):
    assert says in cli("verify", "--after", "before.json", *arguments).failed(5).err


def test_files_that_are_none(cli, kept, tmp_path):
    (tmp_path / "other.json").write_text('{"schema": "other"}')
    assert "no file of verify --before" in cli("verify", "--after", "other.json").failed(1).err
    (tmp_path / "other.json").write_text("{")
    assert cli("verify", "--after", "other.json").code == 5
    assert "absent.json" in cli("verify", "--after", "absent.json").failed(5).err
