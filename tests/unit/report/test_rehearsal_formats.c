#include "report/rehearsal_report.h"

#include "golden.h"
#include "rehearsal_fixture.h"

typedef void Format(Arena *arena, FILE *stream, const Rehearsal *rehearsal);

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

static const char *written(Format *format, const Rehearsal *rehearsal)
{
    Captured captured;
    capture_begin(&captured, false);
    format(arena, captured.terminal.stream, rehearsal);
    return capture_end(arena, &captured);
}

static const struct {
    const char *name;
    Format *format;
} FORMATS[] = {
    {"md", rehearsal_report_markdown},
    {"junit", rehearsal_report_junit},
    {"sarif", rehearsal_report_sarif},
};

static void test_every_format(void **state)
{
    Rehearsal every = rehearsal_every_kind(arena);
    Rehearsal passed = rehearsal_passed(arena);
    for (size_t i = 0; i < sizeof FORMATS / sizeof *FORMATS; i++) {
        assert_golden(arena, arena_printf(arena, "rehearsal.%s", FORMATS[i].name),
                      written(FORMATS[i].format, &every));
        assert_golden(arena, arena_printf(arena, "rehearsal_passed.%s", FORMATS[i].name),
                      written(FORMATS[i].format, &passed));
    }
}

static json_t *sarif_run(json_t *document)
{
    return json_array_get(json_object_get(document, "runs"), 0);
}

// Each rule is a problem's word; each result names the rule at its index.
static void test_sarif(void **state)
{
    Err err = {0};
    Rehearsal rehearsal = rehearsal_every_kind(arena);
    JSON_SCOPED document =
        json_read(str_from(written(rehearsal_report_sarif, &rehearsal)), "report", &err);
    assert_non_null(document);
    assert_string_equal(json_string_value(json_object_get(document, "version")), "2.1.0");
    const json_t *run = sarif_run(document);
    const json_t *rules =
        json_object_get(json_object_get(json_object_get(run, "tool"), "driver"), "rules");
    const json_t *results = json_object_get(run, "results");
    assert_int_equal(json_array_size(rules), REHEARSAL_PROBLEMS);
    assert_int_equal(json_array_size(results),
                     rehearsal_failures(&rehearsal) + rehearsal_warnings(&rehearsal));
    for (size_t i = 0; i < json_array_size(results); i++) {
        const json_t *result = json_array_get(results, i);
        json_int_t index = json_integer_value(json_object_get(result, "ruleIndex"));
        const json_t *rule = json_array_get(rules, (size_t)index);
        assert_string_equal(json_string_value(json_object_get(result, "ruleId")),
                            json_string_value(json_object_get(rule, "id")));
    }
}

static size_t count_of(const char *text, const char *needle)
{
    size_t count = 0;
    for (const char *at = text; (at = strstr(at, needle)); at++)
        count++;
    return count;
}

// Missing, wrong and slow: each a failure of its own with its word, and what was not reached none.
static void test_junit_failures(void **state)
{
    Rehearsal rehearsal = rehearsal_every_kind(arena);
    RehearsedMigration *slow = &rehearsal.migrations.items[1];
    fixture_finding(arena, slow, REHEARSAL_TOO_SLOW, "x");
    fixture_finding(arena, slow, REHEARSAL_BLOCKED_TOO_LONG, "x");
    const char *text = written(rehearsal_report_junit, &rehearsal);
    static const char *const WORDS[] = {"down-missing", "down-differs", "too-slow", "up-failed",
                                        "old-query-broken"};
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
        assert_int_equal(count_of(text, arena_printf(arena, "<failure type=\"%s\"", WORDS[i])), 1);
    assert_int_equal(count_of(text, "<failure type=\"blocked-too-long\""), 2);
    assert_int_equal(count_of(text, "<failure "), 7);
    assert_non_null(strstr(text, "failures=\"7\" errors=\"0\">\n  <testsuite "));
    assert_null(strstr(text, "<failure type=\"not-reached\""));
}

// GitHub takes 65,536 characters.
static void test_a_comment_is_short_enough(void **state)
{
    Rehearsal rehearsal = rehearsal_large(arena, 300, 1000);
    for (size_t i = 0; i < rehearsal.migrations.len; i++)
        for (int j = 0; j < 3; j++) {
            RehearsalFinding *finding = fixture_finding(arena, &rehearsal.migrations.items[i],
                                                        REHEARSAL_DOWN_DIFFERS, HOSTILE);
            char *detail = arena_alloc(arena, 4000);
            memset(detail, '`', 3999);
            finding->detail = detail;
        }
    const char *text = written(rehearsal_report_markdown, &rehearsal);
    assert_in_range(strlen(text), 20000, 60000);
    assert_non_null(strstr(text, "more findings\n"));
    assert_non_null(strstr(text, "more migrations\n"));
    assert_non_null(strstr(text, "more statements\n"));
    assert_non_null(strstr(text, "nothing was written to the target</sub>\n"));
}

static void test_hostile_text_is_only_text(void **state)
{
    Rehearsal rehearsal = rehearsal_every_kind(arena);
    const char *text = written(rehearsal_report_markdown, &rehearsal);
    assert_harmless(text);
    assert_null(strstr(text, "<script"));
    assert_null(strstr(text, "<img"));
    text = written(rehearsal_report_junit, &rehearsal);
    assert_harmless(text);
    assert_null(strstr(text, "<script"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_format),
        cmocka_unit_test(test_sarif),
        cmocka_unit_test(test_junit_failures),
        cmocka_unit_test(test_a_comment_is_short_enough),
        cmocka_unit_test(test_hostile_text_is_only_text),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
