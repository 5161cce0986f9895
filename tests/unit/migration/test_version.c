#include "migration/version.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    const char *version;
    bool is_valid;
} VALIDITY[] = {
    {"027", true},
    {"1", true},
    {"1.10", true},
    {"1.1.0", true},
    {"20231223_001", true},
    {"002b", true},
    {"1rc", true},
    {"2024-01-01-000000", true},
    {"99999999999999999999999999999999", true},
    {"", false},
    {"b", false},
    {"1.", false},
    {".1", false},
    {"1..2", false},
    {"1_", false},
    {"002B", false},
    {"001init", false}, // that is a name
    {"1 2", false},
    {"v1", false},
    {"1b2", false},
    {"\xd9\xa1", false}, // an Arabic digit
};

static void test_validity(void **state)
{
    for (size_t i = 0; i < sizeof VALIDITY / sizeof VALIDITY[0]; i++)
        if (version_is_valid(str_from(VALIDITY[i].version)) != VALIDITY[i].is_valid)
            fail_msg("\"%s\"", VALIDITY[i].version);
}

// Each is lower than all that stand behind it.
static const char *const ORDERED[] = {
    "0",
    "1",
    "1.1",
    "1.1.0",
    "1.2",
    "1.10",
    "002",
    "002.1",
    "002a",
    "002b",
    "002ba",
    "003",
    "9",
    "10",
    "027",
    "2024-01-01-000000",
    "2024-01-01-000001",
    "2024-01-02",
    "20231223",
    "20231223_001",
    "20231223_2",
    "20231223_010",
    "20231224_001",
    "20231224120000", // a moment: longer than the day behind it, and before it
    "20240101",
    "20240101120000",
    "202401011201",
    "20240101120100",
    "20240102",
    "18446744073709551615", // beyond 64 bits from here on
    "18446744073709551616",
    "100000000000000000000000000000000000000",
};

static void test_order(void **state)
{
    size_t count = sizeof ORDERED / sizeof ORDERED[0];
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < count; j++) {
            int order = version_compare(str_from(ORDERED[i]), str_from(ORDERED[j]));
            int expected = (i > j) - (i < j);
            if ((order > 0) - (order < 0) != expected)
                fail_msg("%s and %s: %d", ORDERED[i], ORDERED[j], order);
        }
}

static void test_equal_as_numbers(void **state)
{
    assert_int_equal(version_compare(STR("1"), STR("001")), 0);
    assert_int_equal(version_compare(STR("1.10"), STR("01.010")), 0);
    assert_int_equal(version_compare(STR("0"), STR("000")), 0);
    assert_int_equal(version_compare(STR("20231223_1"), STR("20231223-001")), 0);
    assert_int_not_equal(version_compare(STR("1"), STR("1.0")), 0);
}

static void test_dates(void **state)
{
    assert_int_equal(version_date_length(STR("20231223")), 8);
    assert_int_equal(version_date_length(STR("20231223_001")), 8);
    assert_int_equal(version_date_length(STR("2023-12-23-000000")), 10);
    assert_int_equal(version_date_length(STR("2023_12_31")), 10);
    const char *const NONE[] = {"",          "2023",      "20231323",   "20231232",   "20231200",
                                "19691231",  "22000101",  "202312231",  "2023.12.23", "2023-12_23",
                                "2023-1-23", "2023-12-2", "2023-12-231"};
    for (size_t i = 0; i < sizeof NONE / sizeof NONE[0]; i++)
        if (version_date_length(str_from(NONE[i])))
            fail_msg("%s", NONE[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_validity),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_equal_as_numbers),
        cmocka_unit_test(test_dates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
