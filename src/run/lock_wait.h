// Waiting for locks in short attempts: which failures are worth another one, how long to pause,
// when to give up. Refuses to run anything. Invariant: full jitter between 50 ms and a ceiling that
// doubles up to 5 s.
#pragma once

#include "base/err.h"
#include "base/event.h"

typedef struct LockWait {
    int64_t deadline_ms; // from the first attempt
    int64_t start_us;
    int attempt;
} LockWait;

void lock_wait_init(LockWait *wait, int64_t deadline_ms);
// True: paused, try again. False: not a lock's failure, or the deadline is over (said in `err`), or
// interrupted.
bool lock_wait_again(LockWait *wait, const EventSink *sink, const char *version, Err *err);
