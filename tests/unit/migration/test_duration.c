#include "migration/duration.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    const char *text;
    int64_t ms; // -1: cannot be read
} CASES[] = {
    {"250", 250},
    {"0", 0},
    {"250ms", 250},
    {"2s", 2000},
    {"2 S", 2000},
    {" 2s ", 2000},
    {"10min", 600000},
    {"1h", 3600000},
    {"1d", 86400000},
    {"30 seconds", 30000},
    {"1 Second", 1000},
    {"2 minutes", 120000},
    {"1.5 hours", 5400000},
    {"0.5s", 500},
    {"0.0005s", 1},
    {"0.0004s", 0},
    {"1.9999999999999999999s", 2000},
    {"9223372036854775807", INT64_MAX},
    {"9223372036854775808", -1},
    {"9223372036854775807s", -1},
    {"106751991167d", 9223372036828800000},
    {"106751991168d", -1},
    {"", -1},
    {"s", -1},
    {"-1s", -1},
    {"+1s", -1},
    {".5s", -1},
    {"1.s", -1},
    {"1,5s", -1},
    {"1m", -1},
    {"1 fortnight", -1},
    {"XX minutes", -1},
    {"1h 30min", -1},
    {"1e3", -1},
    {"0x10", -1},
};

static void test_durations(void **state)
{
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        int64_t ms = -7;
        bool is_read = duration_parse(str_from(CASES[i].text), &ms);
        int64_t expected = CASES[i].ms < 0 ? -7 : CASES[i].ms; // untouched on failure
        if (is_read != (CASES[i].ms >= 0) || ms != expected)
            fail_msg("\"%s\": %d %lld", CASES[i].text, is_read, (long long)ms);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_durations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
