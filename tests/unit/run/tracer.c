// Runs a script on the database that a URL names and prints its trace as JSON, for
// tests/e2e/test_trace*.py and test_load.py: tracer URL FILE [no-probes|probes [WATCH_URL
// [LOAD_FOLDER RATE SESSIONS ALONE_MS]]].
#include "io/json.h"
#include "run/rehearse/load.h"
#include "run/trace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static json_t *modes_json(LockModes modes)
{
    json_t *list = json_array();
    for (LockMode mode = LOCK_ACCESS_SHARE; mode <= LOCK_ACCESS_EXCLUSIVE; mode++)
        if (modes & lock_modes_of(mode))
            json_array_append_new(list, json_cstr(lock_mode_in_views(mode)));
    return list;
}

static json_t *relation_json(const TraceRelation *relation)
{
    json_t *object = json_object();
    char kind[] = {relation->kind, '\0'};
    json_put(object, "oid", json_integer(relation->oid));
    json_put(object, "name", json_cstr(relation->name));
    json_put(object, "owner", json_cstr(relation->owner));
    json_put(object, "kind", json_cstr(kind));
    json_put(object, "locked", modes_json(relation->locked));
    json_put(object, "is_created", json_boolean(relation->is_created));
    json_put(object, "is_dropped", json_boolean(relation->is_dropped));
    json_put(object, "is_rewritten", json_boolean(relation->is_rewritten));
    json_put(object, "is_index_valid", json_boolean(relation->is_index_valid));
    json_put(object, "unvalidated", json_cstr(relation->unvalidated));
    json_put(object, "scans", json_integer(relation->scans));
    json_put(object, "tuples_read", json_integer(relation->tuples_read));
    json_put(object, "inserted", json_integer(relation->inserted));
    json_put(object, "updated", json_integer(relation->updated));
    json_put(object, "deleted", json_integer(relation->deleted));
    json_put(object, "bytes_before", json_integer(relation->bytes_before));
    json_put(object, "bytes_after", json_integer(relation->bytes_after));
    json_put(object, "reads_blocked_us", json_integer(relation->reads_blocked_us));
    json_put(object, "writes_blocked_us", json_integer(relation->writes_blocked_us));
    return object;
}

static json_t *relations_json(const TraceRelations *relations)
{
    json_t *list = json_array();
    VEC_EACH (const TraceRelation, relation, relations)
        json_array_append_new(list, relation_json(relation));
    return list;
}

static json_t *phases_json(const TracePhases *phases)
{
    json_t *list = json_array();
    VEC_EACH (const TracePhase, phase, phases) {
        json_t *object = json_object();
        json_put(object, "command", json_cstr(phase->command));
        json_put(object, "phase", json_cstr(phase->phase));
        json_put(object, "from_us", json_integer(phase->seen.from_us));
        json_put(object, "to_us", json_integer(phase->seen.to_us));
        json_array_append_new(list, object);
    }
    return list;
}

static json_t *notices_json(const TraceStatement *statement)
{
    json_t *list = json_array();
    VEC_EACH (const TraceNotice, notice, &statement->notices)
        json_array_append_new(list, json_pack("[s,s]", notice->severity, notice->message));
    return list;
}

static json_t *statement_json(const TraceStatement *statement)
{
    static const char *const PLACES[] = {
        [TRACE_IN_TRANSACTION] = "inside",
        [TRACE_COMMIT] = "commit",
        [TRACE_OUTSIDE] = "outside",
    };
    json_t *object = json_object();
    json_put(object, "place", json_cstr(PLACES[statement->place]));
    json_put(object, "transaction", json_integer(statement->transaction));
    json_put(object, "ordinal", json_integer(statement->ordinal));
    json_put(object, "line", json_integer(statement->position.line));
    json_put(object, "label", json_cstr(statement->label));
    json_put(object, "from_us", json_integer(statement->ran.from_us));
    json_put(object, "to_us", json_integer(statement->ran.to_us));
    json_put(object, "waited_us", json_integer(statement->waited_us));
    json_put(object, "rows", json_integer(statement->rows));
    json_put(object, "wal_bytes", json_integer(statement->wal_bytes));
    json_put(object, "temp_bytes", json_integer(statement->temp_bytes));
    json_put(object, "size_before", json_integer(statement->size_before));
    json_put(object, "size_peak", json_integer(statement->size_peak));
    json_put(object, "size_after", json_integer(statement->size_after));
    json_put(object, "relations", relations_json(&statement->relations));
    json_put(object, "phases", phases_json(&statement->phases));
    json_put(object, "notices", notices_json(statement));
    json_put(object, "sqlstate", json_cstr(statement->sqlstate));
    json_put(object, "has_failed", json_boolean(statement->has_failed));
    return object;
}

