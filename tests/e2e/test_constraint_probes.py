"""What a migration's constraints refuse: a wrong row, by that very constraint, and no right one."""
import pytest

import test_sample_rows
from harness.prober import probe

# The server is asked, not the program: under sanitizers it would say the same.
pytestmark = pytest.mark.once

T = "CREATE TABLE t (id int PRIMARY KEY, a int, b text, c int); INSERT INTO t SELECT n, n, 'x' || n, n FROM generate_series(1, 5) n;"
PARENT = "CREATE TABLE parent (id int PRIMARY KEY, x int NOT NULL, y int NOT NULL, UNIQUE (x, y));"
# name: (before, migration, what is probed). All of these hold.
HOLD = {
    "not_null": (T, "ALTER TABLE t ALTER a SET NOT NULL", ["not null a"]),
    "not_null_empty": ("CREATE TABLE t (a int)", "ALTER TABLE t ALTER a SET NOT NULL", ["not null a"]),
    "not_null_serial": ("", "CREATE TABLE t (id serial NOT NULL, b text)", ["not null id"]),
    "not_null_identity": ("", "CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY, b text NOT NULL)", ["not null id", "not null b"]),
    "not_null_default": (T, "ALTER TABLE t ADD d text NOT NULL DEFAULT 'x'", ["not null d"]),
    "not_null_composite": ("CREATE TYPE pair AS (x int, y int)", "CREATE TABLE t (a pair NOT NULL)", ["not null a"]),
    "not_null_repaired": (T, """
        CREATE FUNCTION mend() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.a := coalesce(NEW.a, 0); RETURN NEW; END $$;
        CREATE TRIGGER mend BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION mend();
        ALTER TABLE t ALTER a SET NOT NULL""", ["not null a"]),
    "refusing_trigger": (T, """
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not today'; END $$;
        CREATE TRIGGER refuse BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION refuse();
        ALTER TABLE t ENABLE ALWAYS TRIGGER refuse; ALTER TABLE t ADD UNIQUE (a)""", ["unique t_a_key"]),
    "rule": (T, "CREATE RULE gone AS ON INSERT TO t DO INSTEAD NOTHING; ALTER TABLE t ADD UNIQUE (a)", ["unique t_a_key"]),
    "unique": (T, "ALTER TABLE t ADD CONSTRAINT u UNIQUE (a)", ["unique u"]),
    "unique_empty": ("", "CREATE TABLE t (a int UNIQUE)", ["unique t_a_key"]),
    "unique_pair": (T, "ALTER TABLE t ADD UNIQUE (a, b)", ["unique t_a_b_key"]),
    "unique_with_primary": (T, "ALTER TABLE t ADD UNIQUE (id, a)", ["unique t_id_a_key"]),
    "unique_deferred": (T, "ALTER TABLE t ADD UNIQUE (a) DEFERRABLE INITIALLY DEFERRED", ["unique t_a_key"]),
    "unique_index": (T, "CREATE UNIQUE INDEX i ON t (a)", ["unique i"]),
    "unique_expression": (T, "CREATE UNIQUE INDEX i ON t (lower(b))", ["unique i"]),
    "unique_partial": (T, "CREATE UNIQUE INDEX i ON t (a) WHERE c > 3", ["unique i"]),
    "unique_partial_text": (
        "CREATE TABLE t (a int, s text, gone timestamptz)", "CREATE UNIQUE INDEX i ON t (a) WHERE s = 'active' AND gone IS NULL",
        ["unique i"]),
    "unique_include": (T, "CREATE UNIQUE INDEX i ON t (a) INCLUDE (b)", ["unique i"]),
    "unique_column_new": (T, "ALTER TABLE t ADD e text UNIQUE", ["unique t_e_key"]),
    "unique_uuid": ("", "CREATE TABLE t (u uuid UNIQUE DEFAULT gen_random_uuid(), k text CHECK (k IN ('a', 'b')))",
                    ["check t_k_check", "unique t_u_key"]),
    "primary": ("CREATE TABLE t (a int NOT NULL, b text)", "ALTER TABLE t ADD PRIMARY KEY (a)", ["primary key t_pkey"]),
    "primary_pair": ("", "CREATE TABLE t (a int, b int, PRIMARY KEY (a, b))", ["not null a", "not null b", "primary key t_pkey"]),
    "key": (PARENT, "CREATE TABLE t (p int REFERENCES parent)", ["foreign key t_p_fkey"]),
    "key_deferred": (PARENT, "CREATE TABLE t (p int REFERENCES parent DEFERRABLE INITIALLY DEFERRED)", ["foreign key t_p_fkey"]),
    "key_pair": (PARENT, "CREATE TABLE t (p int, q int, FOREIGN KEY (p, q) REFERENCES parent (x, y))", ["foreign key t_p_q_fkey"]),
    "key_full": (PARENT, "CREATE TABLE t (p int, q int, FOREIGN KEY (p, q) REFERENCES parent (x, y) MATCH FULL)",
                 ["foreign key t_p_q_fkey"]),
    "key_itself": (T, "ALTER TABLE t ADD up int REFERENCES t", ["foreign key t_up_fkey"]),
    "key_itself_filled": (T, "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES t", ["foreign key t_a_fkey"]),
    "key_shared": (PARENT + "CREATE TABLE other (id int PRIMARY KEY)",
                   "CREATE TABLE t (p int NOT NULL REFERENCES parent REFERENCES other)",
                   ["foreign key t_p_fkey", "foreign key t_p_fkey1", "not null p"]),
    "key_cascade": (PARENT, "CREATE TABLE t (p int NOT NULL REFERENCES parent ON DELETE CASCADE)", ["foreign key t_p_fkey", "not null p"]),
    "key_to_boolean": ("CREATE TABLE flag (f bool PRIMARY KEY); INSERT INTO flag VALUES (true), (false)",
                       "CREATE TABLE t (f bool REFERENCES flag)", ["foreign key t_f_fkey"]),
    "key_not_valid": (PARENT + "CREATE TABLE t (p int); INSERT INTO t VALUES (99)",
                      "ALTER TABLE t ADD FOREIGN KEY (p) REFERENCES parent NOT VALID", ["foreign key t_p_fkey"]),
    "exclusion": ("", "CREATE TABLE t (r int4range, EXCLUDE USING gist (r WITH &&))", ["exclusion t_r_excl"]),
    "exclusion_pair": ("", "CREATE TABLE t (a int4range, r tstzrange, EXCLUDE USING gist (a WITH =, r WITH &&) WHERE (a IS NOT NULL))",
                       ["exclusion t_a_r_excl"]),
    "exclusion_other": ("CREATE EXTENSION IF NOT EXISTS btree_gist SCHEMA public", """
        SET search_path = exclusion_other, public;
        CREATE TABLE t (cage int NOT NULL, animal text NOT NULL, EXCLUDE USING gist (cage WITH =, animal WITH <>))""",
                        ["exclusion t_cage_animal_excl", "not null animal", "not null cage"]),
    "greater": (T, "ALTER TABLE t ADD CHECK (a > 0)", ["check t_a_check"]),
    "list": ("", "CREATE TABLE t (s text NOT NULL CHECK (s IN ('new', 'old')))", ["check t_s_check", "not null s"]),
    "between": ("", "CREATE TABLE t (s smallint CHECK (s BETWEEN 32000 AND 32766))", ["check t_s_check"]),
    "length": ("", "CREATE TABLE t (s varchar(50) CHECK (length(s) <= 40), u text CHECK (char_length(u) > 3))",
               ["check t_s_check", "check t_u_check"]),
    "check_not_null": (T, "ALTER TABLE t ADD CHECK (a IS NOT NULL)", ["check t_a_check"]),
    "pattern": ("", "CREATE TABLE t (s text CHECK (s ~ '^[A-Z]{2}-[0-9]{4}$'), e text CHECK (e LIKE '%@%'))",
                ["check t_e_check", "check t_s_check"]),
    "pair": ("", "CREATE TABLE t (a date, z date, CHECK (z > a))", ["check t_check"]),
    "either": ("", "CREATE TABLE t (a int, b text, CHECK (num_nonnulls(a, b) = 1))", ["check t_check"]),
    "past": ("", "CREATE TABLE t (d timestamptz CHECK (d <= '2500-01-01'))", ["check t_d_check"]),
    "numeric": ("", "CREATE TABLE t (n numeric(5,2) CHECK (n >= 0 AND n < 100))", ["check t_n_check"]),
    "json": ("", "CREATE TABLE t (j jsonb CHECK (jsonb_typeof(j) = 'object'))", ["check t_j_check"]),
    "generated": ("", "CREATE TABLE t (a int NOT NULL, b int GENERATED ALWAYS AS (a * 2) STORED CHECK (b < 1000))",
                  ["check t_b_check", "not null a"]),
    "two_checks": ("", "CREATE TABLE t (a int CHECK (a > 0), CHECK (a > 10))", ["check t_a_check", "check t_a_check1"]),
    "raising": ("", "CREATE TABLE t (a int NOT NULL, b int NOT NULL, CHECK (a / (b - 3) > 0))",
                ["check t_check", "not null a", "not null b"]),
    "not_valid": (T, "ALTER TABLE t ADD CHECK (a > 3) NOT VALID", ["check t_a_check"]),
    "validated": (T + "ALTER TABLE t ADD CHECK (a > 0) NOT VALID", "ALTER TABLE t VALIDATE CONSTRAINT t_a_check", ["check t_a_check"]),
    "domain": ("", "CREATE DOMAIN pos AS int CHECK (VALUE > 0); CREATE TABLE t (a pos)", ["domain check pos_check"]),
    "domain_more": ("CREATE DOMAIN code AS text; CREATE TABLE t (a code)",
                    "ALTER DOMAIN code ADD CHECK (VALUE ~ '^[a-z]+$'); ALTER DOMAIN code SET NOT NULL",
                    ["domain check code_check", "domain not null code"]),
    "partitioned": ("", """
        CREATE TABLE t (id int, at date NOT NULL, k int CHECK (k > 0), PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
        CREATE TABLE t_1 PARTITION OF t FOR VALUES FROM ('2024-01-01') TO ('2024-07-01');
        CREATE TABLE t_2 PARTITION OF t FOR VALUES FROM ('2024-07-01') TO ('2100-01-01')""",
                    ["check t_k_check", "not null at", "not null id", "primary key t_pkey"]),
    "partition_key": ("CREATE TABLE p (id int PRIMARY KEY)", """
        CREATE TABLE t (id int REFERENCES p) PARTITION BY LIST (id);
        CREATE TABLE t_1 PARTITION OF t DEFAULT""", ["foreign key t_id_fkey"]),
    "key_to_partitioned": (
        "CREATE TABLE p (id int PRIMARY KEY) PARTITION BY RANGE (id); CREATE TABLE p_1 PARTITION OF p DEFAULT",
        "CREATE TABLE t (p int REFERENCES p)", ["foreign key t_p_fkey"]),
    "partition_alone": ("CREATE TABLE t (a int) PARTITION BY LIST (a); CREATE TABLE t_1 PARTITION OF t DEFAULT",
                        "ALTER TABLE t_1 ADD CHECK (a > 0)", ["check t_1_a_check"]),
    "other_order": ("CREATE TABLE t (a int, b text NOT NULL) PARTITION BY LIST (a); "
                    "CREATE TABLE t_1 (b text NOT NULL, gone int, a int); ALTER TABLE t_1 DROP gone; "
                    "ALTER TABLE t ATTACH PARTITION t_1 DEFAULT", "CREATE UNIQUE INDEX i ON t (a)", ["unique i"]),
    "child": ("CREATE TABLE up (a int); CREATE TABLE t () INHERITS (up)", "ALTER TABLE up ADD CHECK (a > 0)", ["check up_a_check"]),
    "row_security": (T + "ALTER TABLE t ENABLE ROW LEVEL SECURITY; ALTER TABLE t FORCE ROW LEVEL SECURITY",
                     "ALTER TABLE t ADD UNIQUE (a)", ["unique t_a_key"]),
    "Odd \" name's": ("", """CREATE TABLE "T ' x" ("a "" b" int NOT NULL CHECK ("a "" b" > 0) UNIQUE)""",
                      ["check T ' x_a \" b_check", "not null a \" b", "unique T ' x_a \" b_key"]),
    "renamed": (T, "ALTER TABLE t RENAME CONSTRAINT t_pkey TO key; ALTER TABLE t RENAME id TO number; ALTER TABLE t RENAME TO u", []),
    "dropped_column": (T + "ALTER TABLE t DROP c", "ALTER TABLE t ADD UNIQUE (a)", ["unique t_a_key"]),
}
# name: (before, migration, verdict, kind and name, what its detail has)
OTHERS = {
    "true": (T, "ALTER TABLE t ADD CONSTRAINT k CHECK (true)", "broken", "check k", "it looks at no column"),
    "null_in_list": (T, "ALTER TABLE t ADD CONSTRAINT k CHECK (b IN ('a', NULL)) NOT VALID", "broken", "check k", "compared with NULL"),
    "always": (T, "ALTER TABLE t ADD CONSTRAINT k CHECK (a > 0 OR a <= 0)", "not probed", "check k", "no row that it refuses was found"),
    "disabled": (PARENT, "CREATE TABLE t (p int CONSTRAINT k REFERENCES parent); ALTER TABLE t DISABLE TRIGGER ALL",
                 "broken", "foreign key k", "refers to nothing was taken"),
    "changing": (T, """
        CREATE SEQUENCE turn;
        CREATE FUNCTION odd(int) RETURNS bool LANGUAGE sql AS $$ SELECT nextval('changing.turn') < 3 AND $1 > 0 $$;
        ALTER TABLE t ADD CONSTRAINT k CHECK (odd(a)) NOT VALID""", "not probed", "check k", "no row"),
    "materialised": (T + "CREATE MATERIALIZED VIEW m AS SELECT a FROM t", "CREATE UNIQUE INDEX k ON m (a)", "not probed", "unique k", "query"),
    "generated_not_null": ("", "CREATE TABLE t (a int, k int GENERATED ALWAYS AS (coalesce(a, 0)) STORED NOT NULL)",
                           "not probed", "not null k", "generated column"),
    "no_partition": ("", "CREATE TABLE t (a int UNIQUE) PARTITION BY LIST (a)", "not probed", "unique t_a_key", "it has no partition"),
    "no_inherit": ("", "CREATE TABLE t (a pg_catalog.pg_ndistinct CONSTRAINT k NOT NULL)", "not probed", "not null a", "no value is known"),
    "unused_domain": ("", "CREATE DOMAIN unused AS int CONSTRAINT k CHECK (VALUE > 0)", "not probed", "domain check k", "no column"),
    "shadowed": ("CREATE DOMAIN pos AS int CHECK (VALUE > 0); CREATE TABLE t (a pos)", "ALTER TABLE t ADD CONSTRAINT k CHECK (a > 0)",
                 "not probed", "check k", "no row that it refuses"),
    "half": (PARENT, "CREATE TABLE t (p int, q int NOT NULL, CONSTRAINT k FOREIGN KEY (p, q) REFERENCES parent (x, y))",
             "holds", "foreign key k", None),
    "not_valid_told": (T, "ALTER TABLE t ADD CONSTRAINT k CHECK (a > 3) NOT VALID", "holds", "check k", "NOT VALID"),
}
# Constraints that rows are generated for, and that therefore are known to take some.
TAKEN = {**test_sample_rows.KEYS_OF, **{name: text + ")" for name, text in test_sample_rows.CONSTRAINTS.items()}}
STATE = """
SELECT jsonb_build_object(
    'sequences', (SELECT jsonb_agg(s ORDER BY s.schemaname, s.sequencename) FROM pg_sequences s),
    'triggers', (SELECT jsonb_agg(jsonb_build_array(tgrelid::regclass, tgname, tgenabled) ORDER BY 1, oid) FROM pg_trigger),
    'rules', (SELECT jsonb_agg(jsonb_build_array(rulename, ev_enabled) ORDER BY oid) FROM pg_rewrite WHERE oid >= 16384),
    'constraints', (SELECT jsonb_agg(jsonb_build_array(oid, conname) ORDER BY oid) FROM pg_constraint WHERE oid >= 16384),
    'indexes', (SELECT jsonb_agg(indexrelid ORDER BY indexrelid) FROM pg_index WHERE indexrelid >= 16384),
    'files', (SELECT jsonb_agg(jsonb_build_array(oid, relfilenode) ORDER BY oid) FROM pg_class WHERE oid >= 16384))
"""


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def make(database, cases):
    for name, (before, *_) in cases.items():
        database.query(f"CREATE SCHEMA {quoted(name)}; SET search_path = {quoted(name)}; {before}")
    return ";\n".join(f"SET search_path = {quoted(name)}; {case[1]}" for name, case in cases.items())


