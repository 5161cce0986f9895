// A session (or prepared transaction) that holds a lock which somebody wants, as value and in
// words. Refuses to find it. Invariant: what the server hides from the reader is NULL, and left out
// of the words.
#pragma once

#include "base/err.h"
#include "base/vec.h"

#include <stdint.h>

typedef struct Blocker {
    const char *relation; // as the search path shows it; NULL: not known, or no lock of a relation
    int pid;              // 0: a prepared transaction
    const char *user;
    const char *application;
    const char *state;       // of pg_stat_activity
    int64_t since_ms;        // in that state; prepared since
    const char *query;       // one line, cut
    const char *transaction; // virtual transaction id: another one is another transaction
    const char *gid;         // of a prepared transaction
    bool is_autovacuum;
    bool is_wraparound;   // autovacuum that does not give way
    const char *lockable; // schema.table, quoted, when LOCK TABLE is allowed to us
    int wanted;           // the mode that it keeps somebody from, as in lockdefs.h
} Blocker;

typedef VEC(Blocker) Blockers;

// "orders: pid 4711, user app, application web, idle in transaction for 12 s: SELECT ..."
const char *blocker_text(Arena *arena, const Blocker *blocker);
// The relations that are held, each once: "orders, customers".
const char *blockers_relations(Arena *arena, const Blockers *blockers);
// Gives a failed wait its detail (who) and its hint (what to type).
bool blockers_explain(Err *err, const Blockers *blockers);
