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

static void test_reading(void **state)
{
    static const struct {
        const char *text;
        int64_t bytes; // -1: it is none
    } CASES[] = {
        {"0", 0},
        {"4096", 4096},
        {"10GB", 10000000000},
        {"512 mb", 512000000},
        {" 64kB ", 64000},
        {"1 TB", 1000000000000},
        {"812 bytes", 812},
        {"", -1},
        {"GB", -1},
        {"1.5GB", -1},
        {"-1", -1},
        {"10 pages", -1},
        {"9999999999", -1},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        int64_t bytes = -1;
        assert_int_equal(size_parse(str_from(CASES[i].text), &bytes), CASES[i].bytes >= 0);
        assert_int_equal(bytes, CASES[i].bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_units),
                                       cmocka_unit_test(test_reading)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
