#include "report/check_report.h"

#include "check/diagnosis.h"
#include "golden.h"

static CheckList one_of_each(Arena *arena)
{
    CheckList made = {0};
    check_list_add(arena, &made, &DIAGNOSIS_KINDS[CHECK_FILE], VERDICT_PASS, NULL,
                   "migrate-safe.yaml");
    check_list_add(arena, &made, &DIAGNOSIS_KINDS[CHECK_TLS], VERDICT_WARN, "add sslmode=require",
                   "none");
    check_list_add(arena, &made, &DIAGNOSIS_KINDS[CHECK_OPEN], VERDICT_PASS, NULL,
                   "shop on a\x1b[2J\nb:5432 as ann");
    check_list_add(arena, &made, &DIAGNOSIS_KINDS[CHECK_STORE], VERDICT_FAIL,
                   "GRANT CREATE ON DATABASE \"s\x1b[0m\" TO \"ann\";", "may not");
    Check *locks = check_list_add(arena, &made, &DIAGNOSIS_KINDS[CHECK_LOCKS], VERDICT_FAIL, "wait",
                                  "2 sessions");
    locks->limit = "30 s";
    locks->passed_over = "--force";
    check_detail(arena, locks, "pid %d: \x1b[1mupdate", 4711);
    check_detail(arena, locks, "pid %d", 4712);
    check_list_add(arena, &made, &DIAGNOSIS_KINDS[CHECK_DISK], VERDICT_UNKNOWN, "df -h",
                   "cannot be asked");
    return made;
}

static const char *shown(Arena *arena, const CheckList *diagnosis, bool has_colour, bool is_verbose)
{
    CheckReport report = {.list = diagnosis, .is_verbose = is_verbose};
    Captured captured;
    capture_begin(&captured, has_colour);
    check_report_text(arena, &captured.terminal, &report);
    return capture_end(arena, &captured);
}

static void test_text(void **state)
{
    ARENA_SCOPED arena = arena_new();
    CheckList diagnosis = one_of_each(arena);
    const char *text = shown(arena, &diagnosis, false, false);
    assert_harmless(text);
    assert_golden(arena, "checks.txt", text);
    assert_golden(arena, "checks.colour.txt", shown(arena, &diagnosis, true, false));
    assert_golden(arena, "checks_verbose.txt", shown(arena, &diagnosis, false, true));
}

static void test_document(void **state)
{
    ARENA_SCOPED arena = arena_new();
    CheckList diagnosis = one_of_each(arena);
    json_t *document = json_object();
    check_report_put(document, &diagnosis);
    assert_golden_json(arena, "checks.json", document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_document),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
