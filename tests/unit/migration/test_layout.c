#include "layout_case.h"
#include "migration/directive.h"
#include "migration/newtext.h"
#include "migration/rollback_comment.h"
#include "migration/version.h"
#include "sql/split.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    const char *names;
    const char *layout;
} DETECTION[] = {
    {"", "paired"}, // none yet
    {"001_a.up.sql 001_a.down.sql", "paired"},
    {"001_a.up.sql", "paired"},
    {"init.up.sql", "paired"},
    {"001_a.sql 002_b.sql 003_c.sql 004_d.up.sql", "paired"},
    {"002_add_todos.sql", "plain"},
    {"002_add_todos.sql 002_add_todos.down.sql", "plain"},
    {"20231223_001_x.sql rollback/20231223_001_x_down.sql", "plain"},
    {"init.sql", "plain"},
    {"001_a.sql ../rollbacks/x.up.sql", "plain"},
    {"../rollbacks/001_a.sql", "paired"}, // nothing in the folder itself
};

static void test_detection(void **state)
{
    ARENA_SCOPED arena = arena_new();
    for (size_t i = 0; i < sizeof DETECTION / sizeof DETECTION[0]; i++) {
        Sample sample = {.listing = layout_listing(arena, DETECTION[i].names)};
        const char *name = layout_detect(&sample, NULL)->name;
        if (strcmp(name, DETECTION[i].layout) != 0)
            fail_msg("%s: %s", DETECTION[i].names, name);
    }
}

static void test_find(void **state)
{
    assert_ptr_equal(layout_find("paired"), &LAYOUT_PAIRED);
    assert_ptr_equal(layout_find("plain"), &LAYOUT_PLAIN);
    assert_ptr_equal(layout_find("golang-migrate"), &LAYOUT_PAIRED);
    assert_ptr_equal(layout_find("ory"), &LAYOUT_PAIRED);
    assert_ptr_equal(layout_find("supabase"), &LAYOUT_PLAIN);
    assert_null(layout_find("Plain"));
    assert_null(layout_find(""));
}

// Entries may arrive with both directions in one, as a layout of one file gives them.
static void test_sort_of_whole_entries(void **state)
{
    ARENA_SCOPED arena = arena_new();
    SourceFiles files = layout_listing(arena, "2.sql 1.sql 1_down.sql").files;
    LayoutEntries entries = {0};
    Problems problems = {0};
    *vec_append(arena, &entries) =
        (LayoutEntry){.version = "2", .name = "b", .up = &files.items[0], .down = &files.items[0]};
    *vec_append(arena, &entries) =
        (LayoutEntry){.version = "1", .name = "a", .up = &files.items[1], .down = &files.items[1]};
    *vec_append(arena, &entries) =
        (LayoutEntry){.version = "1", .name = "a", .down = &files.items[2]};
    layout_sort(arena, &entries, &problems);
    assert_int_equal(entries.len, 2);
    assert_string_equal(entries.items[0].version, "1");
    assert_ptr_equal(entries.items[1].down, &files.items[0]);
    assert_int_equal(problems.len, 2);
    assert_int_equal(problems.items[0].kind, PROBLEM_DUPLICATE);
    layout_sort(arena, &(LayoutEntries){0}, &problems); // nothing to do
}

static void test_many(void **state)
{
    ARENA_SCOPED arena = arena_new();
    TEXT_SCOPED names;
    text_init(&names, 1024 * 1024);
    enum {
        COUNT = 5000
    };
    for (int i = 0; i < COUNT; i++) {
        int version = i * 7919 % COUNT; // every number once, in no order
        text_printf(&names, "%s%d_x.up.sql %d_x.down.sql", i ? " " : "", version, version);
    }
    Problems problems = {0};
    LayoutEntries entries = layout_entries(arena, &LAYOUT_PAIRED, text_cstr(&names), &problems);
    assert_int_equal(entries.len, COUNT);
    assert_int_equal(problems.len, 0);
    for (int i = 0; i < COUNT; i++) {
        assert_string_equal(entries.items[i].version, arena_printf(arena, "%d", i));
        assert_non_null(entries.items[i].down);
    }
}

