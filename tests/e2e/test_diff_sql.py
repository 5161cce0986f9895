"""`diff A B --sql`: the SQL makes A like B, or there is none and it is said why."""
import pytest

from harness.message import said
from test_fingerprint import changed, objects

pytestmark = pytest.mark.once


@pytest.fixture
def other(new_database):
    return new_database()


def objects_of(cli, database):
    return objects(cli, env={"DATABASE_URL": database.url})


def bring(cli, database, other):
    """Makes `database` like `other` by the SQL, which is given back."""
    result = cli("diff", database.url, other.url, "--sql").failed(1)
    assert result.out, result.err
    database.query(result.out)
    assert changed(objects_of(cli, database), objects_of(cli, other)) == set()
    return result.out


def test_tables_that_need_each_other(cli, database, other, new_database):
    other.query("""
        CREATE SCHEMA shop;
        CREATE TABLE shop.a (id serial PRIMARY KEY, b bigint, n int DEFAULT 5 NOT NULL CHECK (n > 0));
        CREATE TABLE shop.b (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a int REFERENCES shop.a);
        ALTER TABLE shop.a ADD FOREIGN KEY (b) REFERENCES shop.b; CREATE INDEX b_a ON shop.b (a);
        CREATE VIEW shop.v AS SELECT id, n FROM shop.a""")
    assert "-- proven on PostgreSQL" in bring(cli, database, other)
    text = bring(cli, other, new_database())
    assert "-- loses: table shop.a and its rows\nDROP TABLE shop.a;\n" in text


def test_what_reads_a_column_comes_back_around_its_type(cli, database, other):
    make = """
        CREATE TABLE a (id int PRIMARY KEY, n {} DEFAULT 1, doubled int);
        CREATE VIEW v WITH (security_barrier) AS SELECT id, n FROM a; CREATE VIEW over_v AS SELECT n FROM v;
        CREATE MATERIALIZED VIEW m AS SELECT n FROM over_v; CREATE INDEX m_n ON m (n);
        CREATE POLICY p ON a USING (n > 0); CREATE INDEX a_n ON a (n); ALTER TABLE a ADD CONSTRAINT small CHECK (n < 100);
        COMMENT ON VIEW v IS 'kept'; COMMENT ON COLUMN v.n IS 'too'; COMMENT ON INDEX m_n IS 'and this';
        GRANT SELECT ON v TO PUBLIC; GRANT UPDATE (n) ON over_v TO PUBLIC; CREATE RULE r AS ON DELETE TO a WHERE old.n = 1 DO NOTHING"""
    database.query(make.format("int") + "; INSERT INTO a VALUES (1, 7)")
    other.query(make.format("bigint"))
    text = bring(cli, database, other)
    assert "-- proven on PostgreSQL" in text and "DROP TABLE" not in text
    assert database.query("SELECT n, pg_typeof(n)::text FROM over_v") == [(7, "bigint")]


def test_what_has_no_sql_is_refused_and_nothing_is_printed(cli, database, other):
    database.query("CREATE TABLE p (a int, b int) PARTITION BY RANGE (a); CREATE TABLE t (a int, b int)")
    other.query("CREATE TABLE p (a int, b int) PARTITION BY RANGE (b); CREATE TABLE t (b int, a int); CREATE TABLE added (a int)")
    result = cli("diff", database.url, other.url, "--sql").failed(1)
    assert result.out == ""
    assert "no SQL: table public.p: how a table is partitioned cannot be changed" in result.err
    assert "no SQL: table public.t: column" in result.err
    document = cli("diff", database.url, other.url, "--sql", "--json").failed(1).json()
    assert document["sql"] == [] and len(document["refusals"]) == 2


def test_equal_ones_need_nothing(cli, database, other):
    assert "\n-- not proven: there is nothing to prove\n" in cli("diff", database.url, other.url, "--sql").ok().out


def test_an_older_file_has_no_sql(cli, database, tmp_path):
    database.query("CREATE TABLE t (a int)")
    (tmp_path / "old.json").write_text(cli("fingerprint", "--explain", "--json").ok().out.replace('"has_dependencies": true', '"older": true'))
    database.query("DROP TABLE t")
    code, line, _ = said(cli("diff", "old.json", "--sql"))
    assert code == 1 and "no SQL: what depends on what is not known before" in line


def test_a_rename_is_known_in_one_database_and_offered_between_two(cli, database, other, tmp_path):
    database.query("CREATE TABLE a (x int, y text)")
    other.query("CREATE TABLE b (x int, y text)")
    text = bring(cli, database, other)
    assert "-- perhaps only renamed, then run this instead: ALTER TABLE public.a RENAME TO b\n" in text
    (tmp_path / "before.json").write_text(cli("fingerprint", "--explain", "--json").ok().out)
    database.query("ALTER TABLE b RENAME TO c; ALTER TABLE c RENAME y TO z")
    text = cli("diff", "before.json", "--sql").failed(1).out
    assert "ALTER TABLE public.b RENAME TO c;\n" in text and "ALTER TABLE public.b RENAME COLUMN y TO z;\n" in text


def test_a_new_label_comes_before_what_is_away_meanwhile(cli, database, other):
    make = "CREATE TYPE e AS ENUM ({}); CREATE TABLE t (n {}); CREATE VIEW v AS SELECT n FROM t"
    database.query(make.format("'a'", "int"))
    other.query(make.format("'a', 'b'", "bigint"))
    text = bring(cli, database, other)
    assert text.index("ADD VALUE") < text.index("BEGIN;") < text.index("DROP VIEW")
    assert text.count("COMMIT;") == 1


def test_a_parent_more_or_less_leaves_the_others(cli, database, other):
    make = "CREATE TABLE p (a int); CREATE TABLE q (b int); CREATE TABLE r (c int); CREATE TABLE k (b int, c int) INHERITS (p)"
    database.query(make)
    other.query(f"{make}; ALTER TABLE k INHERIT q; ALTER TABLE k INHERIT r")
    text = bring(cli, database, other)
    assert "-- proven on PostgreSQL" in text and "NO INHERIT" not in text
    other.query("ALTER TABLE k NO INHERIT q")
    assert "ALTER TABLE public.k NO INHERIT public.q;" in bring(cli, database, other)
    other.query("ALTER TABLE k INHERIT q; ALTER TABLE k NO INHERIT r; ALTER TABLE k INHERIT r")
    database.query("ALTER TABLE k INHERIT q")
    assert "table public.k: the order of what it inherits from" in cli("diff", database.url, other.url, "--sql").failed(1).err
