#include "layout_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    const char *names;
    const char *expected;
} CASES[] = {
    {"", ""},
    {"V10__c.sql sub/deeper/U2__b.sql sub/V1__a.sql V1.5__half.sql refinery.toml",
     "1 a sub/V1__a.sql -\n"
     "1.5 half V1.5__half.sql -\n"
     "2 b sub/deeper/U2__b.sql -\n"
     "10 c V10__c.sql -\n"},
    {"V1__a.sql sub/U1__b.sql",
     "duplicate m/V1__a.sql: version 1 is also the version of m/sub/U1__b.sql (give one of the "
     "two files a version of its own)\n"
     "duplicate m/sub/U1__b.sql: version 1 is also the version of m/V1__a.sql (give one of the "
     "two files a version of its own)\n"},
    {"V1_a.sql",
     "version m/V1_a.sql: refinery passes over a name that is not V<NUMBER>__<NAME>.sql (rename "
     "it, for example to V1__what_it_does.sql, or move it out of the folder)\n"},
    {"V1__a-b.sql",
     "version m/V1__a-b.sql: refinery passes over a name that is not V<NUMBER>__<NAME>.sql "
     "(rename it, for example to V1__what_it_does.sql, or move it out of the folder)\n"},
    {"sub/R__view.sql",
     "version m/sub/R__view.sql: refinery passes over a name that is not V<NUMBER>__<NAME>.sql "
     "(rename it, for example to V1__what_it_does.sql, or move it out of the folder)\n"},
    {"V1.__a.sql",
     "version m/V1.__a.sql: refinery passes over a name that is not V<NUMBER>__<NAME>.sql (rename "
     "it, for example to V1__what_it_does.sql, or move it out of the folder)\n"},
};

static void test_read(void **state)
{
    ARENA_SCOPED arena = arena_new();
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++)
        assert_string_equal(layout_outcome(arena, &LAYOUT_REFINERY, CASES[i].names),
                            CASES[i].expected);
}

static void test_detect(void **state)
{
    ARENA_SCOPED arena = arena_new();
    static const struct {
        const char *names;
        int sure;
    } SAMPLES[] = {
        {"", 0},
        {"V1__a.sql U2__b.sql", 0},
        {"V1__a.sql refinery.toml", DETECTED_SURELY + 1},
        {"V1__a.sql ../refinery.toml", DETECTED_SURELY + 1},
        {"V1__a.sql ../../refinery.toml", DETECTED_SURELY + 1},
    };
    for (size_t i = 0; i < sizeof SAMPLES / sizeof SAMPLES[0]; i++) {
        Sample sample = {.listing = layout_listing(arena, SAMPLES[i].names)};
        if (LAYOUT_REFINERY.detect(&sample) != SAMPLES[i].sure)
            fail_msg("%s", SAMPLES[i].names);
    }
}

static void test_new_files(void **state)
{
    ARENA_SCOPED arena = arena_new();
    assert_string_equal(layout_new_names(arena, &LAYOUT_REFINERY, ""), "V1__add_users.sql\n");
    assert_string_equal(layout_new_names(arena, &LAYOUT_REFINERY, "V9__a.sql U10__b.sql"),
                        "V11__add_users.sql\n");
    assert_string_equal(layout_new_names(arena, &LAYOUT_REFINERY, "V20240101000000__a.sql"),
                        "V20250607080910__add_users.sql\n");
}

static void test_late(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Problems problems = {0};
    LayoutEntries entries =
        layout_entries(arena, &LAYOUT_REFINERY, "V1__a.sql U2__b.sql", &problems);
    assert_false(entries.items[0].is_late_allowed);
    assert_true(entries.items[1].is_late_allowed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read),
        cmocka_unit_test(test_detect),
        cmocka_unit_test(test_new_files),
        cmocka_unit_test(test_late),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
