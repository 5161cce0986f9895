// Runs that have no report of their own, from the lines of migrations.jsonl: those that were
// killed, are still at work, or ended where no file could be written.
#include "check/blocker.h"
#include "check/retention.h"
#include "io/file.h"
#include "report/run_collect.h"
#include "report/run_document.h"

enum {
    LOG_BYTES_MAX = 1024 * 1024 * 1024,
    RUNS_MOST = 20, // the newest; those before have been read by somebody long ago
    RUN_ID = 36,
};

typedef struct LoggedRun {
    char run_id[RUN_ID + 1];
    int64_t start_ms;
    const char *last_at;
    const char *last;
    RunCollect collect;
} LoggedRun;

typedef VEC(LoggedRun) LoggedRuns;

// What the line says of it; empty: nothing.
static Str run_id_of(Str line)
{
    static const char KEY[] = "\"run_id\":\"";
    ptrdiff_t at = str_find(line, str_from(KEY));
    if (at < 0)
        return (Str){0};
    Str value = str_skip(line, (size_t)at + strlen(KEY));
    return value.n >= RUN_ID ? (Str){value.p, RUN_ID} : (Str){0};
}

static bool is_begun(Str line)
{
    static const char *const COMMANDS[] = {"up", "down", "redo"};
    if (str_find(line, STR("\"event\":\"run_started\"")) < 0)
        return false;
    for (size_t i = 0; i < sizeof COMMANDS / sizeof *COMMANDS; i++) {
        char command[32];
        snprintf(command, sizeof command, "\"command\":\"%s\"", COMMANDS[i]);
        if (str_find(line, str_from(command)) >= 0)
            return true;
    }
    return false;
}

static bool has_document(const RunDocuments *documents, Str run_id)
{
    VEC_EACH (const RunDocument, document, &documents->runs)
        if (str_eq(str_from(document->report.run_id), run_id))
            return true;
    return false;
}

static LoggedRun *find(LoggedRuns *runs, Str run_id)
{
    VEC_EACH (LoggedRun, run, runs)
        if (str_eq(str_from(run->run_id), run_id))
            return run;
    return NULL;
}

static void find_runs(Arena *arena, Str log, const RunDocuments *documents, LoggedRuns *runs)
{
    Str line;
    while (str_line(&log, &line)) {
        Str run_id = is_begun(line) ? run_id_of(line) : (Str){0};
        if (!run_id.n || has_document(documents, run_id) || find(runs, run_id))
            continue;
        if (runs->len == RUNS_MOST)
            memmove(runs->items, runs->items + 1, --runs->len * sizeof *runs->items);
        LoggedRun *run = vec_append(arena, runs);
        *run = (LoggedRun){.start_ms = -1};
        memcpy(run->run_id, run_id.p, RUN_ID);
    }
}

// ---- one line

static bool kind_of(const char *word, EventKind *ret_kind)
{
    static const EventKind KINDS[] = {
#define X(name, word) name,
        EVENT_KINDS(X)
#undef X
    };
    for (size_t i = 0; word && i < sizeof KINDS / sizeof *KINDS; i++)
        if (strcmp(event_word(KINDS[i]), word) == 0) {
            *ret_kind = KINDS[i];
            return true;
        }
    return false;
}

static int64_t number(const json_t *object, const char *key)
{
    int64_t value = json_integer_value(json_object_get(object, key));
    return value > 0 && value < (int64_t)1 << 53 ? value : 0;
}

static void read_blockers(Arena *arena, const json_t *list, Event *event)
{
    size_t count = json_array_size(list);
    Blocker *blockers = arena_alloc_array(arena, count + 1, sizeof *blockers);
    for (size_t i = 0; i < count; i++) {
        const json_t *item = json_array_get(list, i);
        blockers[i] = (Blocker){
            .relation = json_get_text(arena, item, "relation"),
            .pid = (int)number(item, "pid"),
            .gid = json_get_text(arena, item, "prepared"),
            .user = json_get_text(arena, item, "user"),
            .application = json_get_text(arena, item, "application"),
            .state = json_get_text(arena, item, "state"),
            .since_ms = number(item, "since_ms"),
            .query = json_get_text(arena, item, "query"),
            .is_autovacuum = json_is_true(json_object_get(item, "is_autovacuum")),
        };
    }
    event->blockers = blockers;
    event->blocker_count = count;
}

