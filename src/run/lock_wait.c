#include "run/lock_wait.h"

#include "io/clock.h"

#include <string.h>

enum {
    PAUSE_LEAST_MS = 50,
    PAUSE_FIRST_CEILING_MS = 200,
    PAUSE_MOST_MS = 5000,
    TELL_FIRST_MS = 1000,
    TELL_AGAIN_MS = 5000
};

void lock_wait_init(LockWait *wait, int64_t deadline_ms, const EventSink *sink, const char *version)
{
    *wait = (LockWait){
        .deadline_ms = deadline_ms,
        .start_us = clock_monotonic_us(),
        .sink = sink,
        .version = version,
    };
}

// 55P03 lock_not_available, 40P01 deadlock_detected: the transaction was rolled back as a whole.
bool lock_wait_is_failure(const Err *err)
{
    return err->class == ERR_SERVER &&
           (strcmp(err->sqlstate, "55P03") == 0 || strcmp(err->sqlstate, "40P01") == 0);
}

static int64_t pause_of(int attempt)
{
    int64_t ceiling = PAUSE_FIRST_CEILING_MS;
    for (int i = 1; i < attempt && ceiling < PAUSE_MOST_MS; i++)
        ceiling *= 2;
    if (ceiling > PAUSE_MOST_MS)
        ceiling = PAUSE_MOST_MS;
    return PAUSE_LEAST_MS + clock_random_below((uint32_t)(ceiling - PAUSE_LEAST_MS));
}

int64_t lock_wait_cut(const LockWait *wait, int64_t pause_ms)
{
    int64_t left = wait->deadline_ms - clock_elapsed_ms(wait->start_us);
    return pause_ms < left ? pause_ms : left > 0 ? left : 0;
}

bool lock_wait_is_over(const LockWait *wait)
{
    return clock_elapsed_ms(wait->start_us) >= wait->deadline_ms;
}

void lock_wait_tell(LockWait *wait, const Blockers *blockers, int64_t pause_ms)
{
    int64_t since_us = wait->told_us ? wait->told_us : wait->start_us;
    if (clock_elapsed_ms(since_us) < (wait->told_us ? TELL_AGAIN_MS : TELL_FIRST_MS))
        return;
    wait->told_us = clock_monotonic_us();
    event_emit(wait->sink, &(Event){.kind = EVENT_LOCK_WAIT,
                                    .version = wait->version,
                                    .attempt = wait->attempt,
                                    .wait_ms = pause_ms,
                                    .duration_ms = clock_elapsed_ms(wait->start_us),
                                    .blockers = blockers->items,
                                    .blocker_count = blockers->len});
}

static bool give_up(const LockWait *wait, Err *err)
{
    err_hint(err, "see who holds the lock, end it or wait, then run the same command again "
                  "(--lock-deadline sets how long to try)");
    if (wait->seen)
        blockers_explain(err, wait->seen);
    return err_note(err, "gave up after %d attempts in %lld ms", wait->attempt,
                    (long long)clock_elapsed_ms(wait->start_us));
}

bool lock_wait_again(LockWait *wait, Err *err)
{
    if (!lock_wait_is_failure(err))
        return false;
    wait->attempt++;
    if (lock_wait_is_over(wait))
        return give_up(wait, err);
    int64_t pause = lock_wait_cut(wait, pause_of(wait->attempt));
    event_emit(wait->sink, &(Event){.kind = EVENT_LOCK_WAIT,
                                    .version = wait->version,
                                    .attempt = wait->attempt,
                                    .wait_ms = pause,
                                    .duration_ms = clock_elapsed_ms(wait->start_us),
                                    .file = err->file,
                                    .position = err->position,
                                    .message = err->message,
                                    .blockers = wait->seen ? wait->seen->items : NULL,
                                    .blocker_count = wait->seen ? wait->seen->len : 0});
    return clock_sleep_ms(pause) ||
           fail(err, ERR_INTERRUPTED, "interrupted while waiting for a lock");
}
