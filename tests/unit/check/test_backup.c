#include "check/backup.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
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

static void test_words(void **state)
{
    for (BackupForm form = BACKUP_DIRECTORY; form <= BACKUP_PLAIN; form++) {
        BackupForm parsed = BACKUP_DIRECTORY;
        assert_true(backup_form_parse(backup_form_word(form), &parsed));
        assert_int_equal(parsed, form);
    }
    for (BackupContent content = BACKUP_ALL; content <= BACKUP_AFFECTED; content++) {
        BackupContent parsed = BACKUP_ALL;
        assert_true(backup_content_parse(backup_content_word(content), &parsed));
        assert_int_equal(parsed, content);
    }
    for (BackupLevel level = BACKUP_EXISTS; level < BACKUP_LEVEL_COUNT; level++) {
        BackupLevel parsed = BACKUP_EXISTS;
        char digit[2] = {(char)('0' + level)};
        assert_true(backup_level_parse(backup_level_word(level), &parsed));
        assert_int_equal(parsed, level);
        assert_true(backup_level_parse(digit, &parsed));
        assert_int_equal(parsed, level);
    }
    BackupLevel level = BACKUP_EQUAL;
    assert_false(backup_level_parse("5", &level));
    assert_false(backup_level_parse("33", &level));
    assert_false(backup_level_parse("", &level));
    assert_false(backup_level_parse("Equal", &level));
    assert_int_equal(level, BACKUP_EQUAL);
}

static void add_table(DataFacts *facts, const char *name, int64_t rows, const char *digest)
{
    *vec_append(arena, &facts->tables) =
        (TableFact){.schema = "app", .name = name, .rows = rows, .digest = digest};
}

static void add_sequence(DataFacts *facts, const char *name, int64_t value, bool is_called,
                         bool is_descending)
{
    *vec_append(arena, &facts->sequences) = (SequenceFact){.schema = "app",
                                                           .name = name,
                                                           .last_value = value,
                                                           .is_called = is_called,
                                                           .is_descending = is_descending};
}

static void assert_differences(const DataFacts *then, const DataFacts *now, size_t most,
                               const char *expected)
{
    TEXT_SCOPED text;
    Differences found = {0};
    text_init(&text, 4096);
    data_facts_compare(arena, then, now, most, &found);
    VEC_EACH (const char *const, line, &found)
        text_printf(&text, "%s\n", *line);
    assert_string_equal(text_cstr(&text), expected);
}

static void test_tables(void **state)
{
    DataFacts then = {.algorithm = "a"};
    DataFacts now = {.algorithm = "a"};
    add_table(&then, "gone", 3, "1");
    add_table(&then, "same", 3, "1");
    add_table(&then, "other", 3, "1");
    add_table(&then, "fewer", 3, "1");
    add_table(&then, "unread", 3, "1");
    add_table(&then, "never_read", 3, NULL);
    assert_differences(&then, &then, 9, "");
    add_table(&now, "unread", 3, NULL); // in whatever order
    add_table(&now, "same", 3, "1");
    add_table(&now, "never_read", 3, "9");
    add_table(&now, "fewer", 2, "2");
    add_table(&now, "other", 3, "2");
    add_table(&now, "more", 5, "1");
    add_table(&now, "zz", 0, "1");
    assert_differences(&then, &now, 9,
                       "app.fewer: 2 rows, not 3\n"
                       "app.gone: is gone (it had 3 rows)\n"
                       "app.more: not in the backup (5 rows)\n"
                       "app.other: 3 rows, but not the same ones (digest)\n"
                       "app.unread: its rows could not be read for a digest\n"
                       "app.zz: not in the backup (0 rows)\n");
    assert_differences(&then, &now, 2,
                       "app.fewer: 2 rows, not 3\n"
                       "app.gone: is gone (it had 3 rows)\n"
                       "and 4 more\n");
}

// A restore fills it from what it selects: one that was stale has other rows then.
static void test_rows_of_a_refreshed_view_are_not_compared(void **state)
{
    DataFacts then = {.algorithm = "a"};
    DataFacts now = {.algorithm = "a"};
    add_table(&then, "totals", 3, "1");
    then.tables.items[0].is_refreshed = true;
    add_table(&now, "totals", 4, "2");
    assert_differences(&then, &now, 9, "");
    now.tables.len = 0;
    assert_differences(&then, &now, 9, "app.totals: is gone (it had 3 rows)\n");
}

static void test_other_digests_are_not_compared(void **state)
{
    DataFacts then = {.algorithm = "a"};
    DataFacts now = {.algorithm = "b"};
    add_table(&then, "orders", 3, "1");
    add_table(&now, "orders", 3, "2");
    assert_differences(&then, &now, 9,
                       "digests are a in the backup and b here: only counts were compared\n");
}

static void test_sequences(void **state)
{
    DataFacts then = {0};
    DataFacts now = {0};
    add_sequence(&then, "ahead", 5, true, false);
    add_sequence(&then, "behind", 5, true, false);
    add_sequence(&then, "unused", 5, true, false);
    add_sequence(&then, "down", -5, true, true);
    add_sequence(&then, "down_behind", -5, true, true);
    add_sequence(&then, "gone", 1, false, false);
    assert_differences(&then, &then, 9, "");
    add_sequence(&now, "ahead", 9, true, false);
    add_sequence(&now, "behind", 4, true, false);
    add_sequence(&now, "unused", 5, false, false);
    add_sequence(&now, "down", -9, true, true);
    add_sequence(&now, "down_behind", -4, true, true);
    assert_differences(&then, &now, 9,
                       "sequence app.behind: at 4, before 5\n"
                       "sequence app.down_behind: at -4, before -5\n"
                       "sequence app.gone: is gone\n"
                       "sequence app.unused: at 5 (not used yet), before 5\n");
}

static void test_large_objects(void **state)
{
    DataFacts then = {.algorithm = "a", .large_objects = 2, .large_object_digest = "1"};
    DataFacts now = then;
    assert_differences(&then, &now, 9, "");
    now.large_object_digest = "2";
    assert_differences(&then, &now, 9, "large objects: 2, but not the same ones (digest)\n");
    now.large_object_digest = NULL;
    assert_differences(&then, &now, 9, "large objects: could not be read for a digest\n");
    now.large_objects = 1;
    assert_differences(&then, &now, 9, "large objects: 1, not 2\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_sequences),
        cmocka_unit_test(test_large_objects),
        cmocka_unit_test(test_rows_of_a_refreshed_view_are_not_compared),
        cmocka_unit_test(test_other_digests_are_not_compared),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
