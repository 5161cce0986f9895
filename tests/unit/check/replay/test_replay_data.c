#include "replay_case.h"

static void rows_fill_parents_and_partitions(void **state)
{
    assert_model("CREATE TABLE p (a int) PARTITION BY LIST (a); "
                 "CREATE TABLE q PARTITION OF p DEFAULT; "
                 "CREATE TABLE r (a int); "
                 "CREATE TABLE s (a int); "
                 "CREATE TABLE t (a int); "
                 "INSERT INTO q VALUES (1); "
                 "COPY r FROM '/x'; "
                 "WITH w AS (INSERT INTO s VALUES (1) RETURNING a) SELECT * FROM w; "
                 "COPY t TO '/x'; "
                 "UPDATE t SET a = 1",
                 "partitioned public.p filled\n"
                 "  a integer\n"
                 "table public.q part of public.p as default filled\n"
                 "  a integer inherited\n"
                 "table public.r filled\n"
                 "  a integer\n"
                 "table public.s filled\n"
                 "  a integer\n"
                 "table public.t\n"
                 "  a integer\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_fill_parents_and_partitions),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    parser_done();
    return failed;
}
