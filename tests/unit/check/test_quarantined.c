#include "check/quarantined.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define DAY ((int64_t)24 * 60 * 60 * 1000)

static const int64_t NOW = 20000 * DAY; // 2024-10-04

static Quarantined *add(Arena *arena, QuarantinedList *list, const char *relation, const char *was,
                        const char *version, const char *since)
{
    Quarantined *item = vec_append(arena, list);
    *item = (Quarantined){.schema = QUARANTINE_SCHEMA,
                          .relation = relation,
                          .was = was,
                          .version = version,
                          .since = since,
                          .rows = -1,
                          .bytes = -1};
    return item;
}

static void test_due(void **state)
{
    ARENA_SCOPED arena = arena_new();
    QuarantinedList list = {0};
    add(arena, &list, "unknown_1", "a.unknown", "1", NULL);
    add(arena, &list, "young_2", "a.young", "2", "2024-09-04T00:00:00.001Z");
    add(arena, &list, "old_3", "a.old", "3", "2024-09-04T00:00:00.000Z");
    add(arena, &list, "back_4", "a.back", "4", "2020-01-01T00:00:00.000Z")->is_back = true;
    quarantined_settle(arena, &list, 30, NOW);
    static const char *const ORDER[] = {"back_4", "old_3", "young_2", "unknown_1"};
    for (size_t i = 0; i < 4; i++) {
        assert_string_equal(list.items[i].name, ORDER[i]);
        assert_int_equal(list.items[i].is_due, i == 1);
    }
    assert_int_equal(list.items[3].due_ms, 0);
    assert_int_equal(list.items[1].due_ms, NOW);
    assert_string_equal(
        quarantined_sentence(arena, &list, 30),
        "4 things in quarantine, 1 of them past its 30 days: migrate-safe quarantine purge");
    quarantined_settle(arena, &list, 31, NOW);
    list.len = 1;
    assert_string_equal(quarantined_sentence(arena, &list, 31),
                        "1 thing in quarantine, none past its 31 days");
    list.len = 0;
    assert_null(quarantined_sentence(arena, &list, 31));
}

static void assert_chosen(Arena *arena, const QuarantinedList *list, const char *word,
                          const char *first, size_t count)
{
    QuarantinedChoice choice;
    Err err = {0};
    assert_true(quarantined_choose(arena, list, word, &choice, &err));
    assert_int_equal(choice.len, count);
    assert_string_equal(choice.items[0]->relation, first);
}

static void test_choice(void **state)
{
    ARENA_SCOPED arena = arena_new();
    QuarantinedList list = {0};
    QuarantinedChoice choice;
    Err err = {0};
    add(arena, &list, "orders_1", "app.orders", "1", NULL)->oid = 1;
    add(arena, &list, "orders_2", "app.orders", "2", NULL)->oid = 2;
    add(arena, &list, "lines_2", "app.lines", "2", NULL)->oid = 3;
    Quarantined *rows = add(arena, &list, "lines_2_1_rows", "app.lines", "2", NULL);
    rows->kind = QUARANTINE_ROWS;
    rows->oid = 9;
    Quarantined *column = add(arena, &list, "t", "app.t.Note", "3", NULL);
    column->schema = "app";
    column->column = "migrate_safe_quarantine_3_Note";
    quarantined_settle(arena, &list, 30, NOW);
    assert_chosen(arena, &list, "orders_1", "orders_1", 1);
    assert_chosen(arena, &list, "1", "orders_1", 1);
    assert_chosen(arena, &list, "2", "lines_2", 3);
    assert_chosen(arena, &list, "app.t.\"migrate_safe_quarantine_3_Note\"", "t", 1);
    assert_chosen(arena, &list, "migrate_safe_quarantine_3_Note", "t", 1);
    assert_chosen(arena, &list, "t.Note", "t", 1);
    assert_true(quarantined_choose(arena, &list, "2", &choice, &err));
    assert_string_equal(choice.items[2]->relation, "lines_2_1_rows"); // behind its table
    assert_false(quarantined_choose(arena, &list, "orders", &choice, &err));
    assert_string_equal(err.message, "orders may be any of 2 things in quarantine");
    assert_string_equal(err.detail, "they are: orders_1, orders_2");
    assert_false(quarantined_choose(arena, &list, "rders_1", &choice, &err));
    assert_int_equal(err.class, ERR_CONFIG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_due),
        cmocka_unit_test(test_choice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
