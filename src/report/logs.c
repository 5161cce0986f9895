#include "report/logs.h"

#include "base/text.h"
#include "check/blocker.h"
#include "io/clock.h"
#include "io/file.h"
#include "io/json.h"
#include "report/message.h"

#include <string.h>
#include <unistd.h>

enum {
    LINE_MAX_BYTES = 256 * 1024
};

void logs_init(Logs *logs, Arena *arena, const char *directory, const Terminal *err)
{
    *logs = (Logs){
        .directory = directory, .err = err, .arena = arena, .text_file = -1, .jsonl_file = -1};
}

void logs_done(Logs *logs)
{
    if (logs->text_file >= 0)
        close(logs->text_file);
    if (logs->jsonl_file >= 0)
        close(logs->jsonl_file);
    logs->text_file = logs->jsonl_file = -1;
}

static bool open_logs(Logs *logs, Err *err)
{
    if (logs->text_path)
        return true;
    char now[CLOCK_TEXT];
    clock_now_compact(now);
    if (!file_make_directories(logs->directory, 0755, err))
        return false;
    logs->jsonl_path = arena_printf(logs->arena, "%s/migrations.jsonl", logs->directory);
    logs->text_path =
        arena_printf(logs->arena, "%s/migrate-safe-%.8s-%s.log", logs->directory, now, now + 8);
    return true;
}

static void put_text(json_t *object, const char *key, const char *text)
{
    if (text)
        json_put(object, key, json_cstr(text));
}

static void put_number(json_t *object, const char *key, int64_t number, bool is_wanted)
{
    if (is_wanted)
        json_put(object, key, json_integer(number));
}

static json_t *blockers_json(const Event *event)
{
    json_t *list = json_array();
    for (size_t i = 0; i < event->blocker_count; i++) {
        const Blocker *blocker = &event->blockers[i];
        json_t *item = json_object();
        put_text(item, "relation", blocker->relation);
        put_number(item, "pid", blocker->pid, blocker->pid != 0);
        put_text(item, "prepared", blocker->gid);
        put_text(item, "user", blocker->user);
        put_text(item, "application", blocker->application);
        put_text(item, "state", blocker->state);
        put_number(item, "since_ms", blocker->since_ms, blocker->state || blocker->gid);
        put_text(item, "query", blocker->query);
        json_put(item, "is_autovacuum", json_boolean(blocker->is_autovacuum));
        json_array_append_new(list, item);
    }
    return list;
}

static bool has_duration(const Event *event)
{
    return event->kind == EVENT_MIGRATION_APPLIED || event->kind == EVENT_MIGRATION_REVERTED ||
           event->kind == EVENT_MIGRATION_FAILED || event->kind == EVENT_WORK_DONE ||
           event->kind == EVENT_RUN_FINISHED || event->kind == EVENT_HOOK_DONE ||
           event->kind == EVENT_HOOK_FAILED || event->kind == EVENT_SMOKE_PASSED ||
           event->kind == EVENT_SMOKE_FAILED;
}

static json_t *event_json(const Event *event, const char *now)
{
    json_t *line = json_object();
    bool is_outcome = has_duration(event);
    put_text(line, "at", now);
    put_text(line, "event", event_word(event->kind));
    put_text(line, "run_id", event->run_id);
    put_text(line, "command", event->command);
    put_text(line, "version", event->version);
    put_text(line, "name", event->name);
    put_text(line, "file", event->file);
    put_number(line, "duration_ms", event->duration_ms, is_outcome);
    put_number(line, "done", event->done, is_outcome);
    put_number(line, "total", event->total, is_outcome);
    put_number(line, "attempt", event->attempt, event->kind == EVENT_LOCK_WAIT);
    put_number(line, "wait_ms", event->wait_ms, event->kind == EVENT_LOCK_WAIT);
    put_number(line, "waited_ms", event->duration_ms, event->kind == EVENT_LOCK_WAIT);
    put_text(line, "severity", event->severity);
    put_text(line, "subject", event->subject);
    put_text(line, "message", event->message);
    put_text(line, "detail", event->detail);
    if (event->kind == EVENT_LOCK_WAIT)
        json_put(line, "blockers", blockers_json(event));
    if (event->err)
        json_put(line, "error", message_json(event->err));
    return line;
}

static bool write_json(Logs *logs, const Event *event, const char *now, Err *err)
{
    ARENA_SCOPED scratch = arena_new();
    JSON_SCOPED line = event_json(event, now);
    const char *text = arena_printf(scratch, "%s\n", json_line(scratch, line));
    return file_append_kept(logs->jsonl_path, &logs->jsonl_file, str_from(text), err);
}

static bool write_text(Logs *logs, const Event *event, const char *now, Err *err)
{
    ARENA_SCOPED scratch = arena_new();
    TEXT_SCOPED line;
    text_init(&line, LINE_MAX_BYTES);
    text_printf(&line, "%s %s", now, event_word(event->kind));
    if (event->version)
        text_printf(&line, " %s %s", event->version,
                    terminal_line(scratch, event->name ? event->name : ""));
    if (has_duration(event))
        text_printf(&line, " %s", message_duration(scratch, event->duration_ms));
    if (event->message)
        text_printf(&line, ": %s", terminal_line(scratch, event->message));
    for (size_t i = 0; i < event->blocker_count; i++)
        text_printf(&line, "; waiting for %s",
                    terminal_line(scratch, blocker_text(scratch, &event->blockers[i])));
    if (event->err && event->err->position.line)
        text_printf(&line, ": %s:%d:%d", terminal_line(scratch, event->err->file),
                    event->err->position.line, event->err->position.column);
    if (event->err)
        text_printf(&line, ": %s", terminal_line(scratch, event->err->message));
    text_append_char(&line, '\n');
    return file_append_kept(logs->text_path, &logs->text_file, text_str(&line), err);
}

void logs_event(void *context, const Event *event)
{
    Logs *logs = context;
    if (logs->is_broken || event->kind == EVENT_STATEMENT_DONE ||
        event->kind == EVENT_STATEMENT_RUNS || event->kind == EVENT_WORK_RUNS)
        return;
    Err err = {0};
    char now[CLOCK_TEXT];
    clock_now_rfc3339(now);
    if (open_logs(logs, &err) && write_json(logs, event, now, &err) &&
        write_text(logs, event, now, &err))
        return;
    logs->is_broken = true;
    err_hint(&err, "the work goes on; the journal in the database is the record");
    message_warning(logs->err, &err);
}
