#include "layout_case.h"
#include "section_case.h"

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
} NAMES[] = {
    {"20240101120000-a.sql 2_b.sql 10-c.sql 20231223_001_d.sql 3add.sql",
     "2 b 2_b.sql -\n"
     "3 add 3add.sql -\n"
     "10 c 10-c.sql -\n"
     "20231223_001 d 20231223_001_d.sql -\n"
     "20240101120000 a 20240101120000-a.sql -\n"},
    // one number, and then by name
    {"1.9_a.sql 1.10_b.sql",
     "1.9 a 1.9_a.sql -\n"
     "1.10 b 1.10_b.sql -\n"
     "order? m/1.10_b.sql: sql-migrate would run this before m/1.9_a.sql; here it comes after, as "
     "its number says (give the versions the same number of digits)\n"},
    // it tells them by their whole name
    {"1_a.sql 1_b.sql 2_c.sql", "1 a 1_a.sql -\n"
                                "1b b 1_b.sql -\n"
                                "2 c 2_c.sql -\n"},
    {"init.sql", "version m/init.sql: the file name does not begin with a version (rename it, for "
                 "example to 001_init.sql, or move it out of the folder)\n"},
};

static void test_names(void **state)
{
    ARENA_SCOPED arena = arena_new();
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++)
        assert_string_equal(layout_outcome(arena, &LAYOUT_SQL_MIGRATE, NAMES[i].names),
                            NAMES[i].expected);
}

#define KNOWN                                                                                      \
    "sql-migrate has no such marker (known are: -- +migrate Up, Down, StatementBegin, "            \
    "StatementEnd, and notransaction behind Up or Down)"
#define NEAR                                                                                       \
    "sql-migrate does not see this marker (begin the line with -- +migrate, one blank before the " \
    "word and one behind)"

static const SectionCase SECTIONS[] = {
    {"-- +migrate Up\nA;\n-- +migrate Down\nB;\n", "up 2[A;\n]\ndown 4[B;\n]\n"},
    {"-- said\n-- +migrate Up\r\nA;\r\n", "up 3[A;\r\n]\n"},
    {"-- +migrate Down\nB;\n-- +migrate Up\nA;\n", "down 2[B;\n]\nup 4[A;\n]\n"},
    {"-- +migrate Up\nA;\n-- +migrate Down\nB;\n-- +migrate Up\nC;\n-- +migrate Down\nD;\n",
     "up 2[A;\n]\ndown 4[B;\n]\nup 6[C;\n]\ndown 8[D;\n]\n"},
    {"-- +migrate Up notransaction\n-- +migrate Down x notransaction\n",
     "up 2 no transaction[]\ndown 3 no transaction[]\n"},
    {"-- +migrate Up NOTRANSACTION\n", "up 2[]\n"},
    {"-- +migrate StatementEnd\n-- +migrate Up\n-- +migrate StatementBegin\nA;\n-- +migrate "
     "StatementEnd\n",
     "up 3[-- +migrate StatementBegin\nA;\n-- +migrate StatementEnd\n]\n"},
    {"", "1:1: there is no -- +migrate Up in this file (write it on a line of its own, and the "
         "change below it)"},
    {"-- +migrate Down\nB;\n",
     "1:1: there is no -- +migrate Up in this file (write it on a line of "
     "its own, and the change below it)"},
    {"SELECT 1;\n-- +migrate Up\n",
     "2:1: line 1 stands before this marker, and sql-migrate never runs it (move it below the "
     "marker, or remove it) | -- +migrate Up"},
    {"-- +migrate Up\n-- +migrate down\n", "2:1: " KNOWN " | -- +migrate down"},
    {"-- +migrate \n", "1:1: " KNOWN " | -- +migrate "},
    {"-- +migrate Up\n -- +migrate Down\n", "2:1: " NEAR " |  -- +migrate Down"},
    {"-- +migrate Up\n--+migrate Down\n", "2:1: " NEAR " | --+migrate Down"},
    {"-- +migrate Up\n-- +Migrate Down\n", "2:1: " NEAR " | -- +Migrate Down"},
    {"-- +migrate Up\n-- +migrate StatementBegin\n",
     "1:1: StatementBegin without StatementEnd (put -- +migrate StatementEnd behind the "
     "statement)"},
    {"-- +migrate Up\n-- +migrate StatementBegin\n-- +migrate Down\n",
     "3:1: this stands between StatementBegin and StatementEnd (put -- +migrate StatementEnd "
     "before "
     "it) | -- +migrate Down"},
};

static void test_sections(void **state)
{
    SECTION_CASES_CHECK(&LAYOUT_SQL_MIGRATE, SECTIONS);
}

// Sections of one direction stay where they are; the header belongs to the up.
static void test_join(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Str text = STR("-- h\n-- +migrate Up\nA;\n-- +migrate Down\nB;\n-- +migrate Up\nC;\n");
    SectionReader reader;
    Err err = {0};
    assert_true(section_read(&reader, arena, LAYOUT_SQL_MIGRATE.markers, text, 9, &err));
    assert_string_equal(section_join(arena, &reader.sections, false, text).p,
                        "-- h\n-- +migrate Up\nA;\n                \n  \n              \nC;\n");
    assert_string_equal(section_join(arena, &reader.sections, true, text).p,
                        "    \n              \n  \n                \nB;\n              \n  \n");
}

static void test_new_files(void **state)
{
    ARENA_SCOPED arena = arena_new();
    const char *name;
    Problems problems = {0};
    LayoutEntries none = {0};
    assert_string_equal(section_new_outcome(arena, &LAYOUT_SQL_MIGRATE, &none, "20250607080910",
                                            "add users", &name),
                        "up down ");
    assert_string_equal(name, "20250607080910-add_users.sql");
    LayoutEntries entries =
        layout_entries(arena, &LAYOUT_SQL_MIGRATE, "1-a.sql 2_b.sql", &problems);
    section_new_outcome(arena, &LAYOUT_SQL_MIGRATE, &entries, "3", "c", &name);
    assert_string_equal(name, "3_c.sql");
    section_new_outcome(arena, &LAYOUT_SQL_MIGRATE, &none, "20250607", "2 users", &name);
    assert_string_equal(name, "20250607_m_2_users.sql");
}

static void test_detection(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Sample sample = {.listing = layout_listing(arena, "1_a.sql")};
    assert_int_equal(LAYOUT_SQL_MIGRATE.detect(&sample), 0);
    *vec_append(arena, &sample.heads) = STR("-- +migrate Up\n");
    assert_string_equal(layout_detect(&sample, NULL)->name, "sql-migrate");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),     cmocka_unit_test(test_sections),
        cmocka_unit_test(test_join),      cmocka_unit_test(test_new_files),
        cmocka_unit_test(test_detection),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
