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
    {"20240102000000_b/ 20240102000000_b/migration.sql 20240102000000_b/down.sql "
     "0_init/migration.sql migration_lock.toml",
     "0 init 0_init/migration.sql -\n"
     "20240102000000 b 20240102000000_b/migration.sql 20240102000000_b/down.sql\n"},
    {"9_b/migration.sql 10_a/migration.sql",
     "9 b 9_b/migration.sql -\n"
     "10 a 10_a/migration.sql -\n"
     "order? m/10_a/migration.sql: version 10 runs after 9 here, and before it with Prisma, which "
     "sorts text (give both versions the same number of digits)\n"},
    {"10_x/migration.sql 1_a/migration.sql 1_a_more/migration.sql 1_b/migration.sql",
     "1 a 1_a/migration.sql -\n"
     "1b a_more 1_a_more/migration.sql -\n"
     "1c b 1_b/migration.sql -\n"
     "10 x 10_x/migration.sql -\n"
     "order? m/10_x/migration.sql: version 10 runs after 1c here, and before it with Prisma, which "
     "sorts text (give both versions the same number of digits)\n"},
    {"1_a/", "orphan m/1_a/: there is no migration.sql in this folder (put the file back, or "
             "remove the folder)\n"},
    {"1_a/ 1_a/down.sql", "orphan m/1_a/: there is no migration.sql in this folder (put the file "
                          "back, or remove the folder)\n"},
    {"init/ init/migration.sql", "version m/init/: the folder's name does not begin with a version "
                                 "(rename the folder, for example to 001_init, or move it away)\n"},
    {"1_a/migration.sql 1_a/steps.sql",
     "1 a 1_a/migration.sql -\n"
     "version m/1_a/steps.sql: in the layout prisma a folder's SQL is in migration.sql and "
     "down.sql (move its SQL into migration.sql, or the file out of the folder)\n"},
};

static void test_read(void **state)
{
    ARENA_SCOPED arena = arena_new();
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++)
        assert_string_equal(layout_outcome(arena, &LAYOUT_PRISMA, CASES[i].names),
                            CASES[i].expected);
}

static void test_detect(void **state)
{
    ARENA_SCOPED arena = arena_new();
    static const struct {
        const char *names;
        int sure;
    } SAMPLES[] = {
        {"", 0},
        {"migration_lock.toml", DETECTED_SURELY},
        {"20240101000000_a/ 20240101000000_a/migration.sql", DETECTED_SURELY},
        {"2024_a/up.sql", 0},
        {"migration.sql", 0},
    };
    for (size_t i = 0; i < sizeof SAMPLES / sizeof SAMPLES[0]; i++) {
        Sample sample = {.listing = layout_listing(arena, SAMPLES[i].names)};
        if (LAYOUT_PRISMA.detect(&sample) != SAMPLES[i].sure)
            fail_msg("%s", SAMPLES[i].names);
    }
}

static void test_new_files(void **state)
{
    ARENA_SCOPED arena = arena_new();
    assert_string_equal(
        layout_new_names(arena, &LAYOUT_PRISMA, ""),
        "20250607080910_add_users/migration.sql\n20250607080910_add_users/down.sql\n");
    assert_string_equal(
        layout_new_names(arena, &LAYOUT_PRISMA, "0_init/migration.sql"),
        "20250607080910_add_users/migration.sql\n20250607080910_add_users/down.sql\n");
    assert_string_equal(
        layout_new_names(arena, &LAYOUT_PRISMA, "20240101000000_a/migration.sql"),
        "20250607080910_add_users/migration.sql\n20250607080910_add_users/down.sql\n");
}

// What the lock file's text says to the reader: nothing, or one problem.
static const char *lock_outcome(Arena *arena, const char *text)
{
    Listing listing = {0};
    LayoutEntries entries = {0};
    Problems problems = {0};
    *vec_append(arena, &listing.texts) =
        (SourceText){"migration_lock.toml", "m/migration_lock.toml", str_from(text)};
    LAYOUT_PRISMA.read(arena, &listing, &entries, &problems);
    if (!problems.len)
        return "";
    const Err *err = &problems.items[0].err;
    assert_true(problems.items[0].is_error);
    return arena_printf(arena, "%s:%d:%d: %s (%s)", err->file, err->position.line,
                        err->position.column, err->message, err->hint);
}

static void test_lock(void **state)
{
    ARENA_SCOPED arena = arena_new();
    assert_string_equal(lock_outcome(arena, "# Please do not edit\nprovider = \"postgresql\"\n"),
                        "");
    assert_string_equal(lock_outcome(arena, "provider = 'postgres'"), "");
    assert_string_equal(lock_outcome(arena, ""), "");
    assert_string_equal(lock_outcome(arena, "# It is\nprovider = \"mysql\""),
                        "m/migration_lock.toml:2:1: these migrations are for \"mysql\", not for "
                        "PostgreSQL (name the folder of the migrations for PostgreSQL: --dir DIR)");
    assert_string_equal(lock_outcome(arena, "provider = \"postgresql\n"),
                        "m/migration_lock.toml:1:1: this line is neither KEY = VALUE nor [TABLE] "
                        "(strings are written \"so\", or 'so', on one line)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read),
        cmocka_unit_test(test_detect),
        cmocka_unit_test(test_new_files),
        cmocka_unit_test(test_lock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
