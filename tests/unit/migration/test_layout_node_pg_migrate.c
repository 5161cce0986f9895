#include "layout_case.h"
#include "section_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "migration/version.h"

static const struct {
    const char *names;
    const char *expected;
} NAMES[] = {
    {"1700000000001_b.sql 1700000000000_add-users.sql",
     "1700000000000 add-users 1700000000000_add-users.sql -\n"
     "1700000000001 b 1700000000001_b.sql -\n"},
    {"0002_b.sql 0001_a.sql 10x.sql", "0001 a 0001_a.sql -\n0002 b 0002_b.sql -\n10 x 10x.sql -\n"},
    // 17 digits are a time
    {"20231114221320000_a.sql 1700000000001_b.sql",
     "1700000000001 b 1700000000001_b.sql -\n"
     "20231114221320000 a 20231114221320000_a.sql -\n"
     "order? m/20231114221320000_a.sql: node-pg-migrate would run this before "
     "m/1700000000001_b.sql; "
     "here it comes after, as its number says (give the versions the same number of digits)\n"},
    {"20231114221320001_a.sql 1700000000000_b.sql",
     "1700000000000 b 1700000000000_b.sql -\n"
     "20231114221320001 a 20231114221320001_a.sql -\n"},
    {"20240101000000_a.sql 20230101000000000_b.sql",
     "20230101000000000 b 20230101000000000_b.sql -\n"
     "20240101000000 a 20240101000000_a.sql -\n"},
    {"1_a.sql 01_b.sql",
     "duplicate m/01_b.sql: version 01 is also the version of m/1_a.sql (give one of the two files "
     "a version of its own)\n"
     "duplicate m/1_a.sql: version 1 is also the version of m/01_b.sql (give one of the two files "
     "a "
     "version of its own)\n"},
    {"init.sql", "version m/init.sql: the file name does not begin with a version (rename it, for "
                 "example to 001_init.sql, or move it out of the folder)\n"},
};

static void test_names(void **state)
{
    ARENA_SCOPED arena = arena_new();
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++)
        assert_string_equal(layout_outcome(arena, &LAYOUT_NODE_PG_MIGRATE, NAMES[i].names),
                            NAMES[i].expected);
}

static const SectionCase SECTIONS[] = {
    {"-- Up Migration\nA;\n-- Down Migration\nB;\n", "up 2[A;\n]\ndown 4[B;\n]\n"},
    {"A;\n", "up 1[A;\n]\n"},
    {"-- said\n  ------ UP   migration of users\r\nA;\n--down\tmigrations\nB;",
     "up 3[A;\n]\ndown 5[B;]\n"},
    {"-- Up Migration\nA;\n", "up 2[A;\n]\n"},
    {"-- Down Migration\nB;\n-- Up Migration\nA;\n", "down 2[B;\n]\nup 4[A;\n]\n"},
    // within its own direction it is a comment
    {"-- Up Migration\n-- up migration goes on\nA;\n", "up 2[-- up migration goes on\nA;\n]\n"},
    {"-- the down migration\n-- upmigration\nA;\n",
     "up 1[-- the down migration\n-- upmigration\nA;\n]\n"},
    {"A;\n-- Down Migration\nB;\n",
     "2:1: -- Down Migration without -- Up Migration before it (put -- Up Migration above the "
     "change: without it node-pg-migrate runs the whole file as up, this part too) | -- Down "
     "Migration"},
    {"-- Down Migration\nB;\n", "1:1: there is no -- Up Migration in this file (write it on a line "
                                "of its own, and the change below it)"},
    {"A;\n-- Up Migration\nB;\n", "2:1: line 1 stands before -- Up Migration, and node-pg-migrate "
                                  "never runs it (move it below this line) | -- Up Migration"},
    {"-- Up Migration\nA;\n-- Down Migration\nB;\n-- Up Migration\nC;\n",
     "5:1: a second -- Up Migration, after that of line 1 (make a file of its own of each pair: "
     "node-pg-migrate takes the first of each alone) | -- Up Migration"},
    {"-- Down Migration\nB;\n-- Up Migration\nA;\n-- Down Migration\n",
     "5:1: a second -- Down Migration, after that of line 1 (make a file of its own of each pair: "
     "node-pg-migrate takes the first of each alone) | -- Down Migration"},
};

