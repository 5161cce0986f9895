#include "run/backup/restore_marker.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void test_round_trip(void **state)
{
    ARENA_SCOPED arena = arena_new();
    for (MarkerStep step = MARKER_LOADING; step <= MARKER_REPLACED; step++) {
        RestoreMarker marker = {step, "sh\"op: {", "20261126T053000Z", "2026-11-26T05:30:00Z", "r"};
        RestoreMarker read = marker_parse(arena, marker_text(arena, &marker));
        assert_int_equal(read.step, step);
        assert_string_equal(read.of, marker.of);
        assert_string_equal(read.backup, marker.backup);
        assert_string_equal(read.at, marker.at);
        assert_string_equal(read.run_id, marker.run_id);
    }
}

// A database is dropped by what its comment says: nothing but our own words count.
static void test_others_comments(void **state)
{
    static const char *const COMMENTS[] = {
        NULL,
        "",
        "the shop's database",
        "{\"step\": \"replaced\", \"of\": \"shop\"}",
        "replaced by migrate-safe backup restore, kept until migrate-safe backup prune",
        "replaced by migrate-safe backup restore, kept until migrate-safe backup prune: {",
        "replaced by migrate-safe backup restore, kept until migrate-safe backup prune: {}",
        "replaced by migrate-safe backup restore, kept until migrate-safe backup prune: "
        "{\"step\": \"loading\", \"of\": \"shop\"}",
        "migrate-safe restores a backup here: [\"loading\"]",
    };
    ARENA_SCOPED arena = arena_new();
    for (size_t i = 0; i < sizeof COMMENTS / sizeof *COMMENTS; i++)
        assert_int_equal(marker_parse(arena, COMMENTS[i]).step, MARKER_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_others_comments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
