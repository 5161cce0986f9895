#include "report/run_report.h"

#include "golden.h"
#include "report/markdown.h"
#include "report/run_document.h"
#include "report/run_facts.h"
#include "run_fixture.h"

#include <sys/stat.h>
#include <unistd.h>

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

typedef void (*Form)(Arena *arena, FILE *stream, const RunReport *report);

static const char *form_of(Form form, const RunReport *report)
{
    Captured captured;
    capture_begin(&captured, false);
    form(arena, captured.terminal.stream, report);
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
                                        "tr",      "ul",      "ol",      "dl",    "svg",   "main",
                                        "header",  "footer",  "nav",     "div",   "pre",   "h3"};
    assert_harmless(page);
    assert_null(strstr(page, "{{"));
    assert_null(strstr(page, "(null)"));
    for (size_t i = 0; i < sizeof PAIRS / sizeof *PAIRS; i++) {
        size_t begun = count_of(page, arena_printf(arena, "<%s ", PAIRS[i])) +
                       count_of(page, arena_printf(arena, "<%s>", PAIRS[i]));
        assert_int_equal(begun, count_of(page, arena_printf(arena, "</%s>", PAIRS[i])));
    }
}

static RunReport read_back(const RunReport *report)
{
    Err err = {0};
    RunReport read;
    JSON_SCOPED document = run_report_to_json(report);
    JSON_SCOPED again = json_read(str_from(json_line(arena, document)), "x", &err);
    if (!again || !run_report_from_json(arena, again, "x", &read, &err))
        fail_msg("%s", err.message);
    JSON_SCOPED third = run_report_to_json(&read);
    assert_true(json_equal(document, third));
    return read;
}

// What is read back says the same in every form; so no member that is shown is lost in the file.
static void test_each_kind_in_each_form(void **state)
{
    const struct {
        RunReport report;
        const char *verdict;
    } CASES[] = {
        {run_succeeded(arena), "Applied 3 migrations in 4.3 s"},
        {run_stopped(arena),
         "Stopped before the first statement: preflight failed: 1 check says no"},
        {run_unsettled(arena),
         "Not settled: 3 migrations ran, and then: postflight failed: 1 check says no"},
        {run_no_end(arena), "No end is recorded of up begun at 2026-11-26T19:15:39.697Z"},
        {run_every_kind(arena),
         "Failed: version 003\"><i> (2 of 4 migrations done before it): column \""},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        const RunReport *report = &CASES[i].report;
        RunReport read = read_back(report);
        const char *said = arena_printf(arena, "%s %s", run_verdict_title(report),
                                        run_verdict_text(arena, report));
        assert_true(str_starts(str_from(said), str_from(CASES[i].verdict)));
        const char *page = form_of(run_report_page, report);
        assert_well_made(page);
        assert_string_equal(page, form_of(run_report_page, &read));
        const char *markdown = form_of(run_report_markdown, report);
        assert_string_equal(markdown, form_of(run_report_markdown, &read));
        assert_null(strstr(markdown, "(null)"));
    }
}

static void test_verdicts(void **state)
{
    RunReport report = run_succeeded(arena);
    assert_int_equal(run_verdict(&report), RUN_SUCCEEDED);
    report = run_stopped(arena);
    assert_int_equal(run_verdict(&report), RUN_STOPPED);
    report = run_every_kind(arena);
    assert_int_equal(run_verdict(&report), RUN_FAILED);
    report = run_unsettled(arena);
    assert_int_equal(run_verdict(&report), RUN_UNSETTLED);
    report = run_no_end(arena);
    assert_int_equal(run_verdict(&report), RUN_WITHOUT_END);
}

static void test_goldens(void **state)
{
    RunReport report = run_every_kind(arena);
    JSON_SCOPED document = run_report_to_json(&report);
    assert_golden(arena, "run_every_kind.md", form_of(run_report_markdown, &report));
    assert_golden_json(arena, "run_every_kind.json", json_incref(document));
    report = run_succeeded(arena);
    assert_golden(arena, "run_succeeded.md", form_of(run_report_markdown, &report));
}

static void test_hostile_text_is_only_text(void **state)
{
    static const char *const NEVER[] = {
        "<script", "<img", "<iframe", "src=\"",           "http:", "https:", "url(",
        "@import", "<b>",  "<i>",     "onerror=alert(2)>"};
    RunReport report = run_every_kind(arena);
    const char *page = form_of(run_report_page, &report);
    for (size_t i = 0; i < sizeof NEVER / sizeof *NEVER; i++)
        if (strstr(page, NEVER[i]))
            fail_msg("there is %s: %.200s", NEVER[i], strstr(page, NEVER[i]));
    assert_non_null(strstr(page, "&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert_non_null(strstr(page, "id=\"m-003-22-3e-3ci-3e\""));
}

