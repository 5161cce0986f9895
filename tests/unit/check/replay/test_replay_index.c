#include "replay_case.h"

static void generated_names_are_numbered_and_cut(void **state)
{
    assert_model("CREATE TABLE t (a int, b text);"
                 "CREATE INDEX ON t (a); CREATE INDEX ON t (a);"
                 "CREATE INDEX ON t (lower(b), (a + 1), (a + 2)) INCLUDE (a);"
                 "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON t USING hash (a) WHERE a > 1;"
                 "CREATE INDEX IF NOT EXISTS i ON t (b)",
                 "table public.t\n"
                 "  a integer\n"
                 "  b text\n"
                 "  index t_a_idx (a)\n"
                 "  index t_a_idx1 (a)\n"
                 "  index t_lower_expr_expr1_a_idx (?, ?, ?)\n"
                 "  index i (a) unique hash partial concurrently\n");
    assert_model("ALTER TABLE a_table_with_a_very_long_name_that_goes_on_and_on ADD COLUMN"
                 " a_column_with_a_long_name int UNIQUE",
                 "table public.a_table_with_a_very_long_name_that_goes_on_and_on altered\n"
                 "  a_column_with_a_long_name integer\n"
                 "  unique a_table_with_a_very_long_name_tha_a_column_with_a_long_name_key"
                 " (a_column_with_a_long_name)\n"
                 "  index a_table_with_a_very_long_name_tha_a_column_with_a_long_name_key"
                 " (a_column_with_a_long_name) unique of constraint\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(generated_names_are_numbered_and_cut),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    parser_done();
    return failed;
}
