#include "report/rehearsal_report.h"

#include "golden.h"
#include "rehearsal_fixture.h"

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

static const char *text_of(const Rehearsal *rehearsal, RehearsalShown shown, bool has_colour)
{
    Captured captured;
    capture_begin(&captured, has_colour);
    captured.terminal.width = 100;
    shown.terminal = &captured.terminal;
    shown.migrations = rehearsal->migrations.len;
    shown.version_width = 3;
    shown.name_width = 16;
    VEC_EACH (const RehearsedMigration, migration, &rehearsal->migrations)
        rehearsal_report_migration_text(arena, &shown, migration);
    rehearsal_report_summary_text(arena, &shown, rehearsal, "rehearsals/c0ffee.json");
    const char *text = capture_end(arena, &captured);
    assert_harmless(text);
    return text;
}

static void test_every_kind(void **state)
{
    Rehearsal rehearsal = rehearsal_every_kind(arena);
    assert_golden(arena, "rehearsal.txt", text_of(&rehearsal, (RehearsalShown){0}, false));
    assert_golden(arena, "rehearsal.colour.txt",
                  text_of(&rehearsal, (RehearsalShown){.has_unicode = true}, true));
    assert_golden(arena, "rehearsal_verbose.txt",
                  text_of(&rehearsal, (RehearsalShown){.is_verbose = true}, false));
}

static void test_passed(void **state)
{
    Rehearsal rehearsal = rehearsal_passed(arena);
    assert_golden(arena, "rehearsal_passed.txt", text_of(&rehearsal, (RehearsalShown){0}, false));
}

static void test_a_long_chain_is_a_line_or_two_each(void **state)
{
    Rehearsal rehearsal = rehearsal_large(arena, 300, 1000);
    const char *text = text_of(&rehearsal, (RehearsalShown){0}, false);
    assert_in_range(str_count_lines(str_from(text)), 300, 620);
    assert_non_null(strstr(text, "\nrehearsal passed: 300 migrations\n"));
}

static void test_of_many_statements_the_longest_are_shown(void **state)
{
    Rehearsal rehearsal = rehearsal_large(arena, 4, 1000);
    const char *text = text_of(&rehearsal, (RehearsalShown){0}, false);
    assert_in_range(str_count_lines(str_from(text)), 20, 80);
    assert_non_null(strstr(text, "and 985 shorter statements"));
    text = text_of(&rehearsal, (RehearsalShown){.is_verbose = true}, false);
    assert_in_range(str_count_lines(str_from(text)), 1000, 1100);
}

// Bars fit whatever width there is, and no line of them is longer than the terminal.
static void test_the_timeline_fits(void **state)
{
    static const int WIDTHS[] = {60, 80, 100, 200};
    Rehearsal rehearsal = rehearsal_every_kind(arena);
    for (size_t i = 0; i < sizeof WIDTHS / sizeof *WIDTHS; i++) {
        Captured captured;
        capture_begin(&captured, false);
        captured.terminal.width = WIDTHS[i];
        RehearsalShown shown = {.terminal = &captured.terminal, .migrations = 1};
        rehearsal_report_migration_text(arena, &shown, &rehearsal.migrations.items[0]);
        const char *text = capture_end(arena, &captured);
        size_t bars = 0;
        for (Str rest = str_from(text), line; str_line(&rest, &line);)
            if (str_find(line, STR("| reads and writes wait")) >= 0) {
                assert_in_range(line.n, 40, WIDTHS[i]);
                bars++;
            }
        assert_int_equal(bars, 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_kind),
        cmocka_unit_test(test_passed),
        cmocka_unit_test(test_a_long_chain_is_a_line_or_two_each),
        cmocka_unit_test(test_of_many_statements_the_longest_are_shown),
        cmocka_unit_test(test_the_timeline_fits),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
