#include "replay_case.h"

static void subcommands_run_in_passes(void **state)
{
    assert_model("CREATE TABLE t (a int CONSTRAINT k CHECK (a > 0)); "
                 "ALTER TABLE t ADD CONSTRAINT k CHECK (a > 1) NOT VALID, DROP CONSTRAINT "
                 "k, ADD COLUMN b text, ALTER b SET NOT NULL",
                 "table public.t\n"
                 "  a integer\n"
                 "  b text not null\n"
                 "  check k (a) a > 1 not valid\n");
}

static void what_was_never_made_is_only_altered(void **state)
{
    assert_model("ALTER TABLE s.t ADD COLUMN IF NOT EXISTS a int, DROP COLUMN b; "
                 "ALTER TABLE IF EXISTS nothing ADD a int; "
                 "CREATE INDEX ON u (x); "
                 "ALTER VIEW v ALTER a SET DEFAULT 1",
                 "table s.t altered\n"
                 "  a integer\n"
                 "table public.u altered\n"
                 "  index u_x_idx (x)\n"
                 "view public.v altered\n");
}

static void defaults_keep_their_text(void **state)
{
    assert_model("CREATE TABLE t (a int DEFAULT (1), b text DEFAULT 'x' NOT NULL, c int[] "
                 "DEFAULT ARRAY[1, 2]); "
                 "ALTER TABLE t ALTER a SET DEFAULT (now() - '1 day'::interval), ALTER b "
                 "DROP DEFAULT, ALTER c SET DEFAULT NULL",
                 "table public.t\n"
                 "  a integer default (now() - '1 day'::interval)\n"
                 "  b text not null\n"
                 "  c integer[]\n");
    assert_model("CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a + (1)) STORED); "
                 "ALTER TABLE t ALTER b SET EXPRESSION AS (a * (2 + 1))",
                 "table public.t\n"
                 "  a integer\n"
                 "  b integer generated s a * (2 + 1)\n");
}

static void children_get_what_parents_get(void **state)
{
    assert_model("CREATE TABLE p (a int); "
                 "CREATE TABLE c (b int) INHERITS (p); "
                 "ALTER TABLE p ADD d serial CHECK (d > 0); "
                 "ALTER TABLE p ALTER a SET NOT NULL; "
                 "ALTER TABLE ONLY p DROP COLUMN d; "
                 "ALTER TABLE p DROP COLUMN a",
                 "table public.p dropped 2\n"
                 "table public.c inherits public.p dropped 1\n"
                 "  b integer\n"
                 "  d integer not null default ...\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(subcommands_run_in_passes),
        cmocka_unit_test(what_was_never_made_is_only_altered),
        cmocka_unit_test(defaults_keep_their_text),
        cmocka_unit_test(children_get_what_parents_get),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    parser_done();
    return failed;
}
