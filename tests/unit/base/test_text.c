#include "base/text.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void starts_empty_without_storage(void **state)
{
    TEXT_SCOPED text;
    text_init(&text, 10);
    assert_null(text.data);
    assert_string_equal(text_cstr(&text), "");
    assert_int_equal(text_str(&text).n, 0);
    text_clear(&text);
    assert_string_equal(text_cstr(&text), "");
}

static void grows_by_every_way_of_appending(void **state)
{
    TEXT_SCOPED text;
    text_init(&text, 1000);
    text_append(&text, STR("a"));
    text_append(&text, (Str){0});
    text_append_char(&text, 'b');
    text_append_repeat(&text, 'c', 3);
    text_append_repeat(&text, 'x', 0);
    text_printf(&text, "[%d]", 42);
    assert_string_equal(text_cstr(&text), "abccc[42]");
    assert_int_equal(text.len, 9);
    assert_false(text.is_cut);
}

static void numbers_are_written_as_printf_writes_them(void **state)
{
    static const int64_t NUMBERS[] = {0, 7, -1, 10, 16384, INT64_MAX, INT64_MIN};
    TEXT_SCOPED text;
    text_init(&text, 1000);
    for (size_t i = 0; i < sizeof NUMBERS / sizeof *NUMBERS; i++) {
        char expected[32];
        snprintf(expected, sizeof expected, "%" PRId64, NUMBERS[i]);
        text_clear(&text);
        text_append_int(&text, NUMBERS[i]);
        assert_string_equal(text_cstr(&text), expected);
    }
}

static void many_pieces_make_one_text(void **state)
{
    TEXT_SCOPED text;
    text_init(&text, 1 << 20);
    for (int i = 0; i < 10000; i++)
        text_printf(&text, "%04d", i);
    assert_int_equal(text.len, 40000);
    assert_memory_equal(text.data + 4 * 1234, "12341235", 8);
    assert_int_equal(strlen(text_cstr(&text)), 40000);
}

static void append_stops_at_the_maximum(void **state)
{
    TEXT_SCOPED text;
    text_init(&text, 5);
    text_append(&text, STR("12345"));
    assert_false(text.is_cut); // exactly full is not cut
    text_append_char(&text, '6');
    assert_true(text.is_cut);
    assert_string_equal(text_cstr(&text), "12345");
}

static void append_keeps_the_part_that_fits(void **state)
{
    TEXT_SCOPED text;
    text_init(&text, 5);
    text_append(&text, STR("123"));
    text_append(&text, STR("456"));
    assert_string_equal(text_cstr(&text), "12345");
    assert_true(text.is_cut);
}

static void printf_stops_at_the_maximum(void **state)
{
    TEXT_SCOPED text;
    text_init(&text, 5);
    text_printf(&text, "%s", "12345");
    assert_false(text.is_cut);
    text_clear(&text);
    text_printf(&text, "%s-%d", "abc", 1234);
    assert_string_equal(text_cstr(&text), "abc-1");
    assert_true(text.is_cut);
}

static void a_maximum_of_zero_holds_nothing(void **state)
{
    TEXT_SCOPED text;
    text_init(&text, 0);
    text_append_char(&text, 'a');
    text_printf(&text, "%d", 1);
    assert_string_equal(text_cstr(&text), "");
    assert_true(text.is_cut);
}

static void clear_keeps_the_storage_and_forgets_the_cut(void **state)
{
    TEXT_SCOPED text;
    text_init(&text, 3);
    text_append(&text, STR("1234"));
    const char *storage = text.data;
    text_clear(&text);
    assert_false(text.is_cut);
    assert_string_equal(text_cstr(&text), "");
    text_append(&text, STR("ab"));
    assert_ptr_equal(text.data, storage);
    assert_string_equal(text_cstr(&text), "ab");
}

static void truncate_takes_away_from_the_end_only(void **state)
{
    TEXT_SCOPED text;
    text_init(&text, 10);
    text_truncate(&text, 0); // without storage
    text_append(&text, STR("abcdef"));
    text_truncate(&text, 9);
    assert_string_equal(text_cstr(&text), "abcdef");
    text_truncate(&text, 2);
    assert_string_equal(text_cstr(&text), "ab");
    text_append_char(&text, 'x');
    assert_string_equal(text_cstr(&text), "abx");
}

static void done_can_be_used_again(void **state)
{
    Text text;
    text_init(&text, 4);
    text_append(&text, STR("abc"));
    text_done(&text);
    assert_null(text.data);
    text_append(&text, STR("12345"));
    assert_string_equal(text_cstr(&text), "1234"); // the maximum is still there
    text_done(&text);
    text_done(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(starts_empty_without_storage),
        cmocka_unit_test(grows_by_every_way_of_appending),
        cmocka_unit_test(numbers_are_written_as_printf_writes_them),
        cmocka_unit_test(many_pieces_make_one_text),
        cmocka_unit_test(append_stops_at_the_maximum),
        cmocka_unit_test(append_keeps_the_part_that_fits),
        cmocka_unit_test(printf_stops_at_the_maximum),
        cmocka_unit_test(a_maximum_of_zero_holds_nothing),
        cmocka_unit_test(clear_keeps_the_storage_and_forgets_the_cut),
        cmocka_unit_test(truncate_takes_away_from_the_end_only),
        cmocka_unit_test(done_can_be_used_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
