#include "base/vec.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

typedef struct Item {
    int number;
    char tail[20];
} Item;

typedef VEC(Item) Items;

static void an_empty_vector_has_no_items(void **state)
{
    Items items = {0};
    int seen = 0;
    VEC_EACH (Item, item, &items)
        seen++;
    assert_int_equal(seen, 0);
}

static void appended_items_stay_in_order(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Items items = {0};
    for (int i = 0; i < 1000; i++) {
        vec_append(arena, &items)->number = i;
        assert_true(items.len <= items.cap);
    }
    assert_int_equal(items.len, 1000);
    int expected = 0;
    VEC_EACH (Item, item, &items)
        assert_int_equal(item->number, expected++);
    assert_int_equal(expected, 1000);
}

static void new_items_are_zeroed(void **state)
{
    ARENA_SCOPED arena = arena_new();
    static const Item ZERO;
    Items items = {0};
    for (int i = 0; i < 100; i++) {
        Item *item = vec_append(arena, &items);
        assert_memory_equal(item, &ZERO, sizeof ZERO);
        memset(item, 0xff, sizeof *item);
    }
}

static void pointers_as_items(void **state)
{
    ARENA_SCOPED arena = arena_new();
    VEC(const char *) names = {0};
    *vec_append(arena, &names) = "a";
    *vec_append(arena, &names) = "b";
    assert_string_equal(names.items[0], "a");
    assert_string_equal(names.items[1], "b");
}

static void storage_grows_by_doubling(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Items items = {0};
    int growths = 0;
    for (int i = 0; i < 10000; i++) {
        size_t before = items.cap;
        vec_append(arena, &items);
        growths += items.cap != before;
    }
    assert_true(growths <= 14); // from a few items on
}

static int comparisons;

static int by_text(const void *left, const void *right)
{
    comparisons++;
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static void what_is_sorted_costs_one_pass(void **state)
{
    ARENA_SCOPED arena = arena_new();
    VEC(const char *) names = {0};
    vec_sort(&names, by_text);
    for (const char *letter = "bdac"; *letter; letter++)
        *vec_append(arena, &names) = arena_dup(arena, (Str){letter, 1});
    vec_sort(&names, by_text);
    for (size_t i = 0; i < names.len; i++)
        assert_int_equal(names.items[i][0], 'a' + (int)i);
    comparisons = 0;
    vec_sort(&names, by_text);
    assert_int_equal(comparisons, 3);
}

static int by_number(const void *left, const void *right)
{
    return ((const Item *)left)->number - ((const Item *)right)->number;
}

static void a_sorted_copy_leaves_the_original_and_equal_ones_in_their_order(void **state)
{
    ARENA_SCOPED arena = arena_new();
    static const Item ITEMS[] = {{3, "a"}, {1, "b"}, {3, "c"}, {2, "d"}, {1, "e"}, {3, "f"}};
    Items items = {0};
    Items sorted;
    vec_sorted_copy(arena, &sorted, &items, by_number);
    assert_int_equal(sorted.len, 0);
    for (size_t i = 0; i < sizeof ITEMS / sizeof *ITEMS; i++)
        *vec_append(arena, &items) = ITEMS[i];
    vec_sorted_copy(arena, &sorted, &items, by_number);
    assert_int_equal(sorted.len, items.len);
    for (size_t i = 0; i < sorted.len; i++)
        assert_int_equal(sorted.items[i].tail[0], "bedacf"[i]);
    assert_memory_equal(items.items, ITEMS, sizeof ITEMS);
    vec_append(arena, &sorted)->number = 9;
    assert_int_equal(sorted.items[5].tail[0], 'f');
}

static void an_item_is_empty_where_another_was_taken_out(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Items items = {0};
    vec_append(arena, &items)->number = 7;
    items.len--;
    assert_int_equal(vec_append(arena, &items)->number, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_vector_has_no_items),
        cmocka_unit_test(appended_items_stay_in_order),
        cmocka_unit_test(an_item_is_empty_where_another_was_taken_out),
        cmocka_unit_test(new_items_are_zeroed),
        cmocka_unit_test(pointers_as_items),
        cmocka_unit_test(storage_grows_by_doubling),
        cmocka_unit_test(what_is_sorted_costs_one_pass),
        cmocka_unit_test(a_sorted_copy_leaves_the_original_and_equal_ones_in_their_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
