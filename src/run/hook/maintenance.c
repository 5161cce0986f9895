#include "run/hook/maintenance.h"

#include "io/clock.h"
#include "io/fault.h"
#include "io/json.h"
#include "queries.h"

#include <string.h>

enum {
    GONE_TIMEOUT_MS = 2 * 60 * 1000,
    LOOK_AGAIN_MS = 200,
    SHOWN = 10
};

bool maintenance_find(Arena *arena, const Target *target, MaintenanceLeft *ret_left, Err *err)
{
    Rows rows;
    MaintenanceLeft left = {0};
    if (target->has_history) {
        if (!session_query(target->session, arena,
                           query_text(arena, &QUERY_MAINTENANCE_NEWEST, target->schema), 0, NULL,
                           &rows, err))
            return false;
        left.is_on = rows.count && strcmp(rows_text(&rows, 0, 0), "maintenance_on") == 0;
        left.since = left.is_on ? rows_text(&rows, 0, 1) : NULL;
        left.run_id = left.is_on ? rows_text(&rows, 0, 2) : NULL;
    }
    *ret_left = left;
    return true;
}

static bool record(Arena *arena, const Target *target, EventKind kind, const HookFacts *facts,
                   Err *err)
{
    Rows rows;
    JSON_SCOPED detail = json_object();
    json_put(detail, "command", json_cstr(facts->command));
    const char *parameters[] = {facts->run_id, event_word(kind), NULL, json_line(arena, detail)};
    return session_query(target->session, arena,
                         query_text(arena, &QUERY_HISTORY_JOURNAL, target->schema), 4, parameters,
                         &rows, err);
}

// ---- waiting until they are gone

// "shop-*" as LIKE has it.
static const char *like_pattern(Arena *arena, const char *pattern)
{
    char *like = arena_alloc(arena, strlen(pattern) * 2 + 1);
    char *out = like;
    for (const char *p = pattern; *p; p++) {
        if (strchr("%_\\", *p))
            *out++ = '\\';
        *out++ = *p == '*' ? '%' : *p;
    }
    *out = '\0';
    return like;
}

static const char *patterns(Arena *arena, const Words *words)
{
    Words like = {0};
    for (size_t i = 0; i < words->len; i++)
        *vec_append(arena, &like) = like_pattern(arena, words->items[i]);
    return json_words_line(arena, like.items, like.len);
}

static const char *line_of(Arena *arena, const Rows *rows, size_t row)
{
    const char *address = rows_text(rows, row, 3);
    const char *state = rows_text(rows, row, 4);
    return arena_printf(
        arena, "pid %s: %s of %s%s%s%s", rows_text(rows, row, 0), rows_text(rows, row, 1),
        rows_text(rows, row, 2), address ? " from " : "", address ? address : "",
        state ? arena_printf(arena, ", %s for %lld s", state, (long long)rows_int(rows, row, 5))
              : "");
}

static bool still_there(Arena *arena, const Rows *rows, int64_t waited_ms, Err *err)
{
    const char *lines = "";
    for (size_t i = 0; i < rows->count && i < SHOWN; i++)
        lines = arena_printf(arena, "%s%s%s", lines, i ? "\n" : "", line_of(arena, rows, i));
    if (rows->count > SHOWN)
        lines = arena_printf(arena, "%s\nand %zu more", lines, rows->count - SHOWN);
    fail(err, ERR_CHECK, "%zu %s still connected after %lld s of maintenance mode", rows->count,
         rows->count == 1 ? "connection is" : "connections are", (long long)(waited_ms / 1000));
    err_detail(err, "%s", lines);
    return err_hint(err, "stop what they belong to; a pooler keeps its connections until it is "
                         "told (PAUSE), or give wait-for-disconnect: a longer timeout:");
}

static void tell_waiting(Arena *arena, const EventSink *sink, const Rows *rows, int64_t start_us)
{
    event_emit(sink,
               &(Event){.kind = EVENT_WORK_RUNS,
                        .message = arena_printf(arena, "waiting for %zu %s to go", rows->count,
                                                rows->count == 1 ? "connection" : "connections"),
                        .duration_ms = clock_elapsed_ms(start_us)});
}

static bool wait_until_gone(Arena *arena, const Target *target, const Maintenance *maintenance,
                            const EventSink *sink, Err *err)
{
    int64_t start_us = clock_monotonic_us();
    int64_t most_ms = maintenance->gone_timeout_ms ? maintenance->gone_timeout_ms : GONE_TIMEOUT_MS;
    if (!maintenance->applications.len && !maintenance->roles.len)
        return true;
    const char *parameters[] = {patterns(arena, &maintenance->applications),
                                patterns(arena, &maintenance->roles)};
    for (;;) {
        ArenaMark mark = arena_mark(arena);
        Rows rows;
        if (!session_query_kept(target->session, arena, QUERY_MAINTENANCE_CONNECTED.text, 2,
                                parameters, &rows, err))
            return false;
        if (!rows.count)
            break;
        if (clock_elapsed_ms(start_us) >= most_ms)
            return still_there(arena, &rows, clock_elapsed_ms(start_us), err);
        tell_waiting(arena, sink, &rows, start_us);
        arena_release(arena, mark);
        if (!clock_sleep_ms(LOOK_AGAIN_MS))
            return fail(err, ERR_INTERRUPTED, "interrupted while waiting for connections to go");
    }
    event_emit(sink, &(Event){.kind = EVENT_WORK_DONE,
                              .message = "its connections are gone",
                              .duration_ms = clock_elapsed_ms(start_us)});
    return true;
}

// ---- on and off

static void tell(const EventSink *sink, EventKind kind, const char *message, int64_t start_us)
{
    event_emit(
        sink,
        &(Event){.kind = kind, .message = message, .duration_ms = clock_elapsed_ms(start_us)});
}

bool maintenance_begin(Arena *arena, const Target *target, const Maintenance *maintenance,
                       const HookFacts *facts, const EventSink *sink, Err *err)
{
    int64_t start_us = clock_monotonic_us();
    if (!record(arena, target, EVENT_MAINTENANCE_ON, facts, err))
        return false;
    FAULT_POINT("maintenance.recorded");
    if (!hook_run(arena, "maintenance on", &maintenance->on, facts, sink, err))
        return false;
    FAULT_POINT("maintenance.on");
    tell(sink, EVENT_MAINTENANCE_ON, "maintenance mode is on", start_us);
    return wait_until_gone(arena, target, maintenance, sink, err);
}

bool maintenance_end(Arena *arena, Target *target, const Maintenance *maintenance,
                     const HookFacts *facts, const EventSink *sink, Err *err)
{
    int64_t start_us = clock_monotonic_us();
    Err unrecorded = {0};
    if (!hook_run(arena, "maintenance off", &maintenance->off, facts, sink, err))
        return false;
    FAULT_POINT("maintenance.off");
    tell(sink, EVENT_MAINTENANCE_OFF, "maintenance mode is off", start_us);
    bool is_recorded =
        (session_is_alive(target->session) || target_reconnect(arena, target, &unrecorded)) &&
        record(arena, target, EVENT_MAINTENANCE_OFF, facts, &unrecorded);
    if (!is_recorded)
        event_emit(sink,
                   &(Event){.kind = EVENT_WARNING,
                            .message = "maintenance mode is off, and the journal could not be "
                                       "told: status will say that it is on",
                            .detail = arena_strdup(arena, unrecorded.message)});
    return true;
}
