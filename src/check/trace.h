// What the statements of a script did when they ran, as measured: locks, files, scans, time, WAL,
// and who was kept from reading and writing meanwhile.
// Refuses to measure (run/trace.h does) and to judge. Invariant: times are microseconds of our own
// clock since the trace began; -1 stands for a number that could not be known.
#pragma once

#include "base/err.h"
#include "base/vec.h"
#include "sql/lock_mode.h"

#include <stdint.h>

enum {
    TRACE_TEXT_MAX = 2000
};

// A set of lock modes, a bit each.
typedef unsigned LockModes;

LockModes lock_modes_of(LockMode mode);
LockMode lock_modes_strongest(LockModes modes); // LOCK_NONE of none

// A stretch of time; `to_us` is behind its end.
typedef struct TraceSpan {
    int64_t from_us;
    int64_t to_us;
} TraceSpan;

typedef VEC(TraceSpan) TraceSpans;

// How much of `span` they cover; they do not overlap each other.
int64_t trace_spans_within(const TraceSpans *spans, TraceSpan span);

// A table, index, toast table, sequence or view that a statement locked or did something to.
typedef struct TraceRelation {
    uint32_t oid;
    const char *name;  // quoted and qualified; of one that was dropped, what it was called
    const char *owner; // the table of an index or a toast table; NULL: it is none
    char kind;         // as in pg_class.relkind
    LockModes locked;  // modes that this statement took and its transaction had not before
    bool is_created;
    bool is_dropped;
    // It has another file than before: written anew as a whole, or emptied by TRUNCATE.
    bool is_rewritten;
    bool is_index_valid;     // of an index; true of all else
    const char *unvalidated; // names of its constraints that are not validated; NULL: none
    int64_t scans;           // of a table: sequential; of an index: its own
    int64_t tuples_read;     // by those
    int64_t inserted;
    int64_t updated;
    int64_t deleted;
    int64_t bytes_before; // of its main file
    int64_t bytes_after;
    // By probes, while the statement ran; a table that was not probed has -1.
    int64_t reads_blocked_us;
    int64_t writes_blocked_us;
} TraceRelation;

typedef VEC(TraceRelation) TraceRelations;

// What a statement was at, as PostgreSQL's progress views say it, when it was sampled.
typedef struct TracePhase {
    const char *command; // "CREATE INDEX CONCURRENTLY"
    const char *phase;   // "waiting for writers before build"
    TraceSpan seen;      // first and last sample
} TracePhase;

typedef VEC(TracePhase) TracePhases;

// A sample: it goes on with the last phase, or begins another one.
void trace_phase_seen(Arena *arena, TracePhases *phases, const char *command, const char *phase,
                      int64_t at_us);

typedef struct TraceNotice {
    const char *severity;
    const char *message;
} TraceNotice;

typedef enum TracePlace {
    TRACE_IN_TRANSACTION,
    TRACE_COMMIT,  // the end of a transaction: what was deferred runs here
    TRACE_OUTSIDE, // by itself: CONCURRENTLY and its kind, what commits inside
} TracePlace;

typedef struct TraceStatement {
    TracePlace place;
    int transaction;     // a number from 1; of TRACE_OUTSIDE 0
    int ordinal;         // in the script, from 1; BEGIN and COMMIT are not counted, and have 0
    Position position;   // in its file
    const char *label;   // "ALTER TABLE"
    const char *text;    // as the script has it, cut at TRACE_TEXT_MAX bytes; NULL: of a COMMIT
    TraceSpan ran;       // without our own measuring
    int64_t waited_us;   // for locks, as far as samples saw it
    int64_t rows;        // changed or given; -1: a kind that counts none
    int64_t wal_bytes;   // of the whole server meanwhile
    int64_t temp_bytes;  // temporary files that it made; -1: the script keeps us from being told
    int64_t size_before; // of the database
    int64_t size_peak;
    int64_t size_after;
    TraceRelations relations; // by oid
    TracePhases phases;
    VEC(TraceNotice) notices;
    bool has_failed;
    char sqlstate[6]; // of the failure
} TraceStatement;

typedef struct Trace {
    VEC(TraceStatement) statements;
    int transactions;
    int unprobed; // tables that no probe was free for
} Trace;

TraceRelation *trace_relation_find(const TraceRelations *relations, uint32_t oid);
// Found, or put in at its place; then all that is not known is -1.
TraceRelation *trace_relation_at(Arena *arena, TraceRelations *relations, uint32_t oid);
// What a statement did to its relations, taken together over all of them: modes and marks of any,
// numbers and times added, the first size and the last.
void trace_total(Arena *arena, const Trace *trace, TraceRelations *ret_relations);
