// What is known of a database's relations while a script is traced, and how a statement changed it.
// Refuses locks and time. Invariant: what a transaction did is seen from inside of it alone; what
// is committed, from any session.
#pragma once

#include "pg/session.h"
#include "run/trace_locks.h"

enum {
    TRACE_COUNTS = 5 // scans, tuples read, inserted, updated, deleted
};

typedef struct RelationFacts {
    uint32_t oid;
    const char *name;
    uint32_t owner; // of an index or a toast table; 0: none
    uint32_t file;  // 0: none
    char kind;
    bool is_index_valid;
    bool is_committed; // others can see it
    const char *unvalidated;
    int64_t bytes;
    int64_t counts[TRACE_COUNTS]; // in this transaction; outside of one, ever since
    int reading;                  // the last one of all relations that it was in
} RelationFacts;

typedef struct TraceFacts {
    Arena *arena;
    VEC(RelationFacts) relations; // by oid
    int readings;
} TraceFacts;

const RelationFacts *trace_facts_find(const TraceFacts *facts, uint32_t oid);

// Reads all relations over `session`, which has not done any of the work. `ret_changes`: what
// differs from what was known; NULL: nobody asks. `locks`: relations that are told in any case.
bool trace_facts_read(TraceFacts *facts, Session *session, const TraceLocks *locks, Arena *arena,
                      TraceRelations *ret_changes, Err *err) __attribute__((warn_unused_result));
// A transaction begins: nothing is counted for it yet.
void trace_facts_begin(TraceFacts *facts);
// `rows` of trace/touched, behind a statement of a transaction, whose new locks are `added`:
// relations that it locked are told in any case.
void trace_facts_take(TraceFacts *facts, const Rows *rows, const TraceLocks *added, Arena *arena,
                      TraceRelations *ret_changes);
