#include "check/ignore.h"

#include "base/text.h"
#include "sql/split.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static Arena *arena;

static int set_up(void **state)
{
    arena = arena_new();
    return 0;
}

static int tear_down(void **state)
{
    arena_free(arena);
    return 0;
}

static const Rule INDEX = {.id = "index-rule",
                           .risk = RISK_BLOCKING,
                           .aliases =
                               "squawk:require-concurrent eugene:E6 atlas:PG101 atlas:concurrent "
                               "pgsafe:index-rule-there"};
static const Rule DROP = {.id = "drop-rule", .risk = RISK_DATA_LOSS, .aliases = "squawk:ban-drop"};

static void read_all(Ignores *ignores, const char *text)
{
    Err err = {0};
    Statement statement;
    SPLITTER_SCOPED splitter = splitter_new_text(str_from(text), &(SplitOptions){.file = "x"});
    ignores_begin(ignores, 1, 20000); // 2024-10-04
    ignores_read(arena, ignores, str_from(text));
    while (splitter_next(splitter, &statement, &err) == SPLIT_STATEMENT)
        if (statement.class != STATEMENT_BEGIN)
            ignores_statement(ignores, statement.position.line,
                              position_after(statement.position, statement.text).line);
    ignores_end(ignores);
}

// The lines, as digits, at which a rule's findings do not count.
static const char *ignored_lines(const char *text, const Rule *rule)
{
    Ignores ignores;
    char *lines = arena_alloc(arena, 10);
    size_t count = 0;
    read_all(&ignores, text);
    for (int line = 1; line <= 9; line++)
        if (ignores_find(&ignores, rule, line))
            lines[count++] = (char)('0' + line);
    return lines;
}

#define SAYS "-- migrate-safe: ignore index-rule: why"

static const struct {
    const char *text;
    const char *index; // lines at which findings of INDEX do not count
    const char *drop;
} CASES[] = {
    {"SELECT 1;\n" SAYS "\nSELECT 3;\nSELECT 4;\n", "3", ""},
    {"SELECT 1;\n" SAYS "\n\n-- more\n\nSELECT\n 7;\nSELECT 8;\n", "67", ""},
    {"SELECT 1; " SAYS "\nSELECT 2;\n", "1", ""},
    {"SELECT 1; SELECT\n2; " SAYS "\nSELECT 3;\n", "12", ""},
    {"SELECT 1\n; " SAYS "\nSELECT 3;\n", "1", ""},
    {"SELECT 1\n" SAYS "\n; -- migrate-safe: ignore drop-rule: why\nSELECT 4;\n", "1", "1"},
    {"SELECT 1;\n" SAYS "\n'; -- migrate-safe: ignore drop-rule: why\n", "1", "1"}, // broken
    {"SELECT\n" SAYS "\n3;\nSELECT 4;\n", "123", ""},
    {"SELECT\n2 " SAYS "\n, 3;\nSELECT 4;\n", "123", ""},
    {"SELECT 1;\n" SAYS "\nBEGIN;\nSELECT 4;\nSELECT 5;\nCOMMIT;\n", "4", ""},
    // At the head before an empty line, or said so: the whole file.
    {SAYS "\n-- a heading\n\nSELECT 4;\nSELECT 5;\n", "123456789", ""},
    {SAYS "\n-- a heading\nSELECT 3;\nSELECT 4;\n", "3", ""},
    {"SELECT 1;\n-- migrate-safe: ignore-file index-rule: why\nSELECT 3;\n", "123456789", ""},
    {"SELECT 1;\n-- migrate-safe: ignore-file index-rule: why\n", "123456789", ""},
    {"SELECT 1;\n" SAYS "\n", "", ""},
    {"-- migrate-safe: ignore index-rule, drop-rule: why\nSELECT 2;", "2", "2"},
    {"-- migrate-safe: ignore index-rule, drop-rule until 2024-10-04: why\nSELECT 2;", "2", "2"},
    {"-- migrate-safe: ignore index-rule until 2024-10-03: why\nSELECT 2;", "", ""},
    {"-- migrate-safe: ignore E6: another tool's name\nSELECT 2;", "2", ""},
    {"SELECT 1; -- migrate-safe: ignore index-rule\n", "", ""},
    {"-- we never ignore\n-- migrate-safe: ignored: x\n-- migrate-safe ignore index-rule: "
     "x\nSELECT 4;",
     "", ""},
    // Other tools.
    {"-- squawk-ignore require-concurrent\nSELECT 2;\nSELECT 3;", "2", ""},
    {"-- squawk-ignore ban-drop,require-concurrent -- small\nSELECT 2;", "2", "2"},
    {"-- squawk-ignore ban-drop-table\nSELECT 2;", "", ""},
    {"-- squawk-ignore E6\nSELECT 2;", "", ""}, // the name of a third one
    {"SELECT 1;\n-- squawk-ignore-file\nSELECT 3;", "123456789", ""},
    {"SELECT 1;\n-- squawk-ignore-file ban-drop\nSELECT 3;", "", "123456789"},
    {"-- eugene: ignore E6, E2\nSELECT 2;", "2", ""},
    {"-- eugene: ignore\nSELECT 2;", "2", ""}, // data loss is never meant by nothing
    {"-- atlas:nolint concurrent\nSELECT 2;", "2", ""},
    {"-- atlas:nolint PG101 DS102\nSELECT 2;", "2", ""},
    {"-- atlas:nolint\n\nSELECT 3;\nSELECT 4;", "123456789", ""},
    {"-- atlas:nolints PG101\nSELECT 2;", "", ""},
    {"-- pgsafe:ignore index-rule-there\nSELECT 2;", "2", ""},
    {"-- safety_assured: a small table\nSELECT 2;\nSELECT 3;", "2", ""},
};

