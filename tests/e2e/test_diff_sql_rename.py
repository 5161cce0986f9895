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
def test_a_rename_and_its_way_back(cli, database, tmp_path, change):
    database.query(MAKE)
    rows, oids = database.query("SELECT * FROM app.t, app.kid"), database.query(OIDS)
    back = there_and_back(cli, database, tmp_path, change)
    assert database.query("SELECT * FROM app.t, app.kid") == rows
    assert database.query(OIDS) == oids, back