static json_t *measure_json(const LoadMeasure *measure)
{
    json_t *object = json_object();
    json_put(object, "transactions", json_integer(measure->transactions));
    json_put(object, "errors", json_integer(measure->errors));
    json_put(object, "p50_us", json_integer(measure->p50_us));
    json_put(object, "p95_us", json_integer(measure->p95_us));
    json_put(object, "max_us", json_integer(measure->max_us));
    return object;
}

static json_t *load_json(const Load *load)
{
    if (!load)
        return json_null();
    RehearsalLoad result = load_result(load);
    json_t *object = json_object();
    json_put(object, "files", json_integer(result.files));
    json_put(object, "before", measure_json(&result.before));
    json_put(object, "during", measure_json(&result.during));
    json_put(object, "error", json_cstr(result.error));
    return object;
}

static void print(Arena *arena, const Trace *trace, const Load *load, bool ok, const Err *err,
                  int told)
{
    JSON_SCOPED document = json_object();
    TraceRelations total;
    json_t *statements = json_array();
    VEC_EACH (const TraceStatement, statement, &trace->statements)
        json_array_append_new(statements, statement_json(statement));
    trace_total(arena, trace, &total);
    json_put(document, "statements", statements);
    json_put(document, "total", relations_json(&total));
    json_put(document, "transactions", json_integer(trace->transactions));
    json_put(document, "unprobed", json_integer(trace->unprobed));
    json_put(document, "told", json_integer(told));
    json_put(document, "load", load_json(load));
    json_put(document, "error", json_cstr(ok ? NULL : err->message));
    json_put(document, "error_class", json_cstr(ok ? NULL : err_class_word(err->class)));
    json_put(document, "error_line", json_integer(err->position.line));
    puts(json_line(arena, document));
}

static void count(void *context, const TraceStatement *statement)
{
    *(int *)context += statement->label != NULL;
}

static bool open_load(Arena *arena, char **arguments, Load **ret_load, Err *err)
{
    LoadOptions options = {
        .url = arguments[4],
        .folder = arguments[5],
        .rate = strtod(arguments[6], NULL),
        .sessions = atoi(arguments[7]),
    };
    return load_open(arena, &options, ret_load, err) &&
           load_run_alone(*ret_load, atoi(arguments[8]), err);
}

int main(int arguments_count, char **arguments)
{
    ARENA_SCOPED arena = arena_new();
    SESSION_SCOPED session = NULL;
    LOAD_SCOPED load = NULL;
    Err err = {0};
    Trace trace = {0};
    int told = 0;
    Script script = {.is_present = true, .path = arguments[2], .start = {1, 1}};
    TraceOptions options = {
        .url = arguments_count > 4 ? arguments[4] : arguments[1],
        .has_no_probes = arguments_count > 3 && strcmp(arguments[3], "no-probes") == 0,
        .on_statement = count,
        .context = &told,
    };
    if (!session_open(&(SessionOptions){.url = arguments[1]}, &session, &err) ||
        !script_load(arena, arena, &script, &err) ||
        (arguments_count > 8 && !open_load(arena, arguments, &load, &err))) {
        fprintf(stderr, "%s\n%s\n%s\n", err.message, err.detail, err.file);
        return 1;
    }
    if (load) {
        options.on_tick = load_turn;
        options.tick_context = load;
        load_begin(load);
    }
    bool ok = trace_script(arena, session, &script, &options, &trace, &err);
    Err load_error = {0};
    if (load && !load_end(load, &load_error)) {
        fprintf(stderr, "%s\n", load_error.message);
        return 1;
    }
    print(arena, &trace, load, ok, &err, told);
    return 0;
}