def rows(database):
    tables = database.query("SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND oid >= 16384 ORDER BY oid")
    return {table: sorted(map(str, database.query(f"SELECT * FROM ONLY {table}"))) for table, in tables}


@pytest.fixture(scope="module")
def probed(pool):
    """All cases, each in its schema, probed at once."""
    database = pool.take()
    cases = {**HOLD, **OTHERS}
    script = make(database, cases)
    probes = probe(database, script)
    yield {name: [one for one in probes if one.schema == name.replace('"', '""')] for name in cases}
    pool.give_back(database)


@pytest.mark.parametrize("name", HOLD)
def test_holds(probed, name):
    assert sorted(one.short for one in probed[name]) == sorted(HOLD[name][2])
    assert [(one.short, one.detail) for one in probed[name] if one.verdict != "holds"] == []


@pytest.mark.parametrize("name", OTHERS)
def test_what_does_not_hold_is_told(probed, name):
    _, _, verdict, short, detail = OTHERS[name]
    one, = (one for one in probed[name] if one.short == short)
    assert one.verdict == verdict, one.detail
    assert detail in one.detail if detail else one.detail is None


SHOP = """
CREATE SEQUENCE shared; SELECT setval('shared', 41, false);
CREATE TABLE parent (id serial PRIMARY KEY, n int DEFAULT nextval('shared'));
CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY, p int REFERENCES parent, a int, log text);
CREATE TABLE audit (id serial, what text);
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO audit (what) VALUES (TG_OP); RETURN NULL; END $$;
CREATE TRIGGER note AFTER INSERT OR DELETE ON t FOR EACH ROW EXECUTE FUNCTION note();
CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no DDL'; END $$;
INSERT INTO parent DEFAULT VALUES; INSERT INTO t (p, a) VALUES (1, 1), (1, 2)
"""


