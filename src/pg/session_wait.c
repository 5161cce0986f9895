#include "pg/session_wait.h"

#include "io/clock.h"
#include "pg/session_private.h"

#include <stdio.h>

enum {
    PAUSE_FIRST_MS = 50,
    PAUSE_MOST_MS = 1000
};

// Keeps the last failure, with the time that was spent in front of it.
static bool give_up(int64_t waited_ms, Err *err)
{
    char hint[sizeof err->hint];
    snprintf(hint, sizeof hint, "%s", err->hint);
    err_note(err, "waited %lld.%lld s for the server", (long long)(waited_ms / 1000),
             (long long)(waited_ms / 100 % 10));
    return err_hint(err, "%s%sto wait longer: --wait-timeout 5min", hint, *hint ? "; " : "");
}

bool session_open_waiting(const SessionOptions *options, const SessionWait *wait,
                          Session **ret_session, Err *err)
{
    int64_t start_us = clock_monotonic_us();
    int64_t pause_ms = PAUSE_FIRST_MS;
    bool is_starting = false;
    bool is_waiting = false;
    while (!session_try(options, ret_session, &is_starting, err)) {
        int64_t waited_ms = clock_elapsed_ms(start_us);
        if (!wait->limit_ms || !is_starting || err->class == ERR_INTERRUPTED)
            return false;
        if (waited_ms >= wait->limit_ms)
            return give_up(waited_ms, err);
        if (!is_waiting && wait->on_begin)
            wait->on_begin(wait->context, err, wait->limit_ms);
        is_waiting = true;
        int64_t left_ms = wait->limit_ms - waited_ms;
        if (!clock_sleep_ms(pause_ms < left_ms ? pause_ms : left_ms))
            return fail(err, ERR_INTERRUPTED, "interrupted while waiting for the server");
        pause_ms = pause_ms * 2 < PAUSE_MOST_MS ? pause_ms * 2 : PAUSE_MOST_MS;
    }
    if (is_waiting && wait->on_end)
        wait->on_end(wait->context, clock_elapsed_ms(start_us));
    return true;
}
