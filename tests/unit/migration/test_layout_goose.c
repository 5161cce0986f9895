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
    {"00002_b.sql 00001_a.sql 20240101120000_c.sql 10_d.sql",
     "00001 a 00001_a.sql -\n"
     "00002 b 00002_b.sql -\n"
     "10 d 10_d.sql -\n"
     "20240101120000 c 20240101120000_c.sql -\n"},
    {"001_a.sql 1_b.sql",
     "duplicate m/001_a.sql: version 001 is also the version of m/1_b.sql (give one of the two "
     "files a version of its own)\n"
     "duplicate m/1_b.sql: version 1 is also the version of m/001_a.sql (give one of the two files "
     "a version of its own)\n"},
    {"00000_a.sql", "version m/00000_a.sql: goose counts its versions from 1 (give the file a "
                    "version above 0)\n"},
    // up to the first '_' there are digits alone
    {"001.sql 2b_x.sql 3-x_y.sql",
     "version m/001.sql: the file name does not begin with a version (rename it, for example to "
     "001_what_it_does.sql, or move it out of the folder)\n"
     "version m/2b_x.sql: the file name does not begin with a version (rename it, for example to "
     "2_b_x.sql, or move it out of the folder)\n"
     "version m/3-x_y.sql: the file name does not begin with a version (rename it, for example to "
     "3_x_y.sql, or move it out of the folder)\n"},
};

static void test_names(void **state)
{
    ARENA_SCOPED arena = arena_new();
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++)
        assert_string_equal(layout_outcome(arena, &LAYOUT_GOOSE, NAMES[i].names),
                            NAMES[i].expected);
}

#define KNOWN                                                                                      \
    "goose has no such annotation (known are: -- +goose Up, Down, StatementBegin, StatementEnd, "  \
    "NO TRANSACTION, ENVSUB ON, ENVSUB OFF)"

static const SectionCase SECTIONS[] = {
    {"-- +goose Up\nA;\n-- +goose Down\nB;\n", "up 2[A;\n]\ndown 4[B;\n]\n"},
    {"-- +goose Up\nA;\n", "up 2[A;\n]\n"},
    {"--+goose UP\r\nA;\r\n-- +goose down --\r\n", "up 2[A;\r\n]\ndown 4[]\n"},
    {"-- said\n-- +goose NO TRANSACTION\n-- +goose Up\n-- +goose Down\n",
     "no transaction\nup 4[]\ndown 5[]\n"},
    {"-- +goose Up\n-- +goose no transaction\n-- +goose Down\n",
     "no transaction\nup 2[-- +goose no transaction\n]\ndown 4[]\n"},
    {"-- +goose Up\n-- +goose StatementBegin\nA;\n-- +goose StatementEnd\n",
     "up 2[-- +goose StatementBegin\nA;\n-- +goose StatementEnd\n]\n"},
    {"-- +goose ENVSUB ON\n-- +goose Up\n-- +goose Down\n-- +goose ENVSUB OFF\n",
     "up 3 placeholders opened[]\ndown 4 placeholders opened[-- +goose ENVSUB OFF\n]\n"},
    {"-- +goose Up\n-- +goose ENVSUB ON\n-- +goose ENVSUB OFF\n-- +goose Down\n",
     "up 2 placeholders[-- +goose ENVSUB ON\n-- +goose ENVSUB OFF\n]\ndown 5[]\n"},
    {"",
     "1:1: there is no -- +goose Up in this file (write it on a line of its own, and the change "
     "below it)"},
    {"-- +goose Down\nA;\n", "1:1: -- +goose Down without -- +goose Up before it (put -- +goose Up "
                             "and the change above it) | -- +goose Down"},
    {"-- +goose Up\n-- +goose Up\n", "2:1: a second -- +goose Up, after that of line 1 (remove "
                                     "this line, or make a file of its own "
                                     "of what follows) | -- +goose Up"},
    {"-- +goose Up\n-- +goose Down\n-- +goose Down\n",
     "3:1: a second -- +goose Down, after that of line 2 (remove this line, or make a file of its "
     "own of what follows) | -- +goose Down"},
    {"SELECT 1;\n-- +goose Up\n",
     "2:1: line 1 stands before -- +goose Up (move it below this line: goose allows only comments "
     "before it) | -- +goose Up"},
    {"-- +goose Up\n  -- +goose Down\n",
     "2:1: an annotation of goose stands at the line's beginning (remove the blanks before --) |   "
     "-- +goose Down"},
    {"-- +goose Up\n-- see +goose\n", "2:1: " KNOWN " | -- see +goose"},
    {"-- +goose Up\n-- +goose NO  TRANSACTION\n", "2:1: " KNOWN " | -- +goose NO  TRANSACTION"},
    {"-- +goose Up +goose\n", "1:1: " KNOWN " | -- +goose Up +goose"},
    {"-- +goose Up\n-- +goose StatementBegin\n",
     "1:1: StatementBegin without StatementEnd (put -- +goose StatementEnd behind the statement)"},
    {"-- +goose StatementBegin\n",
     "1:1: StatementBegin before -- +goose Up (put -- +goose Up above "
     "it) | -- +goose StatementBegin"},
    {"-- +goose Up\n-- +goose StatementEnd\n",
     "2:1: StatementEnd without StatementBegin (put -- +goose StatementBegin before the statement "
     "that ends here, or remove this line) | -- +goose StatementEnd"},
    {"-- +goose Up\n-- +goose StatementBegin\n-- +goose Down\n",
     "3:1: this stands between StatementBegin and StatementEnd (put -- +goose StatementEnd before "
     "it) | -- +goose Down"},
};

