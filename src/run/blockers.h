// Who is in the way of a lock: one question to the server, for locks that are wanted and for a
// backend that waits. Refuses to wait and to decide. Invariant: asking takes no lock on the
// relations asked about.
#pragma once

#include "check/blocker.h"
#include "pg/session.h"
#include "sql/lock_mode.h"

typedef struct WantedLock {
    const char *relation; // for to_regclass(); one that is not there has no holders
    TargetLock lock;
} WantedLock;
typedef VEC(WantedLock) WantedLocks;

// The question in two halves, for a pipeline: the first parameter of locks/blockers.sql, and what
// its rows say.
const char *blockers_wanted(Arena *arena, const WantedLocks *wanted);
void blockers_read(Arena *arena, const Rows *rows, Blockers *blockers);

// Those that hold it longest come first. `backend`: also who makes this backend wait; 0: nobody's.
// Errors: ERR_SERVER (a name that is none, a schema that may not be used), ERR_CONNECTION.
bool blockers_find(Arena *arena, Session *session, const WantedLocks *wanted, int backend,
                   Blockers *ret_blockers, Err *err) __attribute__((warn_unused_result));
