"""`diff --sql` between two moments of one database: what was renamed is renamed back, with all that it holds."""
import pytest

from test_fingerprint import changed, objects

pytestmark = pytest.mark.once


def snapshot(cli, tmp_path, name):
    path = tmp_path / f"{name}.json"
    path.write_text(cli("fingerprint", "--explain", "--json").ok().out)
    return path


def objects_of(cli, database):
    return objects(cli, env={"DATABASE_URL": database.url})


def sql(cli, *sides):
    result = cli("diff", *sides, "--sql").failed(1)
    assert "\n-- proven on PostgreSQL" in result.out, result.err
    return result.out


def there_and_back(cli, database, tmp_path, change):
    """What a change did, undone and done again by the SQL of `diff`. Gives the SQL of the way back."""
    before, was = snapshot(cli, tmp_path, "before"), objects_of(cli, database)
    database.query(change)
    after, will = snapshot(cli, tmp_path, "after"), objects_of(cli, database)
    back, forth = sql(cli, after, before), sql(cli, before, after)
    database.query(back)
    assert changed(objects_of(cli, database), was) == set(), back
    database.query(forth)
    assert changed(objects_of(cli, database), will) == set(), forth
    database.query(back)
    return back


MAKE = """
    CREATE SCHEMA app; CREATE SCHEMA other;
    CREATE TYPE app.mood AS ENUM ('sad', 'ok'); CREATE DOMAIN app.small AS int CONSTRAINT least CHECK (VALUE > 0);
    CREATE TYPE app.pair AS (x int, y app.mood);
    CREATE TABLE app.t (id serial PRIMARY KEY, n app.small DEFAULT 1, m app.mood DEFAULT 'ok' NOT NULL, p app.pair,
                        d int GENERATED ALWAYS AS (id * 2) STORED, CONSTRAINT big CHECK (n < 100));
    CREATE TABLE app.kid (id bigint GENERATED ALWAYS AS IDENTITY, t int REFERENCES app.t (id), UNIQUE (t));
    CREATE INDEX t_n ON app.t (n) WHERE m = 'ok'; CREATE STATISTICS app.t_s ON id, n FROM app.t;
    CREATE VIEW app.v AS SELECT id, n, m FROM app.t; CREATE MATERIALIZED VIEW app.mv AS SELECT n FROM app.v;
    CREATE POLICY mine ON app.t USING (n > 1); CREATE RULE no_kids AS ON DELETE TO app.kid DO INSTEAD NOTHING;
    CREATE FUNCTION app.f(app.t) RETURNS app.mood LANGUAGE sql BEGIN ATOMIC SELECT ($1).m; END;
    CREATE FUNCTION app.g() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
    CREATE PROCEDURE app.proc(x app.pair) LANGUAGE plpgsql AS 'BEGIN PERFORM 1; END';
    CREATE TRIGGER g BEFORE UPDATE OF n ON app.t FOR EACH ROW WHEN (new.m = 'ok') EXECUTE FUNCTION app.g();
    COMMENT ON COLUMN app.t.n IS 'how many'; COMMENT ON TABLE app.t IS 'things'; GRANT SELECT (n) ON app.t TO PUBLIC;
    INSERT INTO app.t (n, p) VALUES (7, (1, 'sad')), (8, NULL); INSERT INTO app.kid (t) VALUES (1)"""

