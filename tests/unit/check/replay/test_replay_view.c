#include "replay_case.h"

static void columns_are_read_by_name_and_by_star(void **state)
{
    assert_model("CREATE TABLE t (a int, b varchar(3), c int); "
                 "CREATE TABLE u (a int, d text); "
                 "CREATE VIEW v AS SELECT t.*, x.d AS e FROM t JOIN u x USING (a) WHERE c "
                 "> 1",
                 "table public.t\n"
                 "  a integer\n"
                 "  b varchar(3)\n"
                 "  c integer\n"
                 "table public.u\n"
                 "  a integer\n"
                 "  d text\n"
                 "view public.v\n"
                 "  a integer\n"
                 "  b varchar(3)\n"
                 "  c integer\n"
                 "  e text\n"
                 "  reads public.t.a by *\n"
                 "  reads public.u.a\n"
                 "  reads public.t.b by *\n"
                 "  reads public.t.c by *\n"
                 "  reads public.u.d\n");
    assert_model("CREATE TABLE t (a int, b text); "
                 "CREATE VIEW v (x) AS WITH w AS (SELECT b FROM t) SELECT * FROM w; "
                 "CREATE VIEW n AS SELECT count(*) FROM t; "
                 "CREATE VIEW un AS SELECT a, q.*, z FROM q",
                 "table public.t\n"
                 "  a integer\n"
                 "  b text\n"
                 "view public.v\n"
                 "  x text\n"
                 "  reads public.t.b\n"
                 "view public.n\n"
                 "  count\n"
                 "  reads public.t.\n"
                 "view public.un\n"
                 "  a\n"
                 "  z\n"
                 "  reads public.q.a\n"
                 "  reads public.q by *\n"
                 "  reads public.q.z\n");
}

static void a_query_makes_a_table(void **state)
{
    assert_model("CREATE TABLE t (a int, b numeric(5,2)); "
                 "CREATE TABLE n AS SELECT a AS x, b, b::text, 1, lower('A') FROM t; "
                 "CREATE MATERIALIZED VIEW m AS SELECT b FROM t WITH NO DATA; "
                 "SELECT * INTO o FROM t",
                 "table public.t\n"
                 "  a integer\n"
                 "  b numeric(5,2)\n"
                 "table public.n filled\n"
                 "  x integer\n"
                 "  b numeric(5,2)\n"
                 "  b text\n"
                 "  ?column? integer\n"
                 "  lower\n"
                 "materialized view public.m\n"
                 "  b numeric(5,2)\n"
                 "  reads public.t.b\n"
                 "table public.o filled\n"
                 "  a integer\n"
                 "  b numeric(5,2)\n");
}

static void a_replaced_view_reads_anew(void **state)
{
    assert_model("CREATE TABLE t (a int, b int); "
                 "CREATE VIEW v AS SELECT a FROM t; "
                 "CREATE OR REPLACE VIEW v AS SELECT b AS a FROM t",
                 "table public.t\n"
                 "  a integer\n"
                 "  b integer\n"
                 "view public.v\n"
                 "  a integer\n"
                 "  reads public.t.b\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_read_by_name_and_by_star),
        cmocka_unit_test(a_query_makes_a_table),
        cmocka_unit_test(a_replaced_view_reads_anew),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    parser_done();
    return failed;
}
