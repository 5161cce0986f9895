// Relations with the modes in which one backend holds or awaits them.
// Refuses to ask for them (trace_watch.h does). Invariant: sorted by oid, each once.
#pragma once

#include "check/trace.h"

typedef struct TraceLock {
    uint32_t oid;
    LockModes modes;
} TraceLock;

typedef VEC(TraceLock) TraceLocks;

// Sorts what was appended in any order, and joins what is there twice.
void trace_locks_settle(TraceLocks *locks);
LockModes trace_locks_modes(const TraceLocks *locks, uint32_t oid); // 0: none
// Those of `now` that `before` has not.
TraceLocks trace_locks_new(Arena *arena, const TraceLocks *before, const TraceLocks *now);
TraceLocks trace_locks_copy(Arena *arena, const TraceLocks *locks);
// Adds those of `more`.
void trace_locks_add(Arena *arena, TraceLocks *locks, const TraceLocks *more);