RENAMES = {
    "everything": """ALTER SCHEMA app RENAME TO shop; ALTER TABLE shop.t RENAME TO u; ALTER TABLE shop.u RENAME n TO number;
        ALTER TABLE shop.u RENAME id TO key; ALTER TYPE shop.mood RENAME TO feeling; ALTER VIEW shop.v RENAME TO w;
        ALTER FUNCTION shop.f RENAME TO t; ALTER TYPE shop.pair SET SCHEMA other""",
    "table": "ALTER TABLE app.t RENAME TO u",
    "column": "ALTER TABLE app.t RENAME n TO number",
    "key column": "ALTER TABLE app.t RENAME id TO key",
    "schema": "ALTER SCHEMA app RENAME TO shop",
    "table into another schema": "ALTER TABLE app.t SET SCHEMA other",
    "table into a new schema under another name": "CREATE SCHEMA made; ALTER TABLE app.t SET SCHEMA made; ALTER TABLE made.t RENAME TO u",
    "constraint": "ALTER TABLE app.t RENAME CONSTRAINT big TO large; ALTER TABLE app.t RENAME CONSTRAINT t_pkey TO t_key",
    "foreign key": "ALTER TABLE app.kid RENAME CONSTRAINT kid_t_fkey TO of_t",
    "index": "ALTER INDEX app.t_n RENAME TO t_number; ALTER INDEX app.kid_t_key RENAME TO kid_one",
    "sequence": "ALTER SEQUENCE app.t_id_seq RENAME TO ids; ALTER SEQUENCE app.kid_id_seq RENAME TO kid_ids",
    "enum": "ALTER TYPE app.mood RENAME TO feeling",
    "enum's labels": "ALTER TYPE app.mood RENAME VALUE 'ok' TO 'fine'",
    "enum's labels swapped": "ALTER TYPE app.mood RENAME VALUE 'ok' TO 'x'; ALTER TYPE app.mood RENAME VALUE 'sad' TO 'ok'; ALTER TYPE app.mood RENAME VALUE 'x' TO 'sad'",
    "domain and its constraint": "ALTER DOMAIN app.small RENAME TO little; ALTER DOMAIN app.little RENAME CONSTRAINT least TO lowest",
    "domain into another schema": "ALTER DOMAIN app.small SET SCHEMA other",
    "composite type and its attribute": "ALTER TYPE app.pair RENAME TO two; ALTER TYPE app.two RENAME ATTRIBUTE x TO z",
    "function": "ALTER FUNCTION app.f RENAME TO mood_of; ALTER FUNCTION app.g SET SCHEMA other",
    "procedure": "ALTER PROCEDURE app.proc RENAME TO run",
    "trigger": "ALTER TRIGGER g ON app.t RENAME TO h",
    "policy": "ALTER POLICY mine ON app.t RENAME TO ours",
    "rule": "ALTER RULE no_kids ON app.kid RENAME TO none",
    "view": "ALTER VIEW app.v RENAME TO w; ALTER VIEW app.w SET SCHEMA other; ALTER VIEW other.w RENAME COLUMN n TO number",
    "materialized view": "ALTER MATERIALIZED VIEW app.mv RENAME TO mw; ALTER MATERIALIZED VIEW app.mw RENAME COLUMN n TO number",
    "statistics": "ALTER STATISTICS app.t_s RENAME TO t_stats; ALTER STATISTICS app.t_stats SET SCHEMA other",
    "tables swapped": "ALTER TABLE app.t RENAME TO x; ALTER TABLE app.kid RENAME TO t; ALTER TABLE app.x RENAME TO kid",
    "columns swapped": "ALTER TABLE app.t RENAME id TO x; ALTER TABLE app.t RENAME n TO id; ALTER TABLE app.t RENAME x TO n",
    "schemas swapped": "ALTER SCHEMA app RENAME TO x; ALTER SCHEMA other RENAME TO app; ALTER SCHEMA x RENAME TO other",
    "hostile names": """ALTER SCHEMA app RENAME TO "a.b ""c""; --"; ALTER TABLE "a.b ""c""; --".t RENAME TO "select";
        ALTER TABLE "a.b ""c""; --"."select" RENAME n TO "naïve on, (x)"; ALTER TABLE "a.b ""c""; --"."select" RENAME id TO "table
line"; ALTER TABLE "a.b ""c""; --".kid RENAME TO "ééééééééééééééééééééééééééééééé1" """,
}
OIDS = "SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname !~ '^(pg_|info)' ORDER BY 1"


@pytest.mark.slice
@pytest.mark.parametrize("change", RENAMES.values(), ids=RENAMES)
def test_a_rename_and_its_way_back(cluster, cli, database, tmp_path, change):
    # a body in SQL's own syntax came with 14
    database.query(MAKE if cluster.major >= 14 else MAKE.replace("BEGIN ATOMIC SELECT ($1).m; END;", "AS 'SELECT ($1).m';"))
    rows, oids = database.query("SELECT * FROM app.t, app.kid"), database.query(OIDS)
    back = there_and_back(cli, database, tmp_path, change)
    assert database.query("SELECT * FROM app.t, app.kid") == rows
    assert database.query(OIDS) == oids, back


