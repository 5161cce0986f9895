// Waiting for locks in short attempts: which failures are worth another one, how long to pause,
// when to give up, how often to tell. Refuses to run anything. Invariant: full jitter between 50 ms
// and a ceiling that doubles up to 5 s.
#pragma once

#include "base/err.h"
#include "base/event.h"
#include "check/blocker.h"

typedef struct LockWait {
    int64_t deadline_ms; // from the first attempt
    int64_t start_us;
    int64_t told_us; // when the holders were told last; 0: never
    int attempt;
    const EventSink *sink;
    const char *version;
    const Blockers *seen; // by who watches the attempts; may be NULL
} LockWait;

void lock_wait_init(LockWait *wait, int64_t deadline_ms, const EventSink *sink,
                    const char *version);
// A lock was not got in time, or a deadlock was found.
bool lock_wait_is_failure(const Err *err);
// True: paused, try again. False: not a lock's failure, or the deadline is over (said in `err`), or
// interrupted.
bool lock_wait_again(LockWait *wait, Err *err);

// For those that wait without asking.
bool lock_wait_is_over(const LockWait *wait);
int64_t lock_wait_cut(const LockWait *wait, int64_t pause_ms); // at the deadline
// Tells who holds the lock: the first time after one second, then every five.
void lock_wait_tell(LockWait *wait, const Blockers *blockers, int64_t pause_ms);
