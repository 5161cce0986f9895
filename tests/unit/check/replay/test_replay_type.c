#include "replay_case.h"

static void labels_keep_their_order_and_when_they_came(void **state)
{
    assert_model("CREATE TYPE e AS ENUM ('a', 'c'); "
                 "ALTER TYPE e ADD VALUE 'b' BEFORE 'c'; "
                 "ALTER TYPE e ADD VALUE IF NOT EXISTS 'a'; "
                 "ALTER TYPE e RENAME VALUE 'c' TO 'd'; "
                 "ALTER TYPE e ADD VALUE 'z'",
                 "enum public.e (a, b, d, z) new (z)\n");
}

static void domains_know_whether_they_constrain(void **state)
{
    assert_model("CREATE DOMAIN d AS varchar(5); "
                 "CREATE DOMAIN e AS d; "
                 "ALTER DOMAIN d ADD CHECK (value <> '') NOT VALID; "
                 "CREATE DOMAIN f AS d; "
                 "CREATE DOMAIN g int NOT NULL; "
                 "CREATE DOMAIN h AS g; "
                 "ALTER DOMAIN g DROP NOT NULL",
                 "domain public.d varchar(5) constrained\n"
                 "  check d_check () value <> '' not valid\n"
                 "domain public.e public.d constrained\n"
                 "domain public.f public.d constrained\n"
                 "domain public.g integer\n"
                 "domain public.h public.g\n");
}

static void columns_know_the_schema_of_their_type(void **state)
{
    assert_model("CREATE SCHEMA s; "
                 "CREATE TYPE s.e AS ENUM ('x'); "
                 "CREATE TYPE c AS (a int); "
                 "SET search_path = s, public; "
                 "CREATE TABLE t (e e, es e[], c c, u unknown_type(3)); "
                 "ALTER TYPE c ADD ATTRIBUTE b s.e",
                 "schema s\n"
                 "enum s.e (x)\n"
                 "composite public.c\n"
                 "  a integer\n"
                 "  b s.e\n"
                 "table s.t\n"
                 "  e s.e\n"
                 "  es s.e[]\n"
                 "  c public.c\n"
                 "  u unknown_type(3)\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(labels_keep_their_order_and_when_they_came),
        cmocka_unit_test(domains_know_whether_they_constrain),
        cmocka_unit_test(columns_know_the_schema_of_their_type),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    parser_done();
    return failed;
}
