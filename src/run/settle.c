#include "run/settle.h"

#include "io/clock.h"
#include "queries.h"
#include "run/runner_lock.h"

enum {
    RECONNECT_MS = 60 * 1000,
    PAUSE_MS = 250,
    LOCK_WAIT_MS = 60 * 1000
};

static bool reconnect(Arena *arena, Target *target, Err *err)
{
    int64_t start_us = clock_monotonic_us();
    while (!target_reconnect(arena, target, err)) {
        if (err->class == ERR_INTERRUPTED || clock_elapsed_ms(start_us) >= RECONNECT_MS)
            return false;
        if (!clock_sleep_ms(PAUSE_MS))
            return fail(err, ERR_INTERRUPTED, "interrupted while connecting again");
    }
    return true;
}

bool settle_lost_commit(Arena *arena, Target *target, const char *version, const char *run_id,
                        bool is_up, const EventSink *sink, bool *ret_committed, Err *err)
{
    const char *parameters[] = {version, run_id};
    Rows rows;
    if (!reconnect(arena, target, err) ||
        !runner_lock_take(arena, target, LOCK_WAIT_MS, sink, err) ||
        !session_query(target->session, arena,
                       query_text(arena, &QUERY_HISTORY_IS_APPLIED, target->schema), 2, parameters,
                       &rows, err))
        return false;
    *ret_committed = is_up ? rows_bool(&rows, 0, 1) : !rows_bool(&rows, 0, 0);
    return true;
}
