#include "replay_case.h"

static void validity_is_kept_and_changed(void **state)
{
    assert_model("CREATE TABLE o (id int PRIMARY KEY); "
                 "CREATE TABLE t (a int, b int CHECK (b > 0) NOT ENFORCED); "
                 "ALTER TABLE t ADD CONSTRAINT n NOT NULL a NOT VALID, ADD CHECK (a > 1) "
                 "NOT VALID, ADD FOREIGN KEY (a) REFERENCES o NOT VALID",
                 "table public.o\n"
                 "  id integer not null\n"
                 "  primary key o_pkey (id)\n"
                 "  index o_pkey (id) unique of constraint\n"
                 "table public.t\n"
                 "  a integer not null pending\n"
                 "  b integer\n"
                 "  check t_b_check (b) b > 0 not valid not enforced\n"
                 "  not null n (a) not valid\n"
                 "  check t_a_check (a) a > 1 not valid\n"
                 "  foreign key t_a_fkey (a) to public.o () not valid\n");
    assert_model("CREATE TABLE t (a int); "
                 "ALTER TABLE t ADD CONSTRAINT n NOT NULL a NOT VALID, ADD CHECK (a > 1) "
                 "NOT VALID; "
                 "ALTER TABLE t VALIDATE CONSTRAINT n; "
                 "ALTER TABLE t VALIDATE CONSTRAINT t_a_check",
                 "table public.t\n"
                 "  a integer not null\n"
                 "  not null n (a) validated\n"
                 "  check t_a_check (a) a > 1 validated\n");
    assert_model("CREATE TABLE t (a int REFERENCES t2 NOT ENFORCED, b int NOT NULL); "
                 "ALTER TABLE t ALTER CONSTRAINT t_a_fkey ENFORCED, DROP CONSTRAINT "
                 "t_b_not_null",
                 "table public.t\n"
                 "  a integer\n"
                 "  b integer\n"
                 "  foreign key t_a_fkey (a) to public.t2 ()\n");
}

static void a_check_proves_what_the_server_believes(void **state)
{
    assert_model("CREATE TABLE t (a int, b int, c int, CHECK (a IS NOT NULL AND b IS NOT "
                 "NULL), CHECK ((a IS NOT NULL AND b = 1) OR (c > 1 AND a IS NOT NULL)), "
                 "CHECK (NOT (c IS NULL)), CHECK (num_nonnulls(a, b) = 2), CHECK (a IS "
                 "NOT NULL OR b IS NOT NULL), CHECK (a + 1 IS NOT NULL))",
                 "table public.t\n"
                 "  a integer\n"
                 "  b integer\n"
                 "  c integer\n"
                 "  check t_check (a, b) a IS NOT NULL AND b IS NOT NULL proves (a, b)\n"
                 "  check t_check1 (a, b, c) (a IS NOT NULL AND b = 1) OR (c > 1 AND a IS NOT "
                 "NULL) proves (a)\n"
                 "  check t_c_check (c) NOT (c IS NULL) proves (c)\n"
                 "  check t_check2 (a, b) num_nonnulls(a, b) = 2\n"
                 "  check t_check3 (a, b) a IS NOT NULL OR b IS NOT NULL\n"
                 "  check t_a_check (a) a + 1 IS NOT NULL\n");
}

static void an_index_becomes_a_constraint(void **state)
{
    assert_model("CREATE TABLE t (a int, b int); "
                 "CREATE UNIQUE INDEX CONCURRENTLY i ON t (a, b); "
                 "ALTER TABLE t ADD CONSTRAINT k PRIMARY KEY USING INDEX i",
                 "table public.t\n"
                 "  a integer not null\n"
                 "  b integer not null\n"
                 "  primary key k (a, b)\n"
                 "  index k (a, b) unique concurrently of constraint\n");
}

static void redundant_keys_share_an_index(void **state)
{
    assert_model("CREATE TABLE t (a int PRIMARY KEY UNIQUE, b int UNIQUE, UNIQUE (b))",
                 "table public.t\n"
                 "  a integer not null\n"
                 "  b integer\n"
                 "  primary key t_pkey (a)\n"
                 "  unique t_b_key (b)\n"
                 "  index t_pkey (a) unique of constraint\n"
                 "  index t_b_key (b) unique of constraint\n");
    assert_model("CREATE TABLE t (PRIMARY KEY (a), a int CONSTRAINT named UNIQUE)",
                 "table public.t\n"
                 "  a integer not null\n"
                 "  primary key named (a)\n"
                 "  index named (a) unique of constraint\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(validity_is_kept_and_changed),
        cmocka_unit_test(a_check_proves_what_the_server_believes),
        cmocka_unit_test(an_index_becomes_a_constraint),
        cmocka_unit_test(redundant_keys_share_an_index),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    parser_done();
    return failed;
}
