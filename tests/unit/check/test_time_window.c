#include "check/time_window.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum {
    MONDAY = 0,
    FRIDAY = 4 * 24 * 60,
    SATURDAY = 5 * 24 * 60,
    SUNDAY = 6 * 24 * 60
};

static Arena *arena;

static int set_up(void **state)
{
    arena = arena_new();
    return 0;
}

static int tear_down(void **state)
{
    arena_free(arena);
    return 0;
}

static TimeWindow parse(const char *text)
{
    TimeWindow window;
    if (!time_window_parse(arena, text, &window))
        fail_msg("%s is not read", text);
    return window;
}

static void test_within_a_day(void **state)
{
    TimeWindow window = parse("mon-fri 9:00-17:30 Europe/Berlin");
    assert_string_equal(window.zone, "Europe/Berlin");
    assert_false(time_window_has(&window, MONDAY + 539));
    assert_true(time_window_has(&window, MONDAY + 540));
    assert_true(time_window_has(&window, FRIDAY + 1049));
    assert_false(time_window_has(&window, FRIDAY + 1050));
    assert_false(time_window_has(&window, SATURDAY + 600));
}

// Belongs to the day on which it begins, also from Sunday to Monday.
static void test_over_midnight(void **state)
{
    TimeWindow every = parse("22:00-06:00");
    assert_string_equal(every.zone, "UTC");
    assert_true(time_window_has(&every, MONDAY));
    assert_true(time_window_has(&every, MONDAY + 359));
    assert_false(time_window_has(&every, MONDAY + 360));
    assert_true(time_window_has(&every, SUNDAY + 1320));
    TimeWindow sunday = parse("Sunday 22:00-06:00 America/New_York");
    assert_true(time_window_has(&sunday, MONDAY + 359));
    assert_false(time_window_has(&sunday, MONDAY + 1320));
    assert_false(time_window_has(&sunday, SUNDAY + 359));
}

static void test_days(void **state)
{
    TimeWindow whole = parse("sat,sun 00:00-24:00");
    assert_true(time_window_has(&whole, SATURDAY));
    assert_true(time_window_has(&whole, SUNDAY + 1439));
    assert_false(time_window_has(&whole, MONDAY));
    assert_int_equal(parse("fri-mon 00:00-24:00").days, 0x71);
    assert_int_equal(parse("mon,WED,fri-sun 1:00-2:00").days, 0x75);
}

static void test_refused(void **state)
{
    static const char *const WRONG[] = {
        "",
        "22:00",
        "22:00-",
        "-06:00",
        "22-06",
        "25:00-26:00",
        "22:60-23:00",
        "06:00-06:00",
        "24:00-06:00",
        "22:00-06:00 UTC now",
        "mon",
        "mon, 1:00-2:00",
        "mon-xyz 1:00-2:00",
        "xyz 1:00-2:00",
        "001:00-2:00",
    };
    TimeWindow window;
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++)
        if (time_window_parse(arena, WRONG[i], &window))
            fail_msg("%s is read", WRONG[i]);
}

static void test_moment(void **state)
{
    assert_string_equal(time_window_moment(arena, FRIDAY + 65), "Friday 01:05");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_within_a_day), cmocka_unit_test(test_over_midnight),
        cmocka_unit_test(test_days),         cmocka_unit_test(test_refused),
        cmocka_unit_test(test_moment),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
