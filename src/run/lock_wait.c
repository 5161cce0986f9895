#include "run/lock_wait.h"

#include "io/clock.h"

#include <string.h>

enum {
    PAUSE_LEAST_MS = 50,
    PAUSE_FIRST_CEILING_MS = 200,
    PAUSE_MOST_MS = 5000
};

void lock_wait_init(LockWait *wait, int64_t deadline_ms)
{
    *wait = (LockWait){.deadline_ms = deadline_ms, .start_us = clock_monotonic_us()};
}

// 55P03 lock_not_available, 40P01 deadlock_detected: the transaction was rolled back as a whole.
static bool is_lock_failure(const Err *err)
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

bool lock_wait_again(LockWait *wait, const EventSink *sink, const char *version, Err *err)
{
    if (!is_lock_failure(err))
        return false;
    wait->attempt++;
    int64_t waited = clock_elapsed_ms(wait->start_us);
    if (waited >= wait->deadline_ms) {
        err_hint(err, "see who holds the lock, end it or wait, then run the same command again "
                      "(--lock-deadline sets how long to try)");
        return err_note(err, "gave up after %d attempts in %lld ms", wait->attempt,
                        (long long)waited);
    }
    int64_t pause = pause_of(wait->attempt);
    if (pause > wait->deadline_ms - waited)
        pause = wait->deadline_ms - waited;
    event_emit(sink, &(Event){.kind = EVENT_LOCK_WAIT,
                              .version = version,
                              .attempt = wait->attempt,
                              .wait_ms = pause,
                              .file = err->file,
                              .position = err->position,
                              .message = err->message});
    return clock_sleep_ms(pause) ||
           fail(err, ERR_INTERRUPTED, "interrupted while waiting for a lock");
}
