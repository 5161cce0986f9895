#include "run/runner_lock.h"

#include "io/clock.h"
#include "io/fault.h"
#include "queries.h"

#include <stdio.h>

static bool try_once(Arena *arena, Target *target, const char *key, bool *ret_taken, Err *err)
{
    Rows rows;
    if (!session_query(target->session, arena, QUERY_RUNNER_TRY_LOCK.text, 1, &key, &rows, err))
        return false;
    *ret_taken = rows_bool(&rows, 0, 0);
    return true;
}

static const char *name_holder(Arena *arena, Target *target, const char *key)
{
    Rows rows;
    Err ignored = {0};
    if (!session_query(target->session, arena, QUERY_RUNNER_HOLDER.text, 1, &key, &rows,
                       &ignored) ||
        rows.count == 0)
        return "a session that this role may not see, or that has just ended";
    return arena_printf(arena, "backend %s, %s, user %s, from %s, since %s", rows_text(&rows, 0, 0),
                        rows_text(&rows, 0, 2), rows_text(&rows, 0, 1), rows_text(&rows, 0, 3),
                        rows_text(&rows, 0, 4));
}

bool runner_lock_take(Arena *arena, Target *target, int64_t wait_ms, const EventSink *sink,
                      Err *err)
{
    char key[24];
    snprintf(key, sizeof key, "%lld", (long long)target->lock_key);
    int64_t start_us = clock_monotonic_us();
    bool is_told = false;
    for (;;) {
        ArenaMark mark = arena_mark(arena);
        bool taken;
        if (!try_once(arena, target, key, &taken, err))
            return false;
        arena_release(arena, mark);
        if (taken) {
            FAULT_POINT("up.locked");
            return true;
        }
        if (clock_elapsed_ms(start_us) >= wait_ms)
            break;
        if (!is_told)
            event_emit(sink, &(Event){.kind = EVENT_WARNING,
                                      .message = "another runner is at work, waiting for it",
                                      .detail = name_holder(arena, target, key)});
        is_told = true;
        if (!clock_sleep_ms(50 + clock_random_below(200)))
            return fail(err, ERR_INTERRUPTED, "interrupted while another runner is at work");
    }
    fail(err, ERR_CHECK, "another runner is at work on %s", session_target(target->session));
    err_detail(err, "held by %s", name_holder(arena, target, key));
    return err_hint(
        err, "wait for it to finish (--wait-runner 10min waits), then run the same command again");
}
