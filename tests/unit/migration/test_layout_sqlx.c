#include "layout_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    const char *names;
    const char *expected;
} CASES[] = {
    {"", ""},
    {"2_b.up.sql 2_b.down.sql 10_c.sql 20240101000000_add_users.sql 1_.sql README.md",
     "1 1 1_.sql -\n"
     "2 b 2_b.up.sql 2_b.down.sql\n"
     "10 c 10_c.sql -\n"
     "20240101000000 add_users 20240101000000_add_users.sql -\n"},
    // the version ends at the first '_', and is a bigint
    {"20231223_001_x.sql", "20231223 001_x 20231223_001_x.sql -\n"},
    {"9223372036854775807_x.sql", "9223372036854775807 x 9223372036854775807_x.sql -\n"},
    {"9223372036854775808_x.sql",
     "version m/9223372036854775808_x.sql: the version is larger than sqlx's 64 bits hold (rename "
     "it, for example to 20240101000000_what_it_does.sql)\n"},
    {"001.sql init.sql 1.2_x.sql",
     "version m/001.sql: sqlx passes over a name that has no '_' behind its number (rename it, for "
     "example to 001_what_it_does.sql)\n"
     "version m/init.sql: the file name does not begin with a version (rename it, for example to "
     "001_init.sql, or move it out of the folder)\n"
     "version m/1.2_x.sql: the file name does not begin with a version (rename it, for example to "
     "1_2_x.sql, or move it out of the folder)\n"},
    {"1_x.sql 1_x.up.sql", "duplicate m/1_x.sql: version 1 is also the version of m/1_x.up.sql "
                           "(give one of the two files a version of its own)\n"
                           "duplicate m/1_x.up.sql: version 1 is also the version of m/1_x.sql "
                           "(give one of the two files a version of its own)\n"},
    {"1_x.down.sql", "orphan m/1_x.down.sql: down migration without an up migration of version 1 "
                     "(add the up migration, or move this file out of the folder)\n"},
};

static void test_read(void **state)
{
    ARENA_SCOPED arena = arena_new();
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++)
        assert_string_equal(layout_outcome(arena, &LAYOUT_SQLX, CASES[i].names), CASES[i].expected);
}

static void test_detect(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Sample sample = {.listing = layout_listing(arena, "1_x.sql")};
    assert_int_equal(LAYOUT_SQLX.detect(&sample), 0);
    *vec_append(arena, &sample.heads) = STR("CREATE TABLE x (); -- no-transaction");
    assert_int_equal(LAYOUT_SQLX.detect(&sample), 0);
    *vec_append(arena, &sample.heads) = STR("-- no-transaction\nCREATE INDEX");
    assert_ptr_equal(layout_detect(&sample, NULL), &LAYOUT_SQLX);
}

static void test_new_files(void **state)
{
    ARENA_SCOPED arena = arena_new();
    assert_string_equal(layout_new_names(arena, &LAYOUT_SQLX, ""),
                        "20250607080910_add_users.up.sql\n20250607080910_add_users.down.sql\n");
    assert_string_equal(layout_new_names(arena, &LAYOUT_SQLX, "1_a.up.sql 1_a.down.sql"),
                        "2_add_users.up.sql\n2_add_users.down.sql\n");
    assert_string_equal(layout_new_names(arena, &LAYOUT_SQLX, "0001_a.sql"),
                        "0002_add_users.sql\n");
    assert_string_equal(layout_new_names(arena, &LAYOUT_SQLX, "20250607_a.sql"),
                        "20250608_add_users.sql\n"); // today's
    assert_string_equal(layout_new_names(arena, &LAYOUT_SQLX, "20240101000000_a.sql"),
                        "20250607080910_add_users.sql\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read),
        cmocka_unit_test(test_detect),
        cmocka_unit_test(test_new_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
