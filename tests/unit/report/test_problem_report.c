#include "report/problem_report.h"

#include "golden.h"

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

static Err *add(Problems *problems, ProblemKind kind, bool is_error, const char *message)
{
    Problem *problem = vec_append(arena, problems);
    *problem = (Problem){.kind = kind, .is_error = is_error, .err.class = ERR_CONFIG};
    snprintf(problem->err.message, sizeof problem->err.message, "%s", message);
    return &problem->err;
}

static Problems some(void)
{
    static const char TEXT[] = "SELECT 'oops;\n";
    Problems problems = {0};
    err_at(add(&problems, PROBLEM_MISSING_DOWN, false, "version 001 has no down migration"),
           "m/001_a.up.sql", (Position){1, 1});
    Err *err = add(&problems, PROBLEM_CONTENT, true, "unterminated quoted string");
    err_at(err, "m/002_b.up.sql", (Position){1, 8});
    err_quote(err, str_from(TEXT), 7);
    err_hint(err, "close it");
    err_at(add(&problems, PROBLEM_DUPLICATE, true, "version 3 is there twice"), "m/3_c.up.sql",
           (Position){0});
    err_at(add(&problems, PROBLEM_VERSION, true, "\x1b[2J"), "m/\x1b[2J.sql", (Position){0});
    return problems;
}

static void test_text(void **state)
{
    Problems problems = some();
    ProblemReport report = problem_report_new(&problems, 3);
    assert_int_equal(report.errors, 3);
    assert_int_equal(report.warnings, 1);
    for (int has_colour = 0; has_colour <= 1; has_colour++) {
        Captured out;
        Captured err;
        capture_begin(&out, has_colour);
        capture_begin(&err, has_colour);
        problem_report_text(arena, &out.terminal, &err.terminal, &report);
        assert_string_equal(capture_end(arena, &out), "3 migrations, 3 errors, 1 warning\n");
        const char *text = capture_end(arena, &err);
        assert_harmless(text);
        // errors first, however they were found
        assert_true(strstr(text, "3 is there twice") < strstr(text, "no down migration"));
        assert_golden(arena, has_colour ? "validate.colour.txt" : "validate.txt", text);
    }
}

static void test_json(void **state)
{
    Problems problems = some();
    ProblemReport report = problem_report_new(&problems, 3);
    assert_golden_json(arena, "validate.json", problem_report_json(&report));
}

// Each kind has a word of its own.
static void test_words(void **state)
{
    const char *seen[16] = {0};
    for (int kind = PROBLEM_VERSION; kind <= PROBLEM_EDITED; kind++) {
        Problem problem = {.kind = (ProblemKind)kind};
        JSON_SCOPED item = problem_json(&problem);
        const char *word = json_string_value(json_object_get(item, "problem"));
        assert_non_null(word);
        for (int other = 0; other < kind; other++)
            assert_string_not_equal(seen[other], word);
        seen[kind] = arena_strdup(arena, word);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_words),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