def test_nothing_is_left_behind(database):
    """Sequences are where they were, what fires fires, and nobody was told."""
    database.query(SHOP)
    script = """ALTER TABLE t ADD PRIMARY KEY (id), ADD UNIQUE (a), ADD CHECK (a > 0), ALTER a SET NOT NULL, ALTER p SET NOT NULL,
                ADD UNIQUE (id, a), ADD FOREIGN KEY (a) REFERENCES parent NOT VALID"""
    database.query(script.replace("ALTER TABLE", "BEGIN; ALTER TABLE") + "; ROLLBACK")
    probe(database, "SELECT 1")
    before = rows(database)
    probes = probe(database, script + "; CREATE EVENT TRIGGER watch ON ddl_command_start EXECUTE FUNCTION watch()")
    assert {one.verdict for one in probes} == {"holds"} and len(probes) == 7
    assert rows(database) == before
    state = database.value(STATE)
    assert [(s["sequencename"], s["last_value"]) for s in state["sequences"]] == [
        ("audit_id_seq", 2), ("parent_id_seq", 1), ("shared", 41), ("t_id_seq", 2)]
    assert {enabled for _, _, enabled in state["triggers"]} == {"O"}
    again = probe(database, "SELECT 1")
    assert again == [] and database.value(STATE) == state


