#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const Str NOTHING = {0};

static void assert_str(Str actual, const char *expected)
{
    assert_int_equal(actual.n, strlen(expected));
    assert_memory_equal(actual.n ? actual.p : "", expected, actual.n);
}

static void the_empty_run_is_safe_everywhere(void **state)
{
    assert_str(str_from(NULL), "");
    assert_true(str_eq(NOTHING, STR("")));
    assert_true(str_eq_nocase(NOTHING, NOTHING));
    assert_true(str_starts(NOTHING, NOTHING));
    assert_true(str_ends(NOTHING, STR("")));
    assert_false(str_starts(NOTHING, STR("a")));
    assert_false(str_ends(NOTHING, STR("a")));
    assert_str(str_trim(NOTHING), "");
    assert_str(str_skip(NOTHING, 0), "");
    assert_str(str_until(NOTHING, 'x'), "");
    assert_int_equal(str_find(NOTHING, STR("a")), -1);
    assert_int_equal(str_find(NOTHING, STR("ab")), -1);
    assert_int_equal(str_find(NOTHING, NOTHING), 0);
    assert_false(str_is_digits(NOTHING));
}

static void equality(void **state)
{
    assert_true(str_eq(STR("abc"), STR("abc")));
    assert_false(str_eq(STR("abc"), STR("abd")));
    assert_false(str_eq(STR("abc"), STR("ab")));
    assert_false(str_eq(STR("a\0b"), STR("a\0c"))); // a NUL ends nothing
    assert_true(str_eq_nocase(STR("CoNcUrrently"), STR("concurrently")));
    assert_false(str_eq_nocase(STR("ab"), STR("ac")));
    assert_false(str_eq_nocase(STR("[x"), STR("{x"))); // 0x5b and 0x7b are not letters
}

static void starts_and_ends(void **state)
{
    Str name = STR("001_users.up.sql");
    assert_true(str_starts(name, STR("001_")));
    assert_false(str_starts(name, STR("002_")));
    assert_false(str_starts(STR("00"), STR("001")));
    assert_true(str_starts_nocase(STR("COPY t"), STR("copy ")));
    assert_true(str_ends(name, STR(".up.sql")));
    assert_true(str_ends(name, name));
    assert_false(str_ends(name, STR(".down.sql")));
    assert_false(str_ends(STR("sql"), STR(".sql")));
}

static void trim_both_sides(void **state)
{
    assert_str(str_trim(STR(" \t\r\n\f\va b \r\n")), "a b");
    assert_str(str_trim(STR(" \n ")), "");
    assert_str(str_trim(STR("a")), "a");
}

static void until_a_delimiter(void **state)
{
    assert_str(str_until(STR("a:b:c"), ':'), "a");
    assert_str(str_until(STR("abc"), ':'), "abc");
    assert_str(str_until(STR(":abc"), ':'), "");
}

static void lines_of_each_kind(void **state)
{
    static const char *const EXPECTED[] = {"one", "", "three", "f\rour", "five"};
    Str rest = STR("one\n\r\nthree\r\nf\rour\nfive");
    Str line;
    for (size_t i = 0; i < sizeof EXPECTED / sizeof *EXPECTED; i++) {
        assert_true(str_line(&rest, &line));
        assert_str(line, EXPECTED[i]);
    }
    assert_false(str_line(&rest, &line));
    assert_str(line, "five"); // untouched
}

static void a_last_line_end_makes_no_line(void **state)
{
    Str rest = STR("one\n");
    Str line;
    assert_true(str_line(&rest, &line));
    assert_false(str_line(&rest, &line));
}

static void find_first(void **state)
{
    assert_int_equal(str_find(STR("abcabc"), STR("bc")), 1);
    assert_int_equal(str_find(STR("abc"), STR("abcd")), -1);
    assert_int_equal(str_find(STR("a\0b"), STR("b")), 2);
    assert_int_equal(str_find(STR("abc"), STR("")), 0);
    assert_int_equal(str_find(STR("aab"), STR("ab")), 1);
    assert_int_equal(str_find(STR("a-b--"), STR("--")), 3);
    assert_int_equal(str_find(STR("ab-"), STR("--")), -1);
    assert_int_equal(str_find(STR("a"), STR("ab")), -1);
}

static void digits_only(void **state)
{
    assert_true(str_is_digits(STR("0123456789")));
    assert_false(str_is_digits(STR("12a")));
    assert_false(str_is_digits(STR("-1")));
    assert_false(str_is_digits(STR("\xd9\xa1"))); // an Arabic-Indic one
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_empty_run_is_safe_everywhere),
        cmocka_unit_test(equality),
        cmocka_unit_test(starts_and_ends),
        cmocka_unit_test(trim_both_sides),
        cmocka_unit_test(until_a_delimiter),
        cmocka_unit_test(lines_of_each_kind),
        cmocka_unit_test(a_last_line_end_makes_no_line),
        cmocka_unit_test(find_first),
        cmocka_unit_test(digits_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
