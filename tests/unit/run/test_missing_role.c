#include "run/missing_role.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_which_role_is_missing(void **state)
{
    (void)state;
    ARENA_SCOPED arena = arena_new();
    Err err = {.sqlstate = "42704", .message = "role \"web anon\" does not exist"};
    assert_string_equal(missing_role(arena, &err), "web anon");
    strcpy(err.message, "2 statements: role \"a\" does not exist");
    assert_string_equal(missing_role(arena, &err), "a");
}

static void test_other_failures(void **state)
{
    (void)state;
    ARENA_SCOPED arena = arena_new();
    Err err = {.sqlstate = "42704", .message = "type \"role\" does not exist"};
    assert_null(missing_role(arena, &err));
    strcpy(err.message, "role \"a\" does not exist in it");
    assert_null(missing_role(arena, &err));
    strcpy(err.message, "role \"a\" does not exist");
    strcpy(err.sqlstate, "28000");
    assert_null(missing_role(arena, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_which_role_is_missing),
        cmocka_unit_test(test_other_failures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
