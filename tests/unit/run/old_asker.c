// Asks a database what the old application asks, runs a script, and asks again, for
// tests/e2e/test_old_queries.py: old_asker URL FOLDER|- TARGET_URL|- SQL [same].
#include "io/json.h"
#include "run/rehearse/old_queries.h"

#include <stdio.h>
#include <string.h>

static json_t *findings_json(const RehearsalFindings *findings)
{
    json_t *list = json_array();
    VEC_EACH (const RehearsalFinding, finding, findings) {
        json_t *object = json_object();
        json_put(object, "problem", json_cstr(rehearsal_problem_word(finding->problem)));
        json_put(object, "message", json_cstr(finding->message));
        json_put(object, "file", json_cstr(finding->file));
        json_put(object, "line", json_integer(finding->position.line));
        json_put(object, "column", json_integer(finding->position.column));
        json_put(object, "sqlstate", json_cstr(finding->sqlstate));
        json_put(object, "detail", json_cstr(finding->detail));
        json_array_append_new(list, object);
    }
    return list;
}

static const char *given(const char *argument)
{
    return strcmp(argument, "-") == 0 ? NULL : argument;
}

static bool ask(Arena *arena, char **arguments, bool is_same_data, RehearsalQueries *ret_counts,
                RehearsalFindings *findings, Err *err)
{
    SESSION_SCOPED copy = NULL;
    SESSION_SCOPED target = NULL;
    OldQueries *queries;
    const char *target_url = given(arguments[3]);
    if (!session_open(&(SessionOptions){.url = arguments[1]}, &copy, err) ||
        (target_url && !session_open(&(SessionOptions){.url = target_url}, &target, err)))
        return false;
    OldQueriesOptions options = {.folder = given(arguments[2]), .target = target};
    return old_queries_open(arena, &options, copy, &queries, ret_counts, err) &&
           session_exec(copy, arguments[4], err) &&
           old_queries_try(queries, arena, copy, "up", is_same_data, findings, err);
}

int main(int count, char **arguments)
{
    ARENA_SCOPED arena = arena_new();
    Err err = {0};
    RehearsalQueries counts = {0};
    RehearsalFindings findings = {0};
    if (count < 5)
        return 2;
    bool ok = ask(arena, arguments, count > 5, &counts, &findings, &err);
    JSON_SCOPED document = json_object();
    json_put(document, "files", json_integer(counts.files));
    json_put(document, "statements", json_integer(counts.statements));
    json_put(document, "unprepared", json_integer(counts.unprepared));
    json_put(document, "without", json_cstr(counts.without));
    json_put(document, "findings", findings_json(&findings));
    json_put(document, "error", json_cstr(ok ? NULL : err.message));
    json_put(document, "error_class", json_cstr(ok ? NULL : err_class_word(err.class)));
    json_put(document, "error_file", json_cstr(err.file));
    json_put(document, "error_line", json_integer(err.position.line));
    json_put(document, "error_detail", json_cstr(err.detail));
    puts(json_line(arena, document));
    return 0;
}