static void test_sections(void **state)
{
    SECTION_CASES_CHECK(&LAYOUT_GOOSE, SECTIONS);
}

static const char *const ENVIRONMENT[] = {"A=one", "EMPTY=", "LONG=abcdef", "_X=no", NULL};

#define ON  "-- +goose ENVSUB ON\n"
#define OFF "-- +goose ENVSUB OFF\n"

static const struct {
    const char *text;
    const char *expected; // the text, or "LINE:COLUMN: MESSAGE (HINT)"
} EXPANSIONS[] = {
    {"SELECT '$A';\n", "SELECT '$A';\n"}, // off
    {ON "SELECT '$A ${A}';\n", ON "SELECT 'one one';\n"},
    {ON "SELECT $A;\n" OFF "SELECT $A;\n", ON "SELECT one;\n" OFF "SELECT $A;\n"},
    {ON "'$UNSET|${UNSET}|${EMPTY}|$A_B';", ON "'|||';"},
    {ON "${UNSET:-x} ${EMPTY:-x} ${A:-x};", ON "x x one;"},
    {ON "${UNSET-x} ${EMPTY-x} ${A-x};", ON "x  one;"},
    {ON "${UNSET:-${EMPTY:-$A$$}};", ON "one$;"},
    {ON "${A?needed} ${EMPTY?needed};", ON "one ;"},
    {ON "${LONG:2} ${LONG:1:2} ${LONG:-2} ${LONG: -2} ${LONG:2:-1} ${LONG:9} ${LONG:1:99};",
     ON "cdef bc abcdef ef cde  bcdef;"},
    {ON "'$$' '\\$A' '\\\\' '\\n' '$(x)' $", ON "'$' '$A' '\\\\' '\\n' '$(x)' $"},
    // comments before a statement are not looked at, those inside are
    {ON "-- $1\n\nSELECT\n-- $A\n1;\n-- $1\n", ON "-- $1\n\nSELECT\n-- one\n1;\n-- $1\n"},
    {ON "-- +goose StatementBegin\nA;\n-- $A\n-- +goose StatementEnd\n-- $1\n",
     ON "-- +goose StatementBegin\nA;\n-- one\n-- +goose StatementEnd\n-- $1\n"},
    {ON "SELECT ${UNSET?give it};", "2:8: $UNSET: give it (set it: export UNSET=VALUE)"},
    {ON "SELECT ${UNSET?};", "2:8: $UNSET: not set (set it: export UNSET=VALUE)"},
    {ON "${A:-${UNSET?no}};", ON "one;"}, // is not used
#define DOLLAR "(write $$ for a dollar sign, or put -- +goose ENVSUB OFF before it)"
    {ON "SELECT $1;", "2:9: a variable's name begins with a letter " DOLLAR},
    {ON "SELECT $_X;", "2:9: a variable's name begins with a letter " DOLLAR},
    {ON "SELECT ${A", "2:11: behind a variable's name stands }, :-, -, ? or : " DOLLAR},
    {ON "SELECT ${A:-b;", "2:15: there is no } here " DOLLAR},
    {ON "SELECT ${A:?b};", "2:12: this is no number of bytes: ${VAR:1} or ${VAR:1:2} " DOLLAR},
    {ON "SELECT $A\xc3\xa4;", "2:10: a variable's name has no letter beyond ASCII " DOLLAR},
};

static const char *expand(Arena *arena, const char *text, const char *opening)
{
    ExpansionValues values = {.environment = ENVIRONMENT};
    const Expansion *expansion = LAYOUT_GOOSE.expansion(arena, NULL, &values);
    Str out;
    const TextShifts *shifts;
    Err err = {0};
    if (!expansion_run(arena, expansion, str_from(text), opening, "x.sql", (Position){1, 1}, &out,
                       &shifts, &err))
        return arena_printf(arena, "%d:%d: %s (%s)", err.position.line, err.position.column,
                            err.message, err.hint);
    return arena_dup(arena, out);
}

static void test_envsub(void **state)
{
    ARENA_SCOPED arena = arena_new();
    for (size_t i = 0; i < sizeof EXPANSIONS / sizeof EXPANSIONS[0]; i++)
        assert_string_equal(expand(arena, EXPANSIONS[i].text, NULL), EXPANSIONS[i].expected);
    // a section that begins where it is on
    assert_string_equal(expand(arena, "SELECT '$A';\n", ON), "SELECT 'one';\n");
}

static void test_new_files(void **state)
{
    ARENA_SCOPED arena = arena_new();
    const char *name;
    LayoutEntries none = {0};
    const char *version = layout_next_version(arena, &LAYOUT_GOOSE, &none, "20250607080910");
    assert_string_equal(
        section_new_outcome(arena, &LAYOUT_GOOSE, &none, version, "+goose Down", &name),
        "up down ");
    assert_string_equal(name, "20250607080910_goose_Down.sql");
}

static void test_detection(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Sample sample = {.listing = layout_listing(arena, "00001_a.sql 00002_b.go")};
    assert_int_equal(LAYOUT_GOOSE.detect(&sample), 0);
    *vec_append(arena, &sample.heads) = STR("-- +goose NO TRANSACTION\n-- +goose Up\n");
    assert_string_equal(layout_detect(&sample, NULL)->name, "goose");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),     cmocka_unit_test(test_sections),
        cmocka_unit_test(test_envsub),    cmocka_unit_test(test_new_files),
        cmocka_unit_test(test_detection),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
