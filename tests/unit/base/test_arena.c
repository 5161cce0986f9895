#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int setup(void **state)
{
    *state = arena_new();
    return 0;
}

static int teardown(void **state)
{
    arena_free(*state);
    return 0;
}

static bool is_zeroed(const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (bytes[i] != 0)
            return false;
    return true;
}

static void allocations_are_zeroed_and_aligned(void **state)
{
    static const size_t SIZES[] = {0, 1, 7, 15, 16, 17, 1000, 65535, 65536, 65537, 1 << 20};
    for (size_t i = 0; i < sizeof SIZES / sizeof *SIZES; i++) {
        char *object = arena_alloc(*state, SIZES[i]);
        assert_non_null(object);
        assert_int_equal((uintptr_t)object % 16, 0);
        assert_true(is_zeroed(object, SIZES[i]));
        memset(object, 0xaa, SIZES[i]);
    }
}

static void objects_do_not_overlap(void **state)
{
    enum {
        COUNT = 5000,
        SIZE = 40
    };
    static unsigned char *objects[COUNT];
    for (int i = 0; i < COUNT; i++) {
        objects[i] = arena_alloc(*state, SIZE);
        memset(objects[i], i % 251, SIZE);
    }
    for (int i = 0; i < COUNT; i++)
        for (int k = 0; k < SIZE; k++)
            assert_int_equal(objects[i][k], i % 251);
}

static void release_gives_back_what_came_after(void **state)
{
    char *kept = arena_strdup(*state, "kept");
    ArenaMark mark = arena_mark(*state);
    for (int round = 0; round < 50; round++) {
        for (int i = 0; i < 100; i++)
            memset(arena_alloc(*state, 3000), 0xff, 3000);
        arena_release(*state, mark);
        assert_string_equal(kept, "kept");
    }
    char *again = arena_alloc(*state, 3000);
    assert_true(is_zeroed(again, 3000)); // storage that was used before is zeroed again
}

static void release_to_an_empty_arena(void **state)
{
    ArenaMark mark = arena_mark(*state);
    arena_strdup(*state, "gone");
    arena_release(*state, mark);
    arena_release(*state, mark);
    assert_string_equal(arena_strdup(*state, "new"), "new");
}

static void copies_end_with_a_nul(void **state)
{
    const char bytes[] = {'a', '\0', 'b'};
    char *copy = arena_dup(*state, (Str){bytes, 3});
    assert_memory_equal(copy, "a\0b", 4);
    assert_string_equal(arena_dup(*state, (Str){0}), "");
    assert_string_equal(arena_strdup(*state, ""), "");
}

static void printf_of_any_length(void **state)
{
    assert_string_equal(arena_printf(*state, "%s-%03d", "v", 7), "v-007");
    char *wide = arena_printf(*state, "%100000d", 5);
    assert_int_equal(strlen(wide), 100000);
    assert_int_equal(wide[99999], '5');
}

static void array_and_object(void **state)
{
    typedef struct Pair {
        int64_t a, b;
    } Pair;
    Pair *pairs = arena_alloc_array(*state, 1000, sizeof(Pair));
    assert_true(is_zeroed((const char *)pairs, 1000 * sizeof(Pair)));
    assert_int_equal(arena_new_object(*state, Pair)->b, 0);
}

static void free_accepts_null_and_clears(void **state)
{
    arena_free(NULL);
    Arena *arena = arena_new();
    arena_alloc(arena, 10);
    arena_free_at(&arena);
    assert_null(arena);
}

// The sanitizers' build says whether it was.
static void test_adopted_memory_is_freed(void **state)
{
    Arena *arena = arena_new();
    ArenaMark mark = arena_mark(arena);
    char *heap = malloc(10);
    arena_adopt(arena, heap);
    arena_adopt(arena, NULL);
    arena_release(arena, mark);
    heap[9] = 'x'; // still there
    arena_free(arena);
}

static void borrowed_memory_is_used_first(void **state)
{
    _Alignas(16) static char memory[512];
    memset(memory, 'x', sizeof memory);
    Arena *arena = arena_new_in(memory, sizeof memory);
    ArenaMark mark = arena_mark(arena);
    char *inside = arena_alloc(arena, 100);
    assert_true(inside > memory && inside + 100 <= memory + sizeof memory);
    assert_true(is_zeroed(inside, 100));
    assert_true(arena_is_inside(arena));
    char *outside = arena_alloc(arena, sizeof memory);
    assert_true(outside < memory || outside >= memory + sizeof memory);
    assert_false(arena_is_inside(arena));
    arena_release(arena, mark);
    assert_true(arena_is_inside(arena));
    assert_ptr_equal(arena_alloc(arena, 10), inside);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(allocations_are_zeroed_and_aligned, setup, teardown),
        cmocka_unit_test_setup_teardown(objects_do_not_overlap, setup, teardown),
        cmocka_unit_test_setup_teardown(release_gives_back_what_came_after, setup, teardown),
        cmocka_unit_test_setup_teardown(release_to_an_empty_arena, setup, teardown),
        cmocka_unit_test_setup_teardown(copies_end_with_a_nul, setup, teardown),
        cmocka_unit_test_setup_teardown(printf_of_any_length, setup, teardown),
        cmocka_unit_test_setup_teardown(array_and_object, setup, teardown),
        cmocka_unit_test(test_adopted_memory_is_freed),
        cmocka_unit_test(borrowed_memory_is_used_first),
        cmocka_unit_test(free_accepts_null_and_clears),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
