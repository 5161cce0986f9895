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
    // by the version without '-', whatever the folders' names say as text
    {"2024-01-02-000000_b/ 2024-01-02-000000_b/up.sql 2024-01-02-000000_b/down.sql "
     "20240101000000_a/ 20240101000000_a/up.sql 20240101000000_a/metadata.toml "
     "00000000000000_diesel_initial_setup/up.sql README.md",
     "00000000000000 diesel_initial_setup 00000000000000_diesel_initial_setup/up.sql -\n"
     "20240101000000 a 20240101000000_a/up.sql -\n"
     "20240102000000 b 2024-01-02-000000_b/up.sql 2024-01-02-000000_b/down.sql\n"},
    {"1/up.sql", "1 1 1/up.sql -\n"},
    {"1_x/ 2_y/ 2_y/up.sql", "2 y 2_y/up.sql -\n"}, // an empty folder is nobody's
    {"9_b/up.sql 10_a/up.sql", "9 b 9_b/up.sql -\n"
                               "10 a 10_a/up.sql -\n"
                               "order? m/10_a/up.sql: version 10 runs after 9 here, and before it "
                               "with diesel, which sorts text (give both versions the same number "
                               "of digits)\n"},
    {"2024-01-01-000000_a/up.sql 20240101000000_b/up.sql",
     "duplicate m/2024-01-01-000000_a/up.sql: version 20240101000000 is also the version of "
     "m/20240101000000_b/up.sql (give one of the two files a version of its own)\n"
     "duplicate m/20240101000000_b/up.sql: version 20240101000000 is also the version of "
     "m/2024-01-01-000000_a/up.sql (give one of the two files a version of its own)\n"},
    {"1_a/ 1_a/down.sql", "orphan m/1_a/: there is no up.sql in this folder (write the change "
                          "into up.sql, or move the folder away)\n"},
    {"1_a/ 1_a/README.md", "orphan m/1_a/: there is no up.sql in this folder (write the change "
                           "into up.sql, or move the folder away)\n"},
    {"init/ init/up.sql", "version m/init/: the folder's name does not begin with a version and "
                          "'_' (rename the folder, for example to 001_init, or move it away)\n"},
    {"1_a/up.sql 1_a/seed.sql 002_b.sql",
     "1 a 1_a/up.sql -\n"
     "version? m/002_b.sql: in the layout diesel a migration is a folder: this is not run (if it "
     "is a migration, move it to 002_b/up.sql)\n"
     "version m/1_a/seed.sql: in the layout diesel a folder's SQL is in up.sql and down.sql (move "
     "its SQL into up.sql, or the file out of the folder)\n"},
};

static void test_read(void **state)
{
    ARENA_SCOPED arena = arena_new();
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++)
        assert_string_equal(layout_outcome(arena, &LAYOUT_DIESEL, CASES[i].names),
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
        {"2024-01-01-000000_a/ 2024-01-01-000000_a/up.sql", DETECTED_SURELY},
        {"001_a.up.sql 001_a.down.sql", 0},
        {"20240101000000_a/migration.sql", 0},
        {"up.sql", 0},
    };
    for (size_t i = 0; i < sizeof SAMPLES / sizeof SAMPLES[0]; i++) {
        Sample sample = {.listing = layout_listing(arena, SAMPLES[i].names)};
        if (LAYOUT_DIESEL.detect(&sample) != SAMPLES[i].sure)
            fail_msg("%s", SAMPLES[i].names);
    }
}

static void test_new_files(void **state)
{
    ARENA_SCOPED arena = arena_new();
    assert_string_equal(
        layout_new_names(arena, &LAYOUT_DIESEL, ""),
        "2025-06-07-080910_add_users/up.sql\n2025-06-07-080910_add_users/down.sql\n");
    assert_string_equal(
        layout_new_names(arena, &LAYOUT_DIESEL, "00000000000000_diesel_initial_setup/up.sql"),
        "2025-06-07-080910_add_users/up.sql\n2025-06-07-080910_add_users/down.sql\n");
    assert_string_equal(
        layout_new_names(arena, &LAYOUT_DIESEL, "2024-01-01-000000_a/up.sql"),
        "2025-06-07-080910_add_users/up.sql\n2025-06-07-080910_add_users/down.sql\n");
    assert_string_equal(layout_new_names(arena, &LAYOUT_DIESEL, "20240101000000_a/up.sql"),
                        "20250607080910_add_users/up.sql\n20250607080910_add_users/down.sql\n");
    assert_string_equal(layout_new_names(arena, &LAYOUT_DIESEL, "20990101000000_a/up.sql"),
                        "20990101000001_add_users/up.sql\n20990101000001_add_users/down.sql\n");
    assert_string_equal(layout_new_names(arena, &LAYOUT_DIESEL, "7_a/up.sql"),
                        "8_add_users/up.sql\n8_add_users/down.sql\n");
}

static const struct {
    const char *text;
    const char *outcome; // "transaction", "none", or line:column: message (hint)
} OPTIONS[] = {
    {"run_in_transaction = true\n", "transaction"},
    {"# why\n\nrun_in_transaction=false # concurrently", "none"},
    {"run_in_transaction = false\r\n", "none"},
    {"", "1:1: this file does not say run_in_transaction, which diesel takes for false (write "
         "\"run_in_transaction = true\", or false, or remove the file)"},
    {"run_in_transaction = \"false\"\n",
     "1:1: run_in_transaction is true or false (write \"run_in_transaction = false\")"},
    {"# x\n  run_in_transactions = false\n",
     "2:3: diesel has no setting \"run_in_transactions\" (write \"run_in_transaction = false\")"},
    {"[x]\nrun_in_transaction = false\n",
     "2:1: diesel has no setting \"run_in_transaction\" (write \"run_in_transaction = false\")"},
    {"run_in_transaction\n", "1:1: this line is neither KEY = VALUE nor [TABLE] (strings are "
                             "written \"so\", or 'so', on one line)"},
};

static void test_options(void **state)
{
    ARENA_SCOPED arena = arena_new();
    for (size_t i = 0; i < sizeof OPTIONS / sizeof OPTIONS[0]; i++) {
        SourceText text = {"metadata.toml", "m/1_a/metadata.toml", str_from(OPTIONS[i].text)};
        Migration migration = {0};
        Err err = {0};
        bool ok = LAYOUT_DIESEL.options(arena, &text, &migration, &err);
        assert_int_equal(migration.up.is_no_transaction, migration.down.is_no_transaction);
        assert_string_equal(err.file, ok ? "" : "m/1_a/metadata.toml");
        assert_string_equal(ok ? migration.up.is_no_transaction ? "none" : "transaction"
                               : arena_printf(arena, "%d:%d: %s (%s)", err.position.line,
                                              err.position.column, err.message, err.hint),
                            OPTIONS[i].outcome);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read),
        cmocka_unit_test(test_detect),
        cmocka_unit_test(test_new_files),
        cmocka_unit_test(test_options),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
