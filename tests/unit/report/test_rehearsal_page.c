#include "report/rehearsal_report.h"

#include "golden.h"
#include "rehearsal_fixture.h"
#include "report/page.h"

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

static const char *page_of(const Rehearsal *rehearsal, const char *digest)
{
    Captured captured;
    capture_begin(&captured, false);
    rehearsal_report_page(arena, captured.terminal.stream, rehearsal, digest);
    return capture_end(arena, &captured);
}

// strstr() would look for the end of the page each time, under the sanitizers.
static size_t count_of(const char *text, const char *needle)
{
    size_t count = 0;
    const char *end = text + strlen(text);
    size_t length = strlen(needle);
    for (const char *at = text; (at = memmem(at, (size_t)(end - at), needle, length)); at++)
        count++;
    return count;
}

static void assert_well_made(const char *page)
{
    static const char *const PAIRS[] = {"section", "details", "summary", "table", "tbody", "thead",
                                        "tr",      "ul",      "dl",      "svg",   "main",  "header",
                                        "footer",  "nav",     "div",     "pre",   "h3"};
    assert_harmless(page);
    assert_int_equal(strncmp(page, "<!doctype html>\n<html lang=\"en\">", 32), 0);
    assert_null(strstr(page, "{{"));
    assert_null(strstr(page, "(null)"));
    for (size_t i = 0; i < sizeof PAIRS / sizeof *PAIRS; i++) {
        size_t begun = count_of(page, arena_printf(arena, "<%s ", PAIRS[i])) +
                       count_of(page, arena_printf(arena, "<%s>", PAIRS[i]));
        assert_int_equal(begun, count_of(page, arena_printf(arena, "</%s>", PAIRS[i])));
    }
}

static void test_every_kind(void **state)
{
    Rehearsal rehearsal = rehearsal_every_kind(arena);
    const char *page = page_of(&rehearsal, DIGEST);
    assert_well_made(page);
    assert_non_null(strstr(page, "<h1><strong>Rehearsal failed:</strong> 5 problems in 4 of 7 "
                                 "migrations, 1 not reached, 2 warnings</h1>"));
    for (size_t i = 0; i < rehearsal.migrations.len; i++)
        assert_non_null(strstr(
            page, arena_printf(arena, "id=\"m-%s\"", rehearsal.migrations.items[i].version)));
    assert_non_null(strstr(page, DIGEST));
    assert_non_null(strstr(page, "<td class=\"nobreak\">4.0 s to 4.4 s</td>"));
}

static void test_passed(void **state)
{
    Rehearsal rehearsal = rehearsal_passed(arena);
    const char *page = page_of(&rehearsal, NULL);
    assert_well_made(page);
    assert_non_null(strstr(page, "<h1><strong>Rehearsal passed:</strong> 3 migrations</h1>"));
    assert_non_null(strstr(page, "Evidence <code>not kept</code>"));
    assert_null(strstr(page, "id=\"findings\""));
}

// Nothing on it is loaded or run, whatever names and texts there are.
static void test_hostile_text_is_only_text(void **state)
{
    static const char *const NEVER[] = {"<script", "<img",  "<iframe", "javascript:alert(6)\"",
                                        "src=\"",  "http:", "https:",  "url(",
                                        "@import", "<b>",   "</text>"};
    Rehearsal rehearsal = rehearsal_every_kind(arena);
    const char *page = page_of(&rehearsal, HOSTILE);
    for (size_t i = 0; i < sizeof NEVER / sizeof *NEVER; i++)
        assert_null(strstr(page, NEVER[i]));
    assert_non_null(strstr(page, "&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert_non_null(strstr(page, "&lt;/pre&gt;&lt;script&gt;alert(3)"));
    assert_non_null(strstr(page, "aria-label=\"public.&quot;&lt;/text&gt;"));
}

static void test_a_large_one_stays_small(void **state)
{
    Rehearsal rehearsal = rehearsal_large(arena, 300, 1000);
    const char *page = page_of(&rehearsal, DIGEST);
    assert_well_made(page);
    assert_in_range(strlen(page), 500000, 3000000);
    assert_int_equal(count_of(page, "<details class=\"migration\""), 300);
    assert_int_equal(count_of(page, "<details class=\"migration\" id=\"m-300\" open>"), 0);
    assert_non_null(strstr(page, "And 10 more, which kept others waiting less."));
}

// Each id is there once, also of versions that are alike.
static void test_anchors(void **state)
{
    static const char *const VERSIONS[] = {"1.0", "1_0", "1-0", "1-2e0", "10", "é", "\"><b>"};
    Rehearsal rehearsal = rehearsal_passed(arena);
    rehearsal.migrations.len = 0;
    for (size_t i = 0; i < sizeof VERSIONS / sizeof *VERSIONS; i++)
        fixture_migration(arena, &rehearsal, VERSIONS[i], "x");
    const char *page = page_of(&rehearsal, NULL);
    assert_well_made(page);
    const char *at = page;
    for (size_t i = 0; (at = strstr(at, " id=\"m-")); i++, at++) {
        Str id = str_until((Str){at + 5, strlen(at + 5)}, '"');
        const char *whole = arena_printf(arena, "id=\"" STR_FMT "\"", STR_ARG(id));
        assert_int_equal(count_of(page, whole), 1);
        assert_true(i < sizeof VERSIONS / sizeof *VERSIONS);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_kind),
        cmocka_unit_test(test_passed),
        cmocka_unit_test(test_hostile_text_is_only_text),
        cmocka_unit_test(test_a_large_one_stays_small),
        cmocka_unit_test(test_anchors),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
