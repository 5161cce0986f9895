#include "check/restore_name.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define STAMP "20261126053000"

static void test_short(void **state)
{
    ARENA_SCOPED arena = arena_new();
    assert_string_equal(restore_name(arena, "shop", "restore", STAMP, 1), "shop_restore_" STAMP);
    assert_string_equal(restore_name(arena, "shop", "replaced", STAMP, 2),
                        "shop_replaced_" STAMP "_2");
}

// The server would cut the end of a longer name, and with it what tells two of them apart.
static void test_long(void **state)
{
    ARENA_SCOPED arena = arena_new();
    char name[64];
    memset(name, 'x', 63);
    name[63] = '\0';
    const char *made = restore_name(arena, name, "replaced", STAMP, 1);
    assert_int_equal(strlen(made), 63);
    assert_non_null(strstr(made, "x_replaced_" STAMP));
}

static void test_characters_stay_whole(void **state)
{
    ARENA_SCOPED arena = arena_new();
    char name[64] = "x";
    for (int i = 0; i < 31; i++)
        memcpy(name + 1 + 2 * i, "\xc3\xa4", 3);
    const char *made = restore_name(arena, name, "replaced", STAMP, 1);
    size_t kept = (size_t)(strstr(made, "_replaced_") - made);
    assert_int_equal(kept % 2, 1); // the x, and whole characters of two bytes
    assert_true(strlen(made) <= 63);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_short),
        cmocka_unit_test(test_long),
        cmocka_unit_test(test_characters_stay_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
