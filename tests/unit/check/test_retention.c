#include "check/retention.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const int64_t DAY_MS = 24 * 3600 * 1000;

static void test_times(void **state)
{
    static const struct {
        const char *text;
        int64_t ms; // -1: no time
    } CASES[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"1970-01-01T00:00:00.001Z", 1},
        {"2000-02-29T12:34:56.789Z", 951827696789},
        {"2026-11-26T05:30:00Z", 1795671000000},
        {"2024-12-31T23:59:60Z", 1735689600000}, // a leap second
        {"2026-11-26 05:30:00Z", -1},
        {"2026-11-26T05:30:00", -1},
        {"2026-11-26T05:30:00+01:00", -1},
        {"2026-13-26T05:30:00Z", -1},
        {"2026-11-26T25:30:00Z", -1},
        {"", -1},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        int64_t ms = -1;
        bool is_time = retention_time_parse(CASES[i].text, &ms);
        if (is_time != (CASES[i].ms >= 0) || ms != CASES[i].ms)
            fail_msg("%s: %lld, not %lld", CASES[i].text, (long long)ms, (long long)CASES[i].ms);
    }
}

static void test_ages(void **state)
{
    ARENA_SCOPED arena = arena_new();
    assert_string_equal(retention_age(arena, 0), "a moment");
    assert_string_equal(retention_age(arena, 59000), "59 s");
    assert_string_equal(retention_age(arena, 119000), "119 s");
    assert_string_equal(retention_age(arena, 47 * 3600 * 1000L), "47 hours");
    assert_string_equal(retention_age(arena, 48 * 3600 * 1000L), "2 days");
    assert_string_equal(retention_age(arena, DAY_MS), "1 day");
}

// "a stays: WHY" lines, the entries named by letters.
static void assert_decided(const RetentionPolicy *policy, RetentionEntry *entries, size_t count,
                           const char *expected)
{
    ARENA_SCOPED arena = arena_new();
    TEXT_SCOPED text;
    int64_t now_ms;
    text_init(&text, 4096);
    assert_true(retention_time_parse("2026-11-26T00:00:00Z", &now_ms));
    retention_decide(arena, policy, now_ms, entries, count);
    for (size_t i = 0; i < count; i++)
        text_printf(&text, "%c %s: %s\n", (int)('a' + i), entries[i].is_kept ? "stays" : "goes",
                    entries[i].why);
    assert_string_equal(text_cstr(&text), expected);
}

static void test_policy(void **state)
{
    RetentionEntry entries[] = {
        {.created_at = "2026-01-10T00:00:00Z", .level = BACKUP_EQUAL},
        {.created_at = "2026-09-01T00:00:00Z", .level = BACKUP_EQUAL},
        {.created_at = "2026-09-30T00:00:00Z", .level = BACKUP_RESTORED},
        {.created_at = "2026-10-01T00:00:00Z", .level = BACKUP_READABLE},
        {.created_at = "2026-10-02T00:00:00Z", .named_by = "003 names it"},
        {.created_at = "2026-10-03T00:00:00Z"},
        {.created_at = "2026-11-25T00:00:00Z"},
    };
    const RetentionPolicy policy = {.keep_ms = 30 * DAY_MS, .least = 1};
    assert_decided(&policy, entries, 7,
                   "a goes: older than 30 days\n"
                   "b goes: older than 30 days\n"
                   "c stays: the newest that was restored for proof\n"
                   "d goes: older than 30 days\n"
                   "e stays: 003 names it\n"
                   "f goes: older than 30 days\n"
                   "g stays: younger than 30 days\n");
    const RetentionPolicy monthly = {.keep_ms = 30 * DAY_MS, .least = 2, .monthly = 4};
    assert_decided(&monthly, entries, 7,
                   "a stays: the last one of 2026-01\n"
                   "b goes: older than 30 days\n"
                   "c stays: the newest that was restored for proof\n"
                   "d goes: older than 30 days\n"
                   "e stays: 003 names it\n"
                   "f stays: one of the newest 2\n"
                   "g stays: younger than 30 days\n");
    entries[5].needed_by = "nobody could be asked";
    const RetentionPolicy named = {.keep_ms = 30 * DAY_MS, .least = 1, .named_ms = 40 * DAY_MS};
    assert_decided(&named, &entries[3], 4,
                   "a goes: older than 30 days\n"
                   "b goes: older than 30 days\n"
                   "c stays: nobody could be asked\n"
                   "d stays: younger than 30 days\n");
    const RetentionPolicy nothing = {0};
    assert_decided(&nothing, entries, 1, "a stays: the newest that was restored for proof\n");
    assert_decided(&nothing, entries, 0, "");
}

// One folder of two databases: each has its own newest, months and proof.
static void test_databases_do_not_count_for_each_other(void **state)
{
    RetentionEntry entries[] = {
        {.of = "shop", .created_at = "2026-01-10T00:00:00Z", .level = BACKUP_EQUAL},
        {.of = "shop", .created_at = "2026-01-11T00:00:00Z"},
        {.of = "blog", .created_at = "2026-02-01T00:00:00Z"},
        {.of = "blog", .created_at = "2026-02-02T00:00:00Z", .level = BACKUP_EQUAL},
        {.of = "blog", .created_at = "2026-03-02T00:00:00Z"},
    };
    assert_decided(&(RetentionPolicy){.keep_ms = DAY_MS, .least = 1}, entries, 5,
                   "a stays: the newest that was restored for proof\n"
                   "b stays: the newest\n"
                   "c goes: older than 1 day\n"
                   "d stays: the newest that was restored for proof\n"
                   "e stays: the newest\n");
    assert_decided(&(RetentionPolicy){.keep_ms = DAY_MS, .monthly = 1}, entries, 5,
                   "a stays: the newest that was restored for proof\n"
                   "b stays: the last one of 2026-01\n"
                   "c goes: older than 1 day\n"
                   "d stays: the newest that was restored for proof\n"
                   "e stays: the last one of 2026-03\n");
}

static void test_a_part_is_no_proof(void **state)
{
    RetentionEntry entries[] = {
        {.created_at = "2026-01-10T00:00:00Z", .level = BACKUP_EQUAL},
        {.created_at = "2026-01-11T00:00:00Z", .level = BACKUP_EQUAL, .is_part = true},
    };
    assert_decided(&(RetentionPolicy){.keep_ms = DAY_MS}, entries, 2,
                   "a stays: the newest that was restored for proof\n"
                   "b goes: older than 1 day\n");
}

static void test_a_time_that_cannot_be_read_stays(void **state)
{
    RetentionEntry entry = {.created_at = "yesterday"};
    assert_decided(&(RetentionPolicy){.monthly = 3}, &entry, 1,
                   "a stays: its time cannot be read\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_ages),
        cmocka_unit_test(test_policy),
        cmocka_unit_test(test_databases_do_not_count_for_each_other),
        cmocka_unit_test(test_a_part_is_no_proof),
        cmocka_unit_test(test_a_time_that_cannot_be_read_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