static const struct {
    const char *newest; // versions of the folder, in any order
    const char *next;
} NEXT[] = {
    {"", "001"},
    {"027", "028"},
    {"002 010 009", "011"},
    {"999", "1000"},
    {"0009", "0010"},
    {"1.10 1.9", "1.11"},
    {"1.1.9", "1.1.10"},
    {"1.09", "1.10"},
    {"002b", "003"},
    {"1700000000", "1700000001"},       // seconds
    {"1700000000123", "1700000000124"}, // milliseconds
    {"99999999999999999999999999", "100000000000000000000000000"},
    {"20240101120000", "20250607080910"},
    {"20250607080910", "20250607080911"}, // two in one second
    {"20990101000000", "20990101000001"}, // from the future
    {"202401011200", "202506070809"},
    {"20240101120000123", "20250607080910000"},
    {"20231223_001", "20250607_001"},
    {"20250607_001 20231223_005", "20250607_002"},
    {"20250607_099", "20250607_100"},
    {"20990101_01", "20990101_02"},
    {"20231223-7", "20250607-1"},
    {"20231223_120000", "20250607_080910"},
    {"20231223", "20250607"},
    {"20250607", "20250607_080910"},
    {"2024-01-01-000000", "2025-06-07-080910"},
    {"2024_01_01_000000", "2025_06_07_080910"},
    {"2024-01-01", "2025-06-07"},
    {"2024-01-01_01", "2025-06-07_01"},
    {"12345678", "12345679"}, // no date
    {"20280200", "20280201"},
    {"20240101b", "20240102"},
    {"20240101.1", "20240101.2"},
    {"2024.01.01", "2024.01.02"},
    {"20249901120000", "20249901120001"},
    {"20991231999999", "209912319999991"},
};

static void test_next_version(void **state)
{
    ARENA_SCOPED arena = arena_new();
    for (size_t i = 0; i < sizeof NEXT / sizeof NEXT[0]; i++) {
        SourceFiles files = layout_listing(arena, NEXT[i].newest).others;
        LayoutEntries entries = {0};
        VEC_EACH (const SourceFile, file, &files)
            *vec_append(arena, &entries) = (LayoutEntry){.version = file->name, .up = file};
        const char *next = layout_next_version(arena, &LAYOUT_PLAIN, &entries, "20250607080910");
        if (strcmp(next, NEXT[i].next) != 0)
            fail_msg("%s: %s", NEXT[i].newest, next);
        VEC_EACH (const LayoutEntry, entry, &entries)
            assert_true(version_compare(str_from(next), str_from(entry->version)) > 0);
    }
}

// A new file is empty in every eye: no statement, no directive, no rollback in its comments.
static void test_new_text(void **state)
{
    ARENA_SCOPED arena = arena_new();
    const char *const TITLES[] = {"add_users", "fix the rollback", "migrate-safe: no-transaction",
                                  "a\nDROP TABLE users;", "rollback: DROP TABLE users;"};
    for (size_t i = 0; i < sizeof TITLES / sizeof TITLES[0] * 2; i++) {
        const char *title = TITLES[i / 2];
        Str text = str_from(i % 2 ? newtext_up(arena, title) : newtext_down(arena, title));
        Err err = {0};
        Directives directives;
        assert_true(directives_parse(arena, text, "x.sql", 1, &directives, &err));
        assert_non_null(directives.description);
        directives.description = NULL;
        assert_memory_equal(&directives, &(Directives){0}, sizeof directives);
        SPLITTER_SCOPED splitter = splitter_new_text(text, NULL);
        Statement statement;
        assert_int_equal(splitter_next(splitter, &statement, &err), SPLIT_END);
        Str found;
        assert_false(rollback_comment_find(arena, text, &found));
    }
    assert_non_null(strstr(newtext_up(arena, "add_users"), "add users"));
    assert_non_null(strstr(newtext_down(arena, "x"), "migrate-safe: irreversible: "));
}

static bool wraps(const char *layout, bool is_said, bool is_by_layout, int statements, int blocks)
{
    Script script = {.is_no_transaction = is_by_layout, .directives.no_transaction = is_said};
    Shape shape = {.statements = statements, .blocks = blocks};
    return layout_wraps(layout_find(layout), &script, &shape);
}

// As the tools themselves do it.
static void test_what_a_layouts_own_tool_wraps(void **state)
{
    assert_true(wraps("goose", false, false, 1, 0));
    assert_false(wraps("goose", true, true, 2, 0)); // NO TRANSACTION: statement by statement
    assert_true(wraps("dbmate", true, true, 2, 0)); // transaction:false: still one string
    assert_false(wraps("dbmate", true, true, 1, 0));
    assert_true(wraps("paired", false, false, 2, 0)); // golang-migrate sends one string
    assert_false(wraps("paired", false, false, 1, 0));
    assert_false(wraps("paired", false, false, 2, 1)); // its own BEGIN
    assert_false(wraps("paired", true, false, 2, 0));  // our directive: we run it
    assert_false(wraps("flyway", false, false, 2, 0));
    assert_false(wraps("sqitch", false, false, 2, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_a_layouts_own_tool_wraps),
        cmocka_unit_test(test_detection),
        cmocka_unit_test(test_find),
        cmocka_unit_test(test_sort_of_whole_entries),
        cmocka_unit_test(test_many),
        cmocka_unit_test(test_next_version),
        cmocka_unit_test(test_new_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