static ErrClass class_of(const char *word)
{
    static const ErrClass CLASSES[] = {
#define X(name, exit_code, word, meaning) name,
        ERR_CLASSES(X)
#undef X
    };
    for (size_t i = 0; word && i < sizeof CLASSES / sizeof *CLASSES; i++)
        if (strcmp(err_class_word(CLASSES[i]), word) == 0)
            return CLASSES[i];
    return ERR_MIGRATION;
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static const Err *read_error(Arena *arena, const json_t *object)
{
    Err *err = arena_new_object(arena, Err);
    fail(err, class_of(text_of(object, "class")), "%s", text_of(object, "message"));
    snprintf(err->sqlstate, sizeof err->sqlstate, "%s", text_of(object, "sqlstate"));
    err_detail(err, "%s", text_of(object, "detail"));
    err_hint(err, "%s", text_of(object, "hint"));
    err_at(err, text_of(object, "file"),
           (Position){(int)number(object, "line"), (int)number(object, "column")});
    return err;
}

static void read_event(Arena *arena, const json_t *line, Event *event)
{
    const json_t *error = json_object_get(line, "error");
    event->command = json_get_text(arena, line, "command");
    event->version = json_get_text(arena, line, "version");
    event->name = json_get_text(arena, line, "name");
    event->file = json_get_text(arena, line, "file");
    event->duration_ms = number(line, event->kind == EVENT_LOCK_WAIT ? "waited_ms" : "duration_ms");
    event->done = number(line, "done");
    event->total = number(line, "total");
    event->attempt = (int)number(line, "attempt");
    event->wait_ms = number(line, "wait_ms");
    event->subject = json_get_text(arena, line, "subject");
    event->severity = json_get_text(arena, line, "severity");
    event->subject = json_get_text(arena, line, "subject");
    event->message = json_get_text(arena, line, "message");
    event->detail = json_get_text(arena, line, "detail");
    read_blockers(arena, json_object_get(line, "blockers"), event);
    if (error)
        event->err = read_error(arena, error);
}

// ---- a run

static bool needs_version(EventKind kind)
{
    return kind == EVENT_MIGRATION_STARTED || kind == EVENT_MIGRATION_APPLIED ||
           kind == EVENT_MIGRATION_REVERTED || kind == EVENT_MIGRATION_FAILED;
}

static void take_event(LoggedRun *run, const Event *event, const char *at, int64_t at_ms)
{
    RunReport *report = &run->collect.report;
    Arena *arena = run->collect.arena;
    if (run->start_ms < 0) {
        run->start_ms = at_ms;
        report->run_id = run->run_id;
        report->started_at = arena_strdup(arena, at);
        report->command = arena_strdup(arena, event->command ? event->command : "up");
    }
    int64_t since_ms = at_ms > run->start_ms ? at_ms - run->start_ms : 0;
    run->last_at = arena_strdup(arena, at);
    run->last = event->version
                    ? arena_printf(arena, "%s %s", event_word(event->kind), event->version)
                    : event_word(event->kind);
    run_collect_event(&run->collect, event, since_ms);
    if (event->err)
        report->error = run_error_of(arena, event->err);
    if (event->kind == EVENT_MIGRATION_FAILED)
        report->exit_code = err_exit_code(event->err ? event->err->class : ERR_MIGRATION);
    if (event->kind != EVENT_RUN_FINISHED)
        return;
    report->finished_at = run->last_at;
    report->duration_ms = since_ms;
    report->state = arena_strdup(arena, event->message ? event->message : "clean");
    report->next = "migrate-safe status";
    if (event->total > event->done && !report->exit_code)
        report->exit_code = err_exit_code(ERR_MIGRATION);
    if (strcmp(report->state, "clean") != 0 && !report->exit_code) // what came behind them failed
        report->exit_code = err_exit_code(ERR_VERIFY);
}

static void take_line(LoggedRuns *runs, Str line)
{
    LoggedRun *run = find(runs, run_id_of(line));
    Err ignored = {0};
    if (!run)
        return;
    JSON_SCOPED object = json_read(line, "", &ignored);
    const char *at = json_string_value(json_object_get(object, "at"));
    Event event = {0};
    int64_t at_ms;
    ARENA_SCOPED scratch = arena_new();
    if (!json_is_object(object) || !at || !retention_time_parse(at, &at_ms) ||
        !kind_of(json_string_value(json_object_get(object, "event")), &event.kind))
        return; // half a line of somebody who was killed
    read_event(scratch, object, &event);
    if (event.version || !needs_version(event.kind))
        take_event(run, &event, at, at_ms);
}

static void finish(Arena *arena, LoggedRun *run)
{
    RunReport *report = &run->collect.report;
    if (report->finished_at)
        return;
    report->state = arena_printf(
        arena,
        "no end is recorded: it was killed, or is still at work; the last that its log "
        "knows is %s at %s",
        run->last, run->last_at);
    report->next = "migrate-safe status";
}

bool run_log_load(Arena *arena, const char *folder, RunDocuments *documents, Err *err)
{
    ARENA_SCOPED bytes = arena_new();
    const char *path = arena_printf(arena, "%s/migrations.jsonl", folder);
    LoggedRuns runs = {0};
    Str log;
    if (!file_is_regular(path))
        return true;
    if (!file_read(bytes, path, LOG_BYTES_MAX, &log, err))
        return false;
    find_runs(arena, log, documents, &runs);
    VEC_EACH (LoggedRun, run, &runs) {
        run_collect_init(&run->collect, arena);
    }
    Str line;
    while (runs.len && str_line(&log, &line))
        take_line(&runs, line);
    VEC_EACH (LoggedRun, run, &runs) {
        if (run->start_ms < 0)
            continue;
        finish(arena, run);
        *vec_append(arena, &documents->runs) = (RunDocument){.report = run->collect.report};
    }
    return true;
}