def test_an_invalid_index(database):
    database.query(T)
    one, = probe(database, """
        CREATE UNIQUE INDEX i ON t (id);
        UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'i'::regclass""")
    assert (one.kind, one.verdict) == ("unique", "broken") and "invalid" in one.detail


def test_nulls_not_distinct(database):
    if database.server.major < 15:
        pytest.skip("since 15")
    one, = probe(database, "CREATE TABLE t (a int); CREATE UNIQUE INDEX i ON t (a) NULLS NOT DISTINCT")
    assert one.verdict == "holds"


def test_not_enforced(database):
    if database.server.major < 18:
        pytest.skip("since 18")
    one, = probe(database, "CREATE TABLE t (a int CHECK (a > 0) NOT ENFORCED)")
    assert one.verdict == "not probed" and "NOT ENFORCED" in one.detail


def test_a_table_that_was_there_with_many_rows(database):
    """What is there serves: no row needs to be made of a type that nobody knows."""
    database.query("CREATE TABLE t (a int, b text, k pg_catalog.pg_ndistinct)")
    database.query("INSERT INTO t SELECT n, n FROM generate_series(1, 10) n")
    probes = probe(database, "ALTER TABLE t ADD UNIQUE (a), ADD CHECK (length(b) < 5), ALTER b SET NOT NULL")
    assert {one.short: one.verdict for one in probes} == {
        "unique t_a_key": "holds", "check t_b_check": "holds", "not null b": "holds"}


