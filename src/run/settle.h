// A COMMIT whose answer was lost: did it happen?
// Refuses pg_xact_status, which may say "in progress" or know nothing. Invariant: the answer is
// given only with the runner's lock in hand again, which the old backend holds until it has ended,
// one way or the other.
#pragma once

#include "run/target.h"

// Reconnects (for a minute), waits for the lock, reads the history row. On success the target has a
// new session that holds the lock. On failure it is not known; the target may have lost its
// session's life.
bool settle_lost_commit(Arena *arena, Target *target, const char *version, const char *run_id,
                        bool is_up, const EventSink *sink, bool *ret_committed, Err *err)
    __attribute__((warn_unused_result));
