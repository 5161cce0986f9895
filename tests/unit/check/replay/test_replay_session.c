#include "replay_case.h"

static void names_go_along_the_search_path(void **state)
{
    assert_model("CREATE SCHEMA s; "
                 "SET search_path TO s, public; "
                 "CREATE TABLE t (a int); "
                 "RESET search_path; "
                 "CREATE TABLE t (b int); "
                 "SET LOCAL search_path = s; "
                 "ALTER TABLE t ADD c int; "
                 "SELECT set_config('search_path', 'public, \"S\"', true); "
                 "ALTER TABLE t ADD d int; "
                 "DISCARD ALL; "
                 "SELECT pg_catalog.set_config('search_path', '', false); "
                 "CREATE TABLE s.u (x int); "
                 "ALTER TABLE s.u ADD y int",
                 "schema s\n"
                 "table s.t\n"
                 "  a integer\n"
                 "  c integer\n"
                 "table public.t\n"
                 "  b integer\n"
                 "  d integer\n"
                 "table s.u\n"
                 "  x integer\n"
                 "  y integer\n");
}

static void temporary_tables_go_first(void **state)
{
    assert_model("CREATE TABLE t (a int); "
                 "CREATE TEMP TABLE t (b int); "
                 "ALTER TABLE t ADD c int; "
                 "DROP TABLE t; "
                 "ALTER TABLE t ADD d int",
                 "table public.t\n"
                 "  a integer\n"
                 "  d integer\n");
}

static void blocks_are_replayed(void **state)
{
    assert_model("DO $$ BEGIN CREATE TABLE t (a int); "
                 "IF NOT EXISTS (SELECT FROM pg_type WHERE typname = 'e') THEN CREATE "
                 "TYPE e AS ENUM ('x'); "
                 "END IF; "
                 "IF true THEN DROP TABLE t; "
                 "ALTER TABLE t RENAME a TO b; "
                 "ALTER TABLE unknown RENAME TO other; "
                 "END IF; "
                 "EXECUTE 'ALTER TABLE t ADD c int DEFAULT 5'; "
                 "END $$; "
                 "DO $$ BEGIN CREATE TABLE t (z int); "
                 "CREATE TYPE e AS ENUM ('y'); "
                 "EXCEPTION WHEN OTHERS THEN null; "
                 "END $$",
                 "enum public.e (x)\n"
                 "table public.t\n"
                 "  b integer\n"
                 "  c integer default 5\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_go_along_the_search_path),
        cmocka_unit_test(temporary_tables_go_first),
        cmocka_unit_test(blocks_are_replayed),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    parser_done();
    return failed;
}