static void test_a_large_one_stays_small(void **state)
{
    RunReport report = run_large(arena, 2000);
    const char *page = form_of(run_report_page, &report);
    assert_well_made(page);
    assert_in_range(strlen(page), 500000, 6000000);
    const char *markdown = form_of(run_report_markdown, &report);
    assert_in_range(strlen(markdown), 20000, MARKDOWN_COMMENT_MAX);
    assert_non_null(strstr(markdown, " more migrations\n"));
}

// ---- files

static char folder[] = "/tmp/migrate-safe-run-report-XXXXXX";

static int set_up_folder(void **state)
{
    arena = arena_new();
    strcpy(folder + strlen(folder) - 6, "XXXXXX");
    return !mkdtemp(folder) || chdir(folder) != 0;
}

static int tear_down_folder(void **state)
{
    Err err = {0};
    arena_free(arena);
    return chdir("/") != 0 || !file_remove_tree(folder, &err);
}

static const char *write_one(const RunReport *report)
{
    Err err = {0};
    const char *path;
    if (!run_document_write(arena, "logs", report, &path, &err))
        fail_msg("%s", err.message);
    return path;
}

static RunDocuments load(void)
{
    Err err = {0};
    RunDocuments documents;
    if (!run_documents_load(arena, "logs", &documents, &err))
        fail_msg("%s", err.message);
    return documents;
}

static void put(const char *path, const char *text)
{
    Err err = {0};
    if (!file_write(path, str_from(text), 0644, &err))
        fail_msg("%s", err.message);
}

static void test_no_two_runs_share_a_file(void **state)
{
    RunReport report = run_succeeded(arena);
    assert_int_equal(load().runs.len, 0);
    Words paths = {0};
    for (int i = 0; i < 20; i++) {
        report.started_at = arena_printf(arena, "2026-11-26T19:15:%02d.000Z", i);
        *vec_append(arena, &paths) = write_one(&report);
        for (int j = 0; j < i; j++)
            assert_string_not_equal(paths.items[i], paths.items[j]);
    }
    RunDocuments documents = load();
    assert_int_equal(documents.runs.len, 20);
    assert_string_equal(documents.runs.items[0].report.started_at, "2026-11-26T19:15:19.000Z");
}

static void test_no_password_is_written(void **state)
{
    Err err = {0};
    Str text;
    RunReport report = run_succeeded(arena);
    report.state = "on postgresql://ann:geheim@db/shop";
    report.next = "ALTER ROLE ann PASSWORD 'geheim'";
    assert_true(file_read(arena, write_one(&report), 1 << 20, &text, &err));
    assert_null(strstr(text.p, "geheim"));
}

static void test_what_is_no_report(void **state)
{
    Err err = {0};
    RunReport read = {.run_id = "untouched"};
    RunReport report = run_succeeded(arena);
    const char *path = write_one(&report);
    put("logs/run-report-20260101-000000.json", "{\"schema\": \"migrate-safe/run/9\"}");
    put("logs/run-report-20260101-000001.json", "{\"schema\": \"migrate-safe/rehearsal/1\"}");
    put("logs/run-report-20260101-000002.json", "{\"sch");
    put("logs/run-report-20260101-000003.json.tmp", "");
    RunDocuments documents = load();
    assert_int_equal(documents.runs.len, 1);
    assert_string_equal(documents.runs.items[0].path, path);
    assert_int_equal(documents.problems.len, 3);
    assert_non_null(strstr(documents.problems.items[0].message, "schema 9, and this one reads 1"));
    assert_non_null(strstr(documents.problems.items[1].message, "is no report of a run"));
    VEC_EACH (const Err, problem, &documents.problems)
        assert_int_equal(problem->class, ERR_CHECK);
    assert_false(run_document_read(arena, "logs/run-report-20260101-000000.json", &read, &err));
    assert_string_equal(read.run_id, "untouched");
}

static const char LINE[] = "{\"at\":\"2026-01-01T00:00:0%d.000Z\",\"event\":\"%s\",\"run_id\":"
                           "\"00000000-0000-4000-8000-00000000000%d\",\"command\":\"%s\"%s}\n";

static const char *logged(int second, const char *event, int run, const char *command,
                          const char *more)
{
    Text text;
    text_init(&text, 4096);
    text_printf(&text, LINE, second, event, run, command, more);
    const char *line = arena_dup(arena, text_str(&text));
    text_done(&text);
    return line;
}

