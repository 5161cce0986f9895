#include "base/nearest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void assert_nearest(const char *typed, const char *expected)
{
    static const char *const NAMES[] = {"up", "down", "status", "history", "help", "rollback"};
    Nearest nearest = nearest_to(str_from(typed));
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++)
        nearest_offer(&nearest, NAMES[i]);
    if (expected)
        assert_string_equal(nearest.found ? nearest.found : "(nothing)", expected);
    else
        assert_null(nearest.found);
}

static void test_nearest(void **state)
{
    assert_nearest("statsu", "status");
    assert_nearest("sttus", "status");
    assert_nearest("Status", "status");
    assert_nearest("hist", "history"); // its beginning
    assert_nearest("hlep", "help");
    assert_nearest("dwn", "down");
    assert_nearest("status", "status");
    assert_nearest("uq", "up");
    assert_nearest("x", NULL);
    assert_nearest("", NULL);
    assert_nearest("frobnicate", NULL);
    assert_nearest("a word that is far longer than any name there could be", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nearest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
