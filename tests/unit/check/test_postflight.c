#include "check/postflight.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
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

static SeenTables one(SeenTable table)
{
    SeenTables tables = {0};
    *vec_append(arena, &tables) = table;
    return tables;
}

static Verdict judge(SeenTable then, SeenTable now, const char *sql)
{
    SeenTables before = one(then);
    SeenTables after = one(now);
    Meant meant = {0};
    CheckList checks = {0};
    meant_read(arena, &meant, str_from(sql));
    postflight_judge_rows(arena, &before, &after, &meant, &checks);
    return check_list_find(&checks, &POSTFLIGHT_KINDS[POSTFLIGHT_ROWS])->verdict;
}

static SeenTable table(int64_t rows, int64_t estimate, int64_t file)
{
    return (SeenTable){.oid = 7, .name = "app.t", .rows = rows, .estimate = estimate, .file = file};
}

static void test_rows_that_are_gone(void **state)
{
    assert_int_equal(judge(table(100, 0, 1), table(100, 0, 1), ""), VERDICT_PASS);
    assert_int_equal(judge(table(100, 0, 1), table(95, 0, 1), ""), VERDICT_PASS); // the application
    assert_int_equal(judge(table(100, 0, 1), table(80, 0, 1), ""), VERDICT_WARN);
    assert_int_equal(judge(table(3, 0, 1), table(0, 0, 1), ""), VERDICT_WARN);
    assert_int_equal(judge(table(3, 0, 1), table(0, 0, 2), ""), VERDICT_FAIL);
    assert_int_equal(judge(table(100, 0, 1), table(0, 0, 1), "DELETE FROM app.t"), VERDICT_PASS);
    assert_int_equal(judge(table(100, 0, 1), table(0, 0, 1), "DELETE FROM app.u"), VERDICT_WARN);
    assert_int_equal(judge(table(100, 0, 1), table(0, 0, 2), "CALL tidy()"), VERDICT_WARN);
}

static void test_estimates_where_nothing_was_counted(void **state)
{
    assert_int_equal(judge(table(-1, 1000000, 1), table(-1, 400000, 1), ""), VERDICT_WARN);
    assert_int_equal(judge(table(-1, 1000000, 1), table(-1, 990000, 1), ""), VERDICT_PASS);
}

static void test_what_needs_analyze(void **state)
{
    SeenTables then = one((SeenTable){.oid = 1, .name = "same", .file = 1});
    *vec_append(arena, &then) = (SeenTable){.oid = 2, .name = "rewritten", .file = 2};
    *vec_append(arena, &then) = (SeenTable){.oid = 3, .name = "indexed", .file = 3};
    SeenTables now = one((SeenTable){.oid = 1, .name = "same", .file = 1});
    *vec_append(arena, &now) = (SeenTable){.oid = 2, .name = "rewritten", .file = 9};
    *vec_append(arena, &now) =
        (SeenTable){.oid = 3, .name = "indexed", .file = 3, .expressions = 1};
    *vec_append(arena, &now) = (SeenTable){.oid = 4, .name = "new", .file = 4};
    *vec_append(arena, &now) = (SeenTable){.oid = 5, .name = "empty", .file = 5, .is_empty = true};
    Words names;
    postflight_needs_analyze(arena, &then, &now, &names);
    assert_int_equal(names.len, 3);
    assert_string_equal(names.items[0], "rewritten");
    assert_string_equal(names.items[1], "indexed");
    assert_string_equal(names.items[2], "new");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_that_are_gone),
        cmocka_unit_test(test_estimates_where_nothing_was_counted),
        cmocka_unit_test(test_what_needs_analyze),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
