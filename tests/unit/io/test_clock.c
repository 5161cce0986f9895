#include "io/clock.h"
#include "io/interrupt.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <ctype.h>
#include <signal.h>

// '0' stands for a digit, 'x' for a hexadecimal one.
static void assert_form(const char *text, const char *form)
{
    assert_int_equal(strlen(text), strlen(form));
    for (size_t i = 0; form[i]; i++) {
        bool fits = form[i] == '0' ? isdigit((unsigned char)text[i])
                    : form[i] == 'x'
                        ? isxdigit((unsigned char)text[i]) && !isupper((unsigned char)text[i])
                        : text[i] == form[i];
        if (!fits)
            fail_msg("%s is not like %s", text, form);
    }
}

static void test_now(void **state)
{
    char text[CLOCK_TEXT];
    clock_now_rfc3339(text);
    assert_form(text, "0000-00-00T00:00:00.000Z");
    assert_true(strcmp(text, "2024") > 0);
    clock_now_compact(text);
    assert_form(text, "00000000000000");
}

// Never the local time, whatever TZ says.
static void test_utc(void **state)
{
    char before[CLOCK_TEXT];
    char far[CLOCK_TEXT];
    char after[CLOCK_TEXT];
    setenv("TZ", "UTC", 1);
    clock_now_compact(before);
    setenv("TZ", "Pacific/Kiritimati", 1);
    clock_now_compact(far);
    setenv("TZ", "UTC", 1);
    clock_now_compact(after);
    assert_true(strcmp(before, far) <= 0 && strcmp(far, after) <= 0);
}

static void test_monotonic(void **state)
{
    int64_t start = clock_monotonic_us();
    assert_true(clock_sleep_ms(20));
    int64_t elapsed = clock_monotonic_us() - start;
    assert_true(elapsed >= 20000);
    assert_true(clock_elapsed_ms(start) >= 20);
    assert_true(clock_elapsed_ms(clock_monotonic_us() + 5000) <= -4);
    assert_true(clock_sleep_ms(0));
    assert_true(clock_sleep_ms(-5));
}

static void test_random(void **state)
{
    bool seen[4] = {0};
    for (int i = 0; i < 1000; i++) {
        uint32_t number = clock_random_below(4);
        assert_true(number < 4);
        seen[number] = true;
    }
    assert_true(seen[0] && seen[1] && seen[2] && seen[3]);
    assert_int_equal(clock_random_below(1), 0);
    assert_int_equal(clock_random_below(0), 0);
}

static void test_uuid(void **state)
{
    char first[37];
    char second[37];
    clock_new_uuid(first);
    clock_new_uuid(second);
    assert_form(first, "xxxxxxxx-xxxx-4xxx-xxxx-xxxxxxxxxxxx");
    assert_non_null(strchr("89ab", first[19]));
    assert_string_not_equal(first, second);
}

// The last test: the signal stays asked for.
static void test_interrupt(void **state)
{
    assert_int_equal(interrupt_descriptor(), -1);
    interrupt_install();
    interrupt_install(); // once is enough
    assert_true(interrupt_descriptor() >= 0);
    assert_false(interrupt_requested());
    assert_int_equal(interrupt_signal(), 0);
    raise(SIGTERM);
    assert_true(interrupt_requested());
    assert_int_equal(interrupt_signal(), SIGTERM);
    assert_false(clock_sleep_ms(3600 * 1000));
    // the next one kills
    struct sigaction action;
    sigaction(SIGTERM, NULL, &action);
    assert_true(action.sa_handler == SIG_DFL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_now),       cmocka_unit_test(test_utc),
        cmocka_unit_test(test_monotonic), cmocka_unit_test(test_random),
        cmocka_unit_test(test_uuid),      cmocka_unit_test(test_interrupt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