static void test_what_it_is_for(void **state)
{
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        const char *index = ignored_lines(CASES[i].text, &INDEX);
        const char *drop = ignored_lines(CASES[i].text, &DROP);
        if (strcmp(index, CASES[i].index) != 0 || strcmp(drop, CASES[i].drop) != 0)
            fail_msg("lines \"%s\" and \"%s\" of:\n%s", index, drop, CASES[i].text);
    }
}

static void test_what_it_says(void **state)
{
    Ignores ignores;
    read_all(&ignores,
             "SELECT 1;\n\n  \xc3\xbc; -- migrate-safe: ignore index-rule until 2025-01-01: "
             "small: still\n-- squawk-ignore ban-drop -- nobody reads it\nSELECT 4;\n"
             "-- eugene: ignore E6\nSELECT 5; -- Migrate-Safe: ignore x until then: y\n");
    const Ignore *first = &ignores.items.items[0];
    assert_int_equal(ignores.items.len, 4);
    assert_int_equal(first->position.line, 3);
    assert_int_equal(first->position.column, 6);
    assert_string_equal(first->reason, "small: still");
    assert_string_equal(first->until, "2025-01-01");
    assert_string_equal(first->tool, "");
    assert_string_equal(ignores.items.items[1].reason, "nobody reads it");
    assert_string_equal(ignores.items.items[1].tool, "squawk");
    assert_string_equal(ignores.items.items[2].reason, "eugene: ignore");
    assert_string_equal(ignores.items.items[3].trouble, "\"then\" is no date");
}

static void test_which_was_used(void **state)
{
    Ignores ignores;
    read_all(&ignores, SAYS "\nSELECT 2;\n" SAYS "\nSELECT 4;\n");
    assert_non_null(ignores_find(&ignores, &INDEX, 4));
    assert_null(ignores_find(&ignores, &DROP, 2));
    assert_false(ignores.items.items[0].is_used);
    assert_true(ignores.items.items[1].is_used);
}

// A long file comes in pieces, and may have a comment for each statement.
static void test_many(void **state)
{
    enum {
        STATEMENTS = 60000
    };
    Ignores ignores;
    ignores_begin(&ignores, 11, 0);
    for (int i = 0; i < STATEMENTS; i++)
        ignores_read(arena, &ignores, STR("SELECT 1;\n" SAYS "\n"));
    for (int i = 0; i < STATEMENTS; i++)
        ignores_statement(&ignores, 11 + 2 * i, 11 + 2 * i);
    ignores_end(&ignores);
    assert_null(ignores_find(&ignores, &INDEX, 11));
    for (int i = 1; i < STATEMENTS; i++) {
        const Ignore *found = ignores_find(&ignores, &INDEX, 11 + 2 * i);
        assert_true(found && found->position.line == 10 + 2 * i);
    }
}

// As many comments as findings within one statement, and in one block above it.
static void test_many_of_one_statement(void **state)
{
    enum {
        COMMENTS = 60000
    };
    Ignores ignores;
    Text text = {0};
    text_init(&text, 1 << 24);
    for (int i = 0; i < COMMENTS; i++)
        text_append(&text, STR(SAYS "\n"));
    ignores_begin(&ignores, 1, 0);
    ignores_read(arena, &ignores, text_str(&text));
    text_done(&text);
    ignores_read(arena, &ignores, STR("\n"));
    ignores_statement(&ignores, 3, 2 * COMMENTS);
    ignores_end(&ignores);
    for (int line = 3; line <= 2 * COMMENTS; line++) {
        assert_null(ignores_find(&ignores, &DROP, line));
        assert_non_null(ignores_find(&ignores, &INDEX, line));
    }
    assert_non_null(ignores_find(&ignores, &INDEX, 3));
    assert_null(ignores_find(&ignores, &INDEX, 2 * COMMENTS + 1));
}

// The empty line behind a block makes all of it one for the file; without it none.
static void test_block(void **state)
{
    Ignores ignores;
    read_all(&ignores, SAYS "\n-- words\n" SAYS "\n\nSELECT 5;\n" SAYS "\n" SAYS "\nSELECT 8;\n");
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(ignores.items.items[i].is_before_gap, i < 2);
    assert_int_equal(ignores.whole_file, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_it_is_for),        cmocka_unit_test(test_what_it_says),
        cmocka_unit_test(test_which_was_used),        cmocka_unit_test(test_many),
        cmocka_unit_test(test_many_of_one_statement), cmocka_unit_test(test_block),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