MORE = """
    CREATE SCHEMA app; CREATE SCHEMA other;
    CREATE TABLE app.p (id int PRIMARY KEY, n int CHECK (n > 0)) PARTITION BY RANGE (id);
    CREATE TABLE app.p1 PARTITION OF app.p FOR VALUES FROM (1) TO (10);
    CREATE TABLE app.p2 PARTITION OF app.p FOR VALUES FROM (10) TO (20); CREATE INDEX p_n ON app.p (n);
    CREATE TABLE app.ref (id int REFERENCES app.p, x serial);
    CREATE TYPE app.pair AS (a int, b text); CREATE TABLE app.typed OF app.pair; CREATE VIEW app.typed_v AS SELECT a FROM app.typed;
    CREATE TABLE app.base (a int CONSTRAINT pos CHECK (a > 0), b text); CREATE TABLE app.derived (c int) INHERITS (app.base);
    CREATE FUNCTION app.g() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
    CREATE TRIGGER g AFTER INSERT ON app.p FOR EACH ROW EXECUTE FUNCTION app.g();
    CREATE TYPE app.e AS ENUM ('x', 'y'); CREATE TABLE app.list (e app.e) PARTITION BY LIST (e);
    CREATE TABLE app.list_x PARTITION OF app.list FOR VALUES IN ('x');
    CREATE PUBLICATION pub FOR TABLE app.ref; CREATE FOREIGN DATA WRAPPER fdw; CREATE SERVER srv FOREIGN DATA WRAPPER fdw;
    CREATE FOREIGN TABLE app.ft (a int) SERVER srv;
    CREATE FUNCTION app.f(app.e, app.e) RETURNS app.e LANGUAGE sql AS 'SELECT $1';
    CREATE OPERATOR app.+ (leftarg = app.e, rightarg = app.e, function = app.f);
    CREATE AGGREGATE app.agg(app.e) (sfunc = app.f, stype = app.e);
    CREATE COLLATION app.coll (locale = 'C'); CREATE TABLE app.sorted (a text COLLATE app.coll);
    CREATE TEXT SEARCH DICTIONARY app.d (template = simple); CREATE TEXT SEARCH CONFIGURATION app.c (copy = english);
    ALTER TEXT SEARCH CONFIGURATION app.c ALTER MAPPING FOR word WITH app.d;
    CREATE TABLE app.two (id serial PRIMARY KEY, v text NOT NULL DEFAULT 'q' CONSTRAINT long CHECK (length(v) > 0),
                          w int REFERENCES app.two, g text GENERATED ALWAYS AS (v || 'x') STORED);
    CREATE UNIQUE INDEX two_v ON app.two (lower(v)); CREATE VIEW app.two_v AS SELECT v, g FROM app.two;
    CREATE VIEW app.j AS SELECT a.id, b.n FROM app.p a JOIN app.ref r USING (id) JOIN app.p b USING (id) WHERE r.x > 0;
    INSERT INTO app.p VALUES (1, 1), (11, 2); INSERT INTO app.ref VALUES (1); INSERT INTO app.typed VALUES (1, 'x');
    INSERT INTO app.derived VALUES (1, 'b', 3); INSERT INTO app.list VALUES ('x'); INSERT INTO app.two (v) VALUES ('r')
""".replace("UNIQUE INDEX two_v", "UNIQUE INDEX two_lower")
ASIDE = "migrate_safe_quarantine"
OTHERS = {
    "set aside": f"""CREATE SCHEMA {ASIDE}; ALTER TABLE app.ref DROP CONSTRAINT ref_id_fkey; ALTER PUBLICATION pub DROP TABLE app.ref;
        DROP VIEW app.j; ALTER TABLE app.ref SET SCHEMA {ASIDE}; ALTER TABLE {ASIDE}.ref RENAME TO ref_027;
        REVOKE ALL ON {ASIDE}.ref_027 FROM CURRENT_USER; COMMENT ON TABLE {ASIDE}.ref_027 IS 'kept';
        DROP VIEW app.two_v; ALTER TABLE app.two ALTER v DROP NOT NULL; ALTER TABLE app.two ALTER v DROP DEFAULT;
        ALTER TABLE app.two RENAME v TO {ASIDE}_027_v; COMMENT ON COLUMN app.two.{ASIDE}_027_v IS 'kept'""",
    "partitions": """ALTER TABLE app.p RENAME id TO key; ALTER TABLE app.p RENAME TO q; ALTER TABLE app.p1 RENAME TO q1;
        ALTER TABLE app.p2 SET SCHEMA other; ALTER TABLE app.q RENAME CONSTRAINT p_n_check TO nn;
        ALTER INDEX app.p_n RENAME TO q_n; ALTER INDEX app.p1_n_idx RENAME TO q1_n; ALTER TRIGGER g ON app.q RENAME TO h""",
    "partitions swapped": "ALTER TABLE app.p1 RENAME TO x; ALTER TABLE app.p2 RENAME TO p1; ALTER TABLE app.x RENAME TO p2",
    "type of a table": "ALTER TYPE app.pair RENAME ATTRIBUTE a TO z CASCADE; ALTER TYPE app.pair RENAME TO q; ALTER TABLE app.typed RENAME TO t",
    "inherited": """ALTER TABLE app.base RENAME a TO z; ALTER TABLE app.base RENAME TO base2;
        ALTER TABLE app.base2 RENAME CONSTRAINT pos TO positive; ALTER TABLE app.derived RENAME c TO a""",
    "label in a bound": "ALTER TYPE app.e RENAME VALUE 'x' TO 'z'; ALTER TYPE app.e RENAME TO f",
    "without a schema": """ALTER PUBLICATION pub RENAME TO pub2; ALTER SERVER srv RENAME TO srv2; ALTER FOREIGN DATA WRAPPER fdw RENAME TO fdw2;
        ALTER FOREIGN TABLE app.ft RENAME TO ft2; ALTER FOREIGN TABLE app.ft2 RENAME a TO b""",
    "operators": """ALTER OPERATOR app.+ (app.e, app.e) SET SCHEMA other; ALTER AGGREGATE app.agg(app.e) RENAME TO agg2;
        ALTER FUNCTION app.f(app.e, app.e) RENAME TO h; ALTER TYPE app.e RENAME TO f""",
    "text": """ALTER COLLATION app.coll SET SCHEMA other; ALTER TEXT SEARCH DICTIONARY app.d RENAME TO e;
        ALTER TEXT SEARCH CONFIGURATION app.c SET SCHEMA other; ALTER TEXT SEARCH CONFIGURATION other.c RENAME TO e""",
    "constraint and key swapped": """ALTER TABLE app.two RENAME CONSTRAINT two_pkey TO x;
        ALTER TABLE app.two RENAME CONSTRAINT long TO two_pkey; ALTER TABLE app.two RENAME CONSTRAINT x TO long""",
    "a name that was free": """ALTER TABLE app.two SET SCHEMA other; CREATE TABLE app.two (id serial PRIMARY KEY, v text);
        ALTER TABLE app.base RENAME b TO a_b; ALTER TABLE app.base ADD b text""",
    "a changed body and view": """ALTER FUNCTION app.g() RENAME TO h; ALTER TABLE app.ref RENAME x TO y;
        CREATE OR REPLACE FUNCTION app.h() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN new.n := 1; RETURN new; END';
        CREATE OR REPLACE VIEW app.j AS SELECT a.id, b.n FROM app.p a JOIN app.ref r USING (id) JOIN app.p b USING (id) WHERE r.y > 1""",
    "a new type of what is renamed": "ALTER TABLE app.base RENAME TO base2; ALTER TABLE app.derived RENAME c TO d; ALTER TABLE app.derived ALTER d TYPE bigint",
}
ROWS = """
    SELECT c.oid::regclass::text, query_to_xml(format('SELECT * FROM %s ORDER BY 1', c.oid::regclass), true, true, '')::text
    FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname !~ '^(pg_|info)' AND relkind = 'r' ORDER BY 1"""


