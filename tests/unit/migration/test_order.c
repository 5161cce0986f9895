#include "migration/order.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

// In order; what stands in one row is equal.
static const MigrationKey ORDER[][2] = {
    {{MIGRATION_VERSIONED, "1"}, {MIGRATION_VERSIONED, "001"}},
    {{MIGRATION_BASELINE, "1"}, {MIGRATION_BASELINE, "01"}},
    {{MIGRATION_VERSIONED, "1.2"}, {MIGRATION_VERSIONED, "1_2"}},
    {{MIGRATION_VERSIONED, "1.10"}, {MIGRATION_VERSIONED, "1_10"}},
    {{MIGRATION_BASELINE, "2"}, {MIGRATION_BASELINE, "2"}},
    {{MIGRATION_VERSIONED, "10"}, {MIGRATION_VERSIONED, "10"}},
    {{MIGRATION_REPEATABLE, "R__10"}, {MIGRATION_REPEATABLE, "R__10"}},
    {{MIGRATION_REPEATABLE, "R__2"}, {MIGRATION_REPEATABLE, "R__2"}},
    {{MIGRATION_REPEATABLE, "R__a"}, {MIGRATION_REPEATABLE, "R__a"}},
    // '_' is a blank, which comes before letters of either size
    {{MIGRATION_REPEATABLE, "R__a_b"}, {MIGRATION_REPEATABLE, "R__a b"}},
    {{MIGRATION_REPEATABLE, "R__aB"}, {MIGRATION_REPEATABLE, "R__aB"}},
    {{MIGRATION_REPEATABLE, "R__ab"}, {MIGRATION_REPEATABLE, "R__ab"}},
};

static void test_compare(void **state)
{
    enum {
        ROWS = sizeof ORDER / sizeof ORDER[0]
    };
    for (size_t i = 0; i < ROWS; i++)
        for (size_t j = 0; j < ROWS; j++) {
            int order = migration_compare(ORDER[i][0], ORDER[j][1]);
            assert_int_equal((order > 0) - (order < 0), (i > j) - (i < j));
        }
}

// A version that was recorded, and one that a baseline script made.
static void test_applied_key(void **state)
{
    AppliedMigration row = {.version = "3", .kind = "baseline"};
    assert_int_equal(applied_key(&row).kind, MIGRATION_VERSIONED);
    row.statements_total = 1;
    assert_int_equal(applied_key(&row).kind, MIGRATION_BASELINE);
    row.kind = "repeatable";
    assert_int_equal(applied_key(&row).kind, MIGRATION_REPEATABLE);
    row.kind = "versioned";
    assert_int_equal(applied_key(&row).kind, MIGRATION_VERSIONED);
    assert_string_equal(applied_key(&row).version, "3");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_compare),
        cmocka_unit_test(test_applied_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