def test_a_published_table_without_a_key(database):
    """A row of it can be deleted by nobody, else."""
    database.query(T.replace(" PRIMARY KEY", "") + "CREATE PUBLICATION everything FOR ALL TABLES")
    try:
        one, = probe(database, "ALTER TABLE t ADD CHECK (a > 0)")
    finally:
        database.query("DROP PUBLICATION everything")
    assert (one.verdict, one.detail) == ("holds", None)
    assert database.value("SELECT relreplident FROM pg_class WHERE oid = 't'::regclass") == "d"


def test_a_ddl_guard_that_is_always_on(database):
    """What it refuses stays as it is; the probes go on."""
    database.query(SHOP + """; CREATE EVENT TRIGGER watch ON ddl_command_start EXECUTE FUNCTION watch();
                   ALTER EVENT TRIGGER watch ENABLE ALWAYS""")
    try:
        probes = probe(database, "SET session_replication_role = origin; ALTER EVENT TRIGGER watch DISABLE; ALTER TABLE t ADD UNIQUE (a); "
                                 "ALTER EVENT TRIGGER watch ENABLE ALWAYS")
    finally:
        database.query("DROP EVENT TRIGGER watch")
    assert [(one.short, one.verdict) for one in probes] == [("unique t_a_key", "holds")]


@pytest.mark.slow
def test_what_rows_are_generated_for_holds(database):
    script = ";".join(f"CREATE SCHEMA c{i}; SET search_path = c{i}, public; {text}" for i, text in enumerate(TAKEN.values()))
    probes = probe(database, script)
    assert len(probes) > 150
    assert [(one.table, one.short, one.detail) for one in probes if one.verdict != "holds"] == []
