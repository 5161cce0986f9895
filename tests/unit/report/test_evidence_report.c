#include "report/evidence_report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

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

#define DIGEST "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static Rehearsal rehearsal = {.made_at = "2026-03-10T11:00:00.000Z",
                              .copy.kind = REHEARSAL_FROM_BACKUP};

static EvidenceVerdict verdict(bool stands)
{
    EvidenceVerdict made = {
        .is_judged = true,
        .stands = stands,
        .need = EVIDENCE_REQUIRED,
        .evidence = {"rehearsals/" DIGEST ".json", DIGEST, &rehearsal},
        .looked_at = 1,
        .age = "2 hours old",
        .time = {12345, 10000, 200000},
    };
    if (!stands) {
        *vec_append(arena, &made.differences) = "027_x.sql was edited since";
        *vec_append(arena, &made.differences) = "it is 9 days old";
    }
    return made;
}

static const char *line_of(const EvidenceVerdict *told)
{
    return evidence_report_line(arena, told);
}

static void test_lines(void **state)
{
    EvidenceVerdict told = verdict(true);
    assert_string_equal(line_of(&told),
                        "0123456789ab, 2 hours old, on a copy from backup: passed; took 12.3 s "
                        "there, 10.0 s to 3 min 20 s expected here");
    told.time.low_ms = -1;
    assert_string_equal(line_of(&told), "0123456789ab, 2 hours old, on a copy from backup: passed; "
                                        "took 12.3 s there");
    told.time = (EvidenceTime){-1, 1000, 2000};
    assert_string_equal(line_of(&told), "0123456789ab, 2 hours old, on a copy from backup: passed; "
                                        "1.0 s to 2.0 s expected here");
    told = verdict(false);
    assert_string_equal(line_of(&told), "none stands; 0123456789ab, 2 hours old: 027_x.sql was "
                                        "edited since; it is 9 days old");
    told.looked_at = 2;
    assert_string_equal(line_of(&told), "none stands; 0123456789ab, 2 hours old, differs least: "
                                        "027_x.sql was edited since; it is 9 days old");
    told = (EvidenceVerdict){.is_judged = true};
    assert_string_equal(line_of(&told), "none");
    told.unusable = "x.json is no evidence";
    assert_string_equal(line_of(&told), "none: x.json is no evidence");
    told.is_judged = false;
    assert_null(line_of(&told));
}

static const char *json_of(const EvidenceVerdict *told)
{
    JSON_SCOPED document = evidence_report_json(told);
    return json_line(arena, document);
}

static void test_json(void **state)
{
    EvidenceVerdict told = verdict(false);
    told.time.low_ms = told.time.high_ms = -1;
    assert_string_equal(
        json_of(&told),
        "{\"policy\":\"required\",\"stands\":false,\"evidence\":{\"digest\":\"" DIGEST
        "\",\"path\":\"rehearsals/" DIGEST
        ".json\",\"made_at\":\"2026-03-10T11:00:00.000Z\",\"copy\":\"backup\",\"verdict\":"
        "\"passed\",\"took_ms\":12345,\"expected_low_ms\":null,\"expected_high_ms\":null},"
        "\"differences\":[\"027_x.sql was edited since\",\"it is 9 days old\"]}");
    told = (EvidenceVerdict){.is_judged = true, .need = EVIDENCE_WANTED};
    assert_string_equal(
        json_of(&told),
        "{\"policy\":\"wanted\",\"stands\":false,\"evidence\":null,\"differences\":[]}");
    told.is_judged = false;
    assert_string_equal(json_of(&told), "null");
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
    const struct CMUnitTest tests[] = {TEST(test_lines), TEST(test_json)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
