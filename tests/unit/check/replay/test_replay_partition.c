#include "replay_case.h"

static void partitions_have_what_the_parent_has(void **state)
{
    assert_model("CREATE TABLE o (id int PRIMARY KEY); "
                 "CREATE TABLE p (a int PRIMARY KEY, b int REFERENCES o, CHECK (b > 0)) "
                 "PARTITION BY RANGE (a); "
                 "CREATE INDEX ON p (b); "
                 "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (2)",
                 "table public.o\n"
                 "  id integer not null\n"
                 "  primary key o_pkey (id)\n"
                 "  index o_pkey (id) unique of constraint\n"
                 "partitioned public.p\n"
                 "  a integer not null\n"
                 "  b integer\n"
                 "  check p_b_check (b) b > 0\n"
                 "  primary key p_pkey (a)\n"
                 "  foreign key p_b_fkey (b) to public.o ()\n"
                 "  index p_pkey (a) unique of constraint\n"
                 "  index p_b_idx (b)\n"
                 "table public.p1 part of public.p\n"
                 "  a integer not null inherited\n"
                 "  b integer inherited\n"
                 "  check p_b_check (b) b > 0 inherited\n"
                 "  primary key p1_pkey (a) inherited\n"
                 "  foreign key p_b_fkey (b) to public.o () inherited\n"
                 "  index p1_pkey (a) unique of constraint part of p_pkey\n"
                 "  index p1_b_idx (b) part of p_b_idx\n");
}

static void attach_takes_an_index_that_fits(void **state)
{
    assert_model("CREATE TABLE p (a int, b int) PARTITION BY LIST (a); "
                 "CREATE INDEX i ON p (a); "
                 "CREATE TABLE q (a int, b int); "
                 "CREATE INDEX mine ON q (a); "
                 "ALTER TABLE p ATTACH PARTITION q DEFAULT; "
                 "DROP INDEX i",
                 "partitioned public.p filled\n"
                 "  a integer\n"
                 "  b integer\n"
                 "table public.q part of public.p as default\n"
                 "  a integer inherited\n"
                 "  b integer inherited\n");
    assert_model("CREATE TABLE p (a int, b int) PARTITION BY LIST (a); "
                 "CREATE INDEX i ON ONLY p (a); "
                 "CREATE TABLE q PARTITION OF p FOR VALUES IN (1); "
                 "CREATE INDEX j ON q (a); "
                 "ALTER INDEX i ATTACH PARTITION j; "
                 "ALTER TABLE p DETACH PARTITION q",
                 "partitioned public.p\n"
                 "  a integer\n"
                 "  b integer\n"
                 "  index i (a) only\n"
                 "table public.q\n"
                 "  a integer\n"
                 "  b integer\n"
                 "  index j (a)\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(partitions_have_what_the_parent_has),
        cmocka_unit_test(attach_takes_an_index_that_fits),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    parser_done();
    return failed;
}
