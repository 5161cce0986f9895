// What the session that runs a traced script says of itself: the locks that a statement added, the
// relations that it changed, how much WAL there is.
// Refuses to sample: it is asked between two statements. Invariant: nothing of it takes a snapshot
// before SET TRANSACTION could, unless it is asked; nothing fails because the script dropped what
// the server kept for us.
#pragma once

#include "run/trace_facts.h"

// Behind a statement of a transaction.
typedef struct TraceDeed {
    TraceLocks added;   // modes that were not held before it
    Rows rows;          // of the relations that it locked or changed, for trace_facts_take
    bool tells_temp;    // temporary files are told as messages
    int64_t wal_before; // since the server was made: before the look,
    int64_t wal_after;  // and behind it
} TraceDeed;

// A transaction of `session` begins: nothing is counted for it yet.
bool trace_own_begin(TraceFacts *facts, Session *session, Err *err)
    __attribute__((warn_unused_result));
// What the last statement of the transaction in `session` did. `held`: all that was locked before
// it and still is.
bool trace_own_ask(const TraceFacts *facts, Session *session, const TraceLocks *held, Arena *arena,
                   TraceDeed *ret_deed, Err *err) __attribute__((warn_unused_result));
// What the session has counted goes where others can read it, outside of a transaction; until 14
// that takes half a second. `ret_wal_bytes`: as in TraceDeed.
bool trace_own_flush(Session *session, int64_t *ret_wal_bytes, Err *err)
    __attribute__((warn_unused_result));
