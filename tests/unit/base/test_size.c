#include "base/size.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void test_units(void **state)
{
    ARENA_SCOPED arena = arena_new();
    assert_string_equal(size_text(arena, 0), "0 bytes");
    assert_string_equal(size_text(arena, 999), "999 bytes");
    assert_string_equal(size_text(arena, 1400), "1.4 kB");
    assert_string_equal(size_text(arena, 53000000000), "53 GB");
    assert_string_equal(size_text(arena, 4000000000000000), "4000 TB");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_units)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
