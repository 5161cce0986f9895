#include "layout_case.h"
#include "section_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "migration/expansion.h"

static const struct {
    const char *names;
    const char *expected;
} NAMES[] = {
    {"002_b.sql 001_a.sql 3_c.sql shared/ tern.conf",
     "001 a 001_a.sql -\n002 b 002_b.sql -\n3 c 3_c.sql -\n"},
    {"001_a.sql 003_c.sql 004_d.sql 006_e.sql",
     "001 a 001_a.sql -\n003 c 003_c.sql -\n004 d 004_d.sql -\n006 e 006_e.sql -\n"
     "version m/003_c.sql: number 2 is missing before this file, and tern's numbers have no gap "
     "(add the file, or rename this one to 002_c.sql)\n"
     "version m/006_e.sql: number 5 is missing before this file, and tern's numbers have no gap "
     "(add the file, or rename this one to 005_e.sql)\n"},
    {"002_b.sql", "002 b 002_b.sql -\n"
                  "version m/002_b.sql: number 1 is missing before this file, and tern's numbers "
                  "have no gap (add the file, or rename this one to 001_b.sql)\n"},
    {"000_a.sql 001_b.sql", "000 a 000_a.sql -\n001 b 001_b.sql -\n"
                            "version m/000_a.sql: tern counts its migrations from 1 (give it a "
                            "number above 0)\n"},
    {"001_a.sql 1_b.sql 002_c.sql",
     "002 c 002_c.sql -\n"
     "duplicate m/001_a.sql: version 001 is also the version of m/1_b.sql (give one of the two "
     "files a version of its own)\n"
     "duplicate m/1_b.sql: version 1 is also the version of m/001_a.sql (give one of the two files "
     "a version of its own)\n"},
    {"001_a.sql 2.sql 003-x.sql",
     "001 a 001_a.sql -\n"
     "version m/2.sql: the file name does not begin with a version (rename it, for example to "
     "2_what_it_does.sql, or move it out of the folder)\n"
     "version m/003-x.sql: the file name does not begin with a version (rename it, for example to "
     "003_x.sql, or move it out of the folder)\n"},
};

static void test_names(void **state)
{
    ARENA_SCOPED arena = arena_new();
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++)
        assert_string_equal(layout_outcome(arena, &LAYOUT_TERN, NAMES[i].names), NAMES[i].expected);
}

#define MARKER "---- create above / drop below ----"
#define OFF    "---- tern: disable-tx ----"

static const SectionCase SECTIONS[] = {
    {"A;\n" MARKER "\nB;\n", "up 1[A;\n]\ndown 3[B;\n]\n"},
    {"A;\r\n" MARKER "\r\nB;", "up 1[A;\r\n]\ndown 3[B;]\n"},
    {"A;\n", "up 1[A;\n]\n"},
    {"", "up 1[]\n"},
    {OFF "\nA;\n" MARKER "\nB;\n", "up 1 no transaction[" OFF "\nA;\n]\ndown 4[B;\n]\n"},
    {"A;\n" MARKER "\n" OFF "\r\nB;\n", "up 1[A;\n]\ndown 3 no transaction[" OFF "\r\nB;\n]\n"},
    {"A;\n  " MARKER "\nB;\n", "up 1[A;\n]\ndown 3[B;\n]\n"},
    {"A; " MARKER "\nB;\n", "1:1: this marker has to be alone on its line (put what stands beside "
                            "it on a line of its own) | A; " MARKER},
    {MARKER " B;\n", "1:1: this marker has to be alone on its line (put what stands beside it on a "
                     "line of its own) | " MARKER " B;"},
    {"A;\n" MARKER "\n" MARKER "\n",
     "3:1: a second " MARKER ", after that of line 2 (remove this line, or make a file of its own "
     "of what follows) | " MARKER},
    {"-- Create above / drop below\n",
     "1:1: tern does not see this marker (write " MARKER ") | -- Create above / drop below"},
    {"-- tern: disable-tx\n",
     "1:1: tern does not see this marker (write " OFF ") | -- tern: disable-tx"},
};

static void test_sections(void **state)
{
    SECTION_CASES_CHECK(&LAYOUT_TERN, SECTIONS);
}

static void test_templates(void **state)
{
    ARENA_SCOPED arena = arena_new();
    const Expansion *expansion = LAYOUT_TERN.expansion(arena, NULL, NULL);
    Str text = STR("SELECT 1;\n-- {{ .x }}\n");
    Str out;
    const TextShifts *shifts;
    Err err = {0};
    assert_false(expansion_run(arena, expansion, text, NULL, "001_a.sql", (Position){7, 1}, &out,
                               &shifts, &err));
    assert_string_equal(err.message, "a template of tern's, which cannot be rendered here");
    assert_string_equal(err.hint, "write in its place the SQL that it makes: tern print-migrations "
                                  "shows it");
    assert_string_equal(err.file, "001_a.sql");
    assert_int_equal(err.position.line, 8);
    assert_int_equal(err.position.column, 4);
    assert_true(expansion_run(arena, expansion, STR("SELECT '{1}';"), NULL, "x", (Position){1, 1},
                              &out, &shifts, &err));
}

static void test_new_files(void **state)
{
    ARENA_SCOPED arena = arena_new();
    const char *name;
    LayoutEntries none = {0};
    assert_string_equal(layout_next_version(arena, &LAYOUT_TERN, &none, "20250607080910"), "001");
    assert_string_equal(section_new_outcome(arena, &LAYOUT_TERN, &none, "001", "add users", &name),
                        "up down ");
    assert_string_equal(name, "001_add_users.sql");
}

static void test_detection(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Sample sample = {.listing = layout_listing(arena, "001_a.sql")};
    assert_int_equal(LAYOUT_TERN.detect(&sample), 0);
    *vec_append(arena, &sample.heads) = STR("A;\n" MARKER "\n");
    assert_string_equal(layout_detect(&sample, NULL)->name, "tern");
    sample = (Sample){.listing = layout_listing(arena, "001_a.sql tern.conf")};
    assert_string_equal(layout_detect(&sample, NULL)->name, "tern");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),     cmocka_unit_test(test_sections),
        cmocka_unit_test(test_templates), cmocka_unit_test(test_new_files),
        cmocka_unit_test(test_detection),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
