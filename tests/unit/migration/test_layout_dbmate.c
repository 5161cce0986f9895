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
    {"20240102030405_b.sql 20240101120000_a.sql README.md",
     "20240101120000 a 20240101120000_a.sql -\n"
     "20240102030405 b 20240102030405_b.sql -\n"},
    {"1add.sql 2.sql 3-more.sql", "1 add 1add.sql -\n2 2 2.sql -\n3 more 3-more.sql -\n"},
    {"9_a.sql 10_b.sql 011_c.sql",
     "9 a 9_a.sql -\n"
     "10 b 10_b.sql -\n"
     "011 c 011_c.sql -\n"
     "order? m/10_b.sql: dbmate would run this before m/9_a.sql; here it comes after, as its "
     "number "
     "says (give the versions the same number of digits)\n"
     "order? m/011_c.sql: dbmate would run this before m/10_b.sql; here it comes after, as its "
     "number says (give the versions the same number of digits)\n"},
    {"20240101_001_a.sql 20240101_002_b.sql",
     "duplicate m/20240101_001_a.sql: version 20240101 is also the version of m/20240101_002_b.sql "
     "(give one of the two files a version of its own)\n"
     "duplicate m/20240101_002_b.sql: version 20240101 is also the version of m/20240101_001_a.sql "
     "(give one of the two files a version of its own)\n"},
    {"init.sql", "version m/init.sql: the file name does not begin with a version (rename it, for "
                 "example to 001_init.sql, or move it out of the folder)\n"},
};

static void test_names(void **state)
{
    ARENA_SCOPED arena = arena_new();
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++)
        assert_string_equal(layout_outcome(arena, &LAYOUT_DBMATE, NAMES[i].names),
                            NAMES[i].expected);
}

#define SAID "write it on a line of its own"

static const SectionCase SECTIONS[] = {
    {"-- migrate:up\nA;\n-- migrate:down\nB;\n", "up 2[A;\n]\ndown 4[B;\n]\n"},
    {"-- migrate:up\r\nA;\r\n-- migrate:down", "up 2[A;\r\n]\ndown 4[]\n"},
    {"-- said\n\n--migrate:up\nA;\n--\tmigrate:down \nB;", "up 4[A;\n]\ndown 6[B;]\n"},
    {"-- migrate:up transaction:false\n-- migrate:down\n", "up 2 no transaction[]\ndown 3[]\n"},
    {"-- migrate:up a:b transaction:false c\n-- migrate:down transaction:true\n",
     "up 2 no transaction[]\ndown 3[]\n"},
    {"-- migrate:up\n-- migrate:down transaction:false\n", "up 2[]\ndown 3 no transaction[]\n"},
    // the last one counts; only "false" does; a third part makes it no option
    {"-- migrate:up transaction:false transaction:true\n-- migrate:down\n", "up 2[]\ndown 3[]\n"},
    {"-- migrate:up transaction:FALSE\n-- migrate:down transaction:false:x\n",
     "up 2[]\ndown 3[]\n"},
    // no markers
    {"-- migrate:up\n-- migrate:upward\n-- migrate:down\n-- to migrate:down is to go back\n",
     "up 2[-- migrate:upward\n]\ndown 4[-- to migrate:down is to go back\n]\n"},
    // inside a string as well, as dbmate reads it
    {"-- migrate:up\nSELECT '\n-- migrate:down\n';", "up 2[SELECT '\n]\ndown 4[';]\n"},
    {"", "1:1: there is no -- migrate:up in this file (" SAID ", and the change below it)"},
    {"CREATE TABLE a ();\n",
     "1:1: there is no -- migrate:up in this file (" SAID ", and the change below it)"},
    {"-- migrate:up\nA;\n", "1:1: there is no -- migrate:down in this file (" SAID
                            " behind the change, and below it the way back, or nothing)"},
    {"-- migrate:down\nA;\n-- migrate:up\n",
     "1:1: -- migrate:down without -- migrate:up before it (put -- migrate:up and the change above "
     "it) | -- migrate:down"},
    {"\nSELECT 1;\n-- migrate:up\n-- migrate:down\n",
     "3:1: line 2 stands before -- migrate:up (move it below this line: dbmate allows only "
     "comments "
     "before it) | -- migrate:up"},
    {"-- migrate:up\n-- migrate:down\n-- migrate:up\n-- migrate:down\n",
     "3:1: a second -- migrate:up in one file, after that of line 1 (make a file of its own of "
     "each "
     "pair: several could not be taken back in the right order) | -- migrate:up"},
    {"-- migrate:up\n-- migrate:down\n-- migrate:down\n",
     "3:1: a second -- migrate:down, after that of line 2 (remove this line, or make a file of its "
     "own of what follows) | -- migrate:down"},
};

static void test_sections(void **state)
{
    SECTION_CASES_CHECK(&LAYOUT_DBMATE, SECTIONS);
}

static void test_markers_that_are_not_seen(void **state)
{
    static const char *const NEAR[] = {"  -- migrate:down", "-- Migrate:Down", "-- migrate: down",
                                       "---- migrate:down ----",
                                       "-- MIGRATE:DOWN transaction:false"};
    ARENA_SCOPED arena = arena_new();
    for (size_t i = 0; i < sizeof NEAR / sizeof NEAR[0]; i++) {
        const char *text = arena_printf(arena, "-- migrate:up\n%s\n-- migrate:down\n", NEAR[i]);
        const char *told = arena_printf(arena,
                                        "2:1: dbmate does not see this marker (write -- migrate:up "
                                        "or -- migrate:down, in small "
                                        "letters, at the line's beginning) | %s",
                                        NEAR[i]);
        assert_string_equal(section_outcome(arena, &LAYOUT_DBMATE, text), told);
    }
}

static void test_new_files(void **state)
{
    ARENA_SCOPED arena = arena_new();
    const char *name;
    LayoutEntries none = {0};
    const char *version = layout_next_version(arena, &LAYOUT_DBMATE, &none, "20250607080910");
    assert_string_equal(version, "20250607080910");
    assert_string_equal(
        section_new_outcome(arena, &LAYOUT_DBMATE, &none, version, "add users", &name), "up down ");
    assert_string_equal(name, "20250607080910_add_users.sql");
    section_new_outcome(arena, &LAYOUT_DBMATE, &none, "2", "!", &name);
    assert_string_equal(name, "2_migration.sql");
    // a day's version is followed by digits alone
    LayoutEntries dated = {0};
    *vec_append(arena, &dated) = (LayoutEntry){.version = "20250607"};
    assert_string_equal(layout_next_version(arena, &LAYOUT_DBMATE, &dated, "20250607080910"),
                        "20250608");
}

static void test_detection(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Sample sample = {.listing = layout_listing(arena, "001_a.sql")};
    assert_int_equal(LAYOUT_DBMATE.detect(&sample), 0);
    *vec_append(arena, &sample.heads) = STR("SELECT 1;\n");
    assert_string_equal(layout_detect(&sample, NULL)->name, "plain");
    *vec_append(arena, &sample.heads) = STR("\r\n-- migrate:up\r\n");
    assert_string_equal(layout_detect(&sample, NULL)->name, "dbmate");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_sections),
        cmocka_unit_test(test_markers_that_are_not_seen),
        cmocka_unit_test(test_new_files),
        cmocka_unit_test(test_detection),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
