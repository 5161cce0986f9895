#include "base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum {
    VALID = -1,
    INCOMPLETE = -2
};

// What a check finds in the whole text: VALID, INCOMPLETE or the offset of the first bad byte.
static ptrdiff_t check(Str text, size_t piece_size)
{
    Utf8Check state = {0};
    for (size_t at = 0; at < text.n; at += piece_size) {
        Str piece = str_skip(text, at);
        if (piece.n > piece_size)
            piece.n = piece_size;
        ptrdiff_t bad = utf8_check(&state, piece);
        if (bad >= 0)
            return (ptrdiff_t)at + bad;
    }
    return utf8_is_complete(&state) ? VALID : INCOMPLETE;
}

static const struct {
    const char *text;
    ptrdiff_t expected;
} CASES[] = {
    {"", VALID},
    {"plain ASCII, longer than eight bytes\x7f", VALID},
    {"\xc2\x80", VALID}, // the first and last of each length
    {"\xdf\xbf", VALID},
    {"\xe0\xa0\x80", VALID},
    {"\xef\xbf\xbf", VALID},
    {"\xf0\x90\x80\x80", VALID},
    {"\xf4\x8f\xbf\xbf", VALID},
    {"\xed\x9f\xbf", VALID}, // the last before the surrogates, the first after
    {"\xee\x80\x80", VALID},
    {"gr\xc3\xbc\xc3\x9f dich \xf0\x9f\x90\x98!", VALID},
    {"\x80", 0}, // a continuation without a lead
    {"ab\xff", 2},
    {"12345678\xfe", 8},
    {"123456789012\xc0\xaf", 12}, // overlong forms
    {"\xc1\xbf", 0},
    {"\xe0\x9f\xbf", 1},
    {"\xf0\x8f\xbf\xbf", 1},
    {"\xed\xa0\x80", 1},     // a surrogate
    {"\xf4\x90\x80\x80", 1}, // beyond U+10FFFF
    {"\xf5\x80\x80\x80", 0},
    {"\xc3(", 1},
    {"\xe2\x82(", 2},
    {"\xf0\x9f\x90(", 3},
    {"\xe4\xf6\xfc", 1}, // Latin-1 text
    {"\xc3", INCOMPLETE},
    {"a\xe2\x82", INCOMPLETE},
    {"\xf0\x9f\x90", INCOMPLETE},
};

static void every_case_in_pieces_of_every_size(void **state)
{
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        for (size_t size = 1; size <= 40; size++)
            assert_int_equal(check(str_from(CASES[i].text), size), CASES[i].expected);
}

static void a_nul_byte_is_utf8(void **state)
{
    assert_int_equal(check(STR("a\0b"), 3), VALID);
}

static void counts_code_points(void **state)
{
    assert_int_equal(utf8_count(STR("")), 0);
    assert_int_equal(utf8_count((Str){0}), 0);
    assert_int_equal(utf8_count(STR("abc")), 3);
    assert_int_equal(utf8_count(STR("\xc3\xbc\xe2\x82\xac\xf0\x9f\x90\x98x")), 4);
    assert_int_equal(utf8_count(STR("\xff\xfe"
                                    "a")),
                     3);
}

static void offset_of_the_nth_code_point(void **state)
{
    Str text = STR("a\xc3\xbc\xe2\x82\xac\xf0\x9f\x90\x98x");
    static const size_t EXPECTED[] = {0, 1, 3, 6, 10, 11, 11, 11};
    for (size_t count = 0; count < sizeof EXPECTED / sizeof *EXPECTED; count++)
        assert_int_equal(utf8_offset(text, count), EXPECTED[count]);
}

static void a_prefix_never_ends_inside_a_code_point(void **state)
{
    Str text = STR("a\xc3\xbc\xe2\x82\xac\xf0\x9f\x90\x98x");
    static const size_t EXPECTED[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11};
    for (size_t size = 0; size <= text.n; size++)
        assert_int_equal(utf8_whole_prefix((Str){text.p, size}), EXPECTED[size]);
}

static void a_prefix_of_stray_continuations_stays(void **state)
{
    assert_int_equal(utf8_whole_prefix(STR("\x80\x80")), 2);
    assert_int_equal(utf8_whole_prefix(STR("a\x80\x80\x80\x80")), 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_case_in_pieces_of_every_size),
        cmocka_unit_test(a_nul_byte_is_utf8),
        cmocka_unit_test(counts_code_points),
        cmocka_unit_test(offset_of_the_nth_code_point),
        cmocka_unit_test(a_prefix_never_ends_inside_a_code_point),
        cmocka_unit_test(a_prefix_of_stray_continuations_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