static const char *all_of(const char *const *lines, size_t count)
{
    const char *all = "";
    for (size_t i = 0; i < count; i++)
        all = arena_join(arena, str_from(all), str_from(lines[i]), STR(""));
    return all;
}

// A run that was killed while it waited, one that ended, one that has a report, no run at all, and
// half a line.
static void test_what_only_the_log_knows(void **state)
{
    const char *const LINES[] = {
        logged(0, "run_started", 1, "up", ""),
        logged(0, "migration_started", 1, "up", ",\"version\":\"001\",\"name\":\"a\""),
        logged(1, "applied", 1, "up",
               ",\"version\":\"001\",\"name\":\"a\",\"duration_ms\":900,\"done\":2,\"total\":2"),
        logged(1, "migration_started", 1, "up", ",\"version\":\"002\",\"name\":\"b\""),
        logged(2, "lock_wait", 1, "up",
               ",\"version\":\"002\",\"attempt\":2,\"wait_ms\":300,\"waited_ms\":700,\"message\":"
               "\"lock timeout\",\"blockers\":[{\"relation\":\"t\",\"pid\":7,\"user\":\"app\"}]"),
        logged(3, "run_started", 2, "down", ""),
        logged(3, "migration_started", 2, "down", ",\"version\":\"001\",\"name\":\"a\""),
        logged(4, "failed", 2, "down",
               ",\"version\":\"001\",\"name\":\"a\",\"duration_ms\":9,\"done\":0,\"total\":2,"
               "\"error\":{\"class\":\"rollback\",\"message\":\"no\",\"file\":\"x.sql\",\"line\":2,"
               "\"column\":3,\"sqlstate\":\"42703\"}"),
        logged(4, "run_finished", 2, "down",
               ",\"done\":0,\"total\":1,\"duration_ms\":9,\"message\":\"nothing is undone\""),
        logged(5, "run_started", 3, "up", ""),
        logged(6, "run_started", 4, "backup restore", ""),
        "not JSON at all\n",
        "{\"at\":\"2026-01-01T00:00:09.000Z\",\"event\":\"run_started\",\"run_id\":\"0000",
    };
    RunReport report = run_succeeded(arena);
    report.run_id = "00000000-0000-4000-8000-000000000003";
    write_one(&report);
    put("logs/migrations.jsonl", all_of(LINES, sizeof LINES / sizeof *LINES));
    RunDocuments documents = load();
    assert_int_equal(documents.runs.len, 3);
    assert_non_null(documents.runs.items[0].path);
    const RunReport *down = &documents.runs.items[1].report;
    assert_null(documents.runs.items[1].path);
    assert_int_equal(down->exit_code, 4);
    assert_int_equal(run_verdict(down), RUN_FAILED);
    assert_string_equal(down->error->message, "no");
    assert_string_equal(run_error_place(arena, down->error), "x.sql:2:3");
    assert_string_equal(down->state, "nothing is undone");
    assert_string_equal(down->steps.items[0].direction, "down");
    const RunReport *up = &documents.runs.items[2].report;
    assert_int_equal(run_verdict(up), RUN_WITHOUT_END);
    assert_int_equal(up->steps.len, 2);
    assert_string_equal(up->steps.items[0].state, "applied");
    assert_int_equal(up->steps.items[0].duration_ms, 900);
    assert_string_equal(up->steps.items[1].state, "unknown");
    assert_int_equal(up->steps.items[1].waits.len, 1);
    assert_int_equal(up->steps.items[1].waits.items[0].waited_ms, 1000);
    assert_string_equal(up->steps.items[1].waits.items[0].blockers.items[0], "t: pid 7, user app");
    assert_non_null(strstr(up->state, "lock_wait 002 at 2026-01-01T00:00:02.000Z"));
    assert_well_made(form_of(run_report_page, up));
    assert_well_made(form_of(run_report_page, down));
}

int main(void)
{
#define FILES(function) cmocka_unit_test_setup_teardown(function, set_up_folder, tear_down_folder)
#define TEST(function)  cmocka_unit_test_setup_teardown(function, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_each_kind_in_each_form),
        TEST(test_verdicts),
        TEST(test_goldens),
        TEST(test_hostile_text_is_only_text),
        TEST(test_a_large_one_stays_small),
        FILES(test_no_two_runs_share_a_file),
        FILES(test_no_password_is_written),
        FILES(test_what_is_no_report),
        FILES(test_what_only_the_log_knows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
