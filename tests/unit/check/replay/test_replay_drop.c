#include "replay_case.h"

static void what_hangs_on_it_goes_along(void **state)
{
    assert_model("CREATE TABLE t (id serial PRIMARY KEY); "
                 "CREATE TABLE u (t_id int REFERENCES t, x int); "
                 "CREATE VIEW v AS SELECT id FROM t; "
                 "CREATE VIEW w AS SELECT id FROM v; "
                 "CREATE PUBLICATION p FOR TABLE t, u; "
                 "DROP TABLE t CASCADE",
                 "table public.u\n"
                 "  t_id integer\n"
                 "  x integer\n"
                 "publication p (public.u)\n");
}

static void a_column_takes_indexes_keys_and_views(void **state)
{
    assert_model("CREATE TABLE t (a int, b int, c int GENERATED ALWAYS AS (a + 1) STORED, "
                 "d serial, UNIQUE (a, b)); "
                 "CREATE INDEX i ON t (b) WHERE a > 1; "
                 "CREATE INDEX j ON t (b); "
                 "CREATE TABLE u (x int, y int, FOREIGN KEY (x, y) REFERENCES t (a, b)); "
                 "CREATE VIEW v AS SELECT a FROM t; "
                 "CREATE VIEW w AS SELECT b FROM t; "
                 "ALTER TABLE t DROP COLUMN a CASCADE; "
                 "ALTER TABLE t DROP d",
                 "table public.t dropped 3\n"
                 "  b integer\n"
                 "  index j (b)\n"
                 "view public.w\n"
                 "  b integer\n"
                 "  reads public.t.b\n"
                 "table public.u\n"
                 "  x integer\n"
                 "  y integer\n");
}

static void types_and_schemas_go_with_their_columns(void **state)
{
    assert_model("CREATE SCHEMA s; "
                 "CREATE TYPE s.e AS ENUM ('a'); "
                 "CREATE TABLE t (a int, b s.e, c s.e[]); "
                 "CREATE TABLE s.u (x int); "
                 "CREATE FUNCTION s.f() RETURNS trigger LANGUAGE plpgsql AS ''; "
                 "CREATE TRIGGER g BEFORE INSERT ON t EXECUTE FUNCTION s.f(); "
                 "DROP SCHEMA s CASCADE",
                 "table public.t dropped 2\n"
                 "  a integer\n");
}

static void a_key_is_kept_without_cascade(void **state)
{
    assert_model("CREATE TABLE t (a int PRIMARY KEY, UNIQUE (a) DEFERRABLE); "
                 "CREATE TABLE u (x int REFERENCES t); "
                 "ALTER TABLE t DROP CONSTRAINT t_a_key",
                 "table public.t\n"
                 "  a integer not null\n"
                 "  primary key t_pkey (a)\n"
                 "  index t_pkey (a) unique of constraint\n"
                 "table public.u\n"
                 "  x integer\n"
                 "  foreign key u_x_fkey (x) to public.t ()\n");
    assert_model("CREATE TABLE t (a int PRIMARY KEY); "
                 "CREATE TABLE u (x int REFERENCES t); "
                 "ALTER TABLE t DROP CONSTRAINT t_pkey CASCADE",
                 "table public.t\n"
                 "  a integer not null\n"
                 "table public.u\n"
                 "  x integer\n");
}

static void circles_end(void **state)
{
    assert_model("CREATE VIEW a AS SELECT 1 AS x; "
                 "CREATE VIEW b AS SELECT x FROM a; "
                 "CREATE OR REPLACE VIEW a AS SELECT x FROM b; "
                 "CREATE SEQUENCE s OWNED BY r.x; "
                 "CREATE SEQUENCE r OWNED BY s.x; "
                 "ALTER SEQUENCE s OWNED BY r.x; "
                 "DROP SEQUENCE s; "
                 "DROP VIEW a",
                 "");
    assert_model("CREATE TABLE p (a int) INHERITS (p); "
                 "CREATE TABLE c () INHERITS (p); "
                 "ALTER TABLE p INHERIT c; "
                 "ALTER TABLE p INHERIT p; "
                 "ALTER TABLE p ADD b int; "
                 "CREATE DOMAIN d AS d; "
                 "CREATE DOMAIN e AS d; "
                 "CREATE DOMAIN d AS e; "
                 "ALTER DOMAIN d SET NOT NULL",
                 "domain public.e public.d constrained\n"
                 "domain public.d public.e constrained\n"
                 "  not null d_not_null ()\n"
                 "table public.p\n"
                 "  a integer\n"
                 "  b integer\n"
                 "table public.c inherits public.p\n"
                 "  a integer inherited\n"
                 "  b integer inherited\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_hangs_on_it_goes_along),
        cmocka_unit_test(a_column_takes_indexes_keys_and_views),
        cmocka_unit_test(types_and_schemas_go_with_their_columns),
        cmocka_unit_test(a_key_is_kept_without_cascade),
        cmocka_unit_test(circles_end),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    parser_done();
    return failed;
}
