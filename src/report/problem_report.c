#include "report/problem_report.h"

#include "report/message.h"

static const char *const WORDS[] = {
    [PROBLEM_VERSION] = "version",       [PROBLEM_DUPLICATE] = "duplicate",
    [PROBLEM_ORPHAN] = "orphan",         [PROBLEM_MISSING_DOWN] = "missing_down",
    [PROBLEM_EMPTY] = "empty",           [PROBLEM_CONTENT] = "content",
    [PROBLEM_UNREADABLE] = "unreadable", [PROBLEM_LATE] = "late",
    [PROBLEM_EDITED] = "edited",         [PROBLEM_FOREIGN] = "foreign",
    [PROBLEM_ORDER] = "order",           [PROBLEM_UNRECORDED] = "unrecorded",
};

ProblemReport problem_report_new(const Problems *problems, size_t migrations)
{
    ProblemReport report = {.problems = problems, .migrations = migrations};
    VEC_EACH (const Problem, problem, problems) {
        report.errors += problem->is_error;
        report.warnings += !problem->is_error;
    }
    return report;
}

void problems_print(const Terminal *terminal, const Problems *problems)
{
    VEC_EACH (const Problem, problem, problems)
        if (problem->is_error)
            message_error(terminal, &problem->err);
    VEC_EACH (const Problem, problem, problems)
        if (!problem->is_error)
            message_warning(terminal, &problem->err);
}

void problem_report_text(Arena *arena, const Terminal *out, const Terminal *err,
                         const ProblemReport *report)
{
    problems_print(err, report->problems);
    fprintf(out->stream, "%s, %s, %s\n",
            message_count(arena, (int64_t)report->migrations, "migration", "migrations"),
            message_count(arena, (int64_t)report->errors, "error", "errors"),
            message_count(arena, (int64_t)report->warnings, "warning", "warnings"));
}

json_t *problem_json(const Problem *problem)
{
    json_t *item = message_json(&problem->err);
    json_put(item, "problem", json_cstr(WORDS[problem->kind]));
    json_put(item, "severity", json_cstr(problem->is_error ? "error" : "warning"));
    return item;
}

json_t *problem_report_json(const ProblemReport *report)
{
    json_t *document = json_object();
    json_put(document, "schema", json_cstr("migrate-safe/validate/1"));
    json_put(document, "migrations", json_integer((json_int_t)report->migrations));
    json_put(document, "errors", json_integer((json_int_t)report->errors));
    json_put(document, "warnings", json_integer((json_int_t)report->warnings));
    json_t *list = json_array();
    VEC_EACH (const Problem, problem, report->problems)
        json_array_append_new(list, problem_json(problem));
    json_put(document, "problems", list);
    return document;
}