static void test_sections(void **state)
{
    SECTION_CASES_CHECK(&LAYOUT_NODE_PG_MIGRATE, SECTIONS);
}

static void test_new_files(void **state)
{
    ARENA_SCOPED arena = arena_new();
    const char *name;
    static const struct {
        const char *newest;
        const char *next;
    } NEXT[] = {
        {NULL, "1749283750000"},
        {"1700000000000", "1749283750000"},
        {"1749283750000", "1749283750001"},
        {"20240101120000000", "20250607080910000"},
        {"0007", "0008"},
    };
    for (size_t i = 0; i < sizeof NEXT / sizeof NEXT[0]; i++) {
        LayoutEntries entries = {0};
        if (NEXT[i].newest)
            *vec_append(arena, &entries) = (LayoutEntry){.version = NEXT[i].newest};
        assert_string_equal(
            layout_next_version(arena, &LAYOUT_NODE_PG_MIGRATE, &entries, "20250607080910"),
            NEXT[i].next);
    }
    assert_string_equal(section_new_outcome(arena, &LAYOUT_NODE_PG_MIGRATE, &(LayoutEntries){0},
                                            "1749283750000", "down migration", &name),
                        "up down ");
    assert_string_equal(name, "1749283750000_down_migration.sql");
}

static const struct {
    const char *names;
    Str head;
    const char *layout;
} DETECTION[] = {
    {"1700000000000_a.sql", STR("SELECT 1;"), "node-pg-migrate"},
    {"20240101120000000_a.sql", STR("SELECT 1;"), "node-pg-migrate"},
    {"20240101120000_a.sql", STR("SELECT 1;"), "plain"},
    {"0001_a.sql", STR("-- Up Migration\nA;\n-- Down Migration\nB;\n"), "node-pg-migrate"},
    {"0001_a.sql", STR("-- Up Migration\nA;\n"), "node-pg-migrate"},
    // people write such headings in plain files
    {"0001_a.sql", STR("A;\n-- Down Migration\n-- B;\n"), "plain"},
    {"0001_a.sql rollback/", STR("-- Up Migration\nA;\n"), "plain"},
    {"1700000000000_a.sql rollbacks/", STR("A;\n"), "plain"},
};

static void test_detection(void **state)
{
    ARENA_SCOPED arena = arena_new();
    for (size_t i = 0; i < sizeof DETECTION / sizeof DETECTION[0]; i++) {
        Sample sample = {.listing = layout_listing(arena, DETECTION[i].names)};
        *vec_append(arena, &sample.heads) = DETECTION[i].head;
        assert_string_equal(layout_detect(&sample, NULL)->name, DETECTION[i].layout);
    }
    assert_ptr_equal(layout_find("node"), &LAYOUT_NODE_PG_MIGRATE);
}

static void test_milliseconds(void **state)
{
    static const struct {
        Str digits;
        int64_t milliseconds;
    } TIMES[] = {
        {STR("19700101000000"), 0},
        {STR("19700101000001002"), 1002},
        {STR("20000229000000"), 951782400000},
        {STR("20231114221320000"), 1700000000000},
        {STR("20991231235959"), 4102444799000},
    };
    int64_t found = 0;
    for (size_t i = 0; i < sizeof TIMES / sizeof TIMES[0]; i++) {
        assert_true(version_milliseconds(TIMES[i].digits, &found));
        assert_int_equal(found, TIMES[i].milliseconds);
    }
    assert_false(version_milliseconds(STR("20241301000000"), &found));
    assert_false(version_milliseconds(STR("1700000000000"), &found));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),        cmocka_unit_test(test_sections),
        cmocka_unit_test(test_new_files),    cmocka_unit_test(test_detection),
        cmocka_unit_test(test_milliseconds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