@pytest.mark.slice
@pytest.mark.parametrize("change", OTHERS.values(), ids=OTHERS)
def test_rows_are_where_they_were(cli, database, tmp_path, change):
    database.query(MORE)
    rows, tables = database.query(ROWS), database.query(OIDS.replace("ORDER", "AND relkind = 'r' ORDER"))
    there_and_back(cli, database, tmp_path, change)
    assert database.query(ROWS) == rows
    assert database.query(OIDS.replace("ORDER", "AND relkind = 'r' ORDER")) == tables


def test_what_no_rename_explains_is_refused(cli, database, tmp_path):
    database.query(MORE)
    before = snapshot(cli, tmp_path, "before")
    database.query("ALTER TABLE app.derived NO INHERIT app.base; ALTER TABLE app.derived RENAME a TO z")
    result = cli("diff", before, "--sql").failed(1)
    assert result.out == "" and "column app.derived.a: it is called app.derived.z now, and nothing renames it so by itself" in result.err
    database.query("ALTER TABLE app.derived RENAME z TO a; ALTER TABLE app.derived INHERIT app.base")
    database.query("ALTER TYPE app.e RENAME VALUE 'y' TO 'z'")
    database.query("ALTER TYPE app.e ADD VALUE 'a'")
    result = cli("diff", before, "--sql").failed(1)
    assert result.out == "" and "enum app.e: label 'y' is gone" in result.err


def test_a_text_that_stayed_while_names_were_swapped_is_another(cli, database, tmp_path):
    database.query("CREATE TABLE t (a int, b int); CREATE VIEW v AS SELECT 1 AS one FROM t WHERE a > b; INSERT INTO t VALUES (1, 2)")
    there_and_back(cli, database, tmp_path, """ALTER TABLE t RENAME a TO c; ALTER TABLE t RENAME b TO a; ALTER TABLE t RENAME c TO b;
        CREATE OR REPLACE VIEW v AS SELECT 1 AS one FROM t WHERE a > b""")
    assert database.query("SELECT a, b FROM t") == [(1, 2)] and database.query("SELECT * FROM v") == []
