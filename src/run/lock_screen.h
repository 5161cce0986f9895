// Reads from a server what a LockScreen shows: in one read-only transaction, one round trip.
// Refuses to wait for anybody's lock. Invariant: it works as any role, on a standby, and while
// every table is locked.
#pragma once

#include "check/lock_screen.h"
#include "run/blockers.h"
#include "run/target.h"

typedef struct LockScreenOptions {
    int64_t tables;            // how many of the largest
    const WantedLocks *wanted; // by pending migrations; NULL: not known
} LockScreenOptions;

// The target may be one that target_connect made. Errors: ERR_SERVER, ERR_CONNECTION,
// ERR_INTERRUPTED.
bool lock_screen_read(Arena *arena, Target *target, const LockScreenOptions *options,
                      LockScreen *ret_screen, Err *err) __attribute__((warn_unused_result));
