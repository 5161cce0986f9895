// Reads and writes that change nothing, tried over and over on tables from sessions of their own:
// how long the application would have been kept waiting.
// Refuses to say who holds a table. Invariant: a probe waits for at most its timeout and changes no
// row, fires no trigger, reads no row. What is shorter than the timeout is not told from a slow
// answer, and counts for nothing.
#pragma once

#include "check/trace.h"
#include "pg/session.h"

typedef struct TraceProbe {
    uint32_t oid;
    const char *name; // of the table
    char kind;
    bool writes;
    const char *sql;
    const char *otherwise; // where the server does not take `sql`; NULL: nothing
    Session *session;
    int64_t first_us; // when the first was sent; 0: none was
    int64_t sent_us;
    bool is_pending;
    bool was_blocked; // the one before it
    bool is_over;     // nobody but the transaction sees the table any more
    TraceSpans spans; // in which it was blocked
} TraceProbe;

typedef struct TraceProbes {
    Arena *arena;
    const char *url; // NULL: none are wanted
    int timeout_ms;
    int pause_ms;
    size_t most; // tables
    int64_t zero_us;
    VEC(Session *) idle;
    VEC(TraceProbe) probes;
    size_t tables;
    VEC(uint32_t) unprobed; // tables that came when all were taken
} TraceProbes;

// Opens the first two sessions. `url` is a superuser's: ERR_SERVER when it is not.
bool trace_probes_open(TraceProbes *probes, Err *err) __attribute__((warn_unused_result));
void trace_probes_close(TraceProbes *probes);
// From now on this table is tried. `kind` as in pg_class; what is no table is passed over.
void trace_probes_want(TraceProbes *probes, uint32_t oid, const char *name, char kind);
bool trace_probes_has(const TraceProbes *probes, uint32_t oid);
// Takes answers that are there, and sends what is due; returns at once.
void trace_probes_turn(TraceProbes *probes);
// Waits for the answers that are still to come; nothing is sent any more.
void trace_probes_settle(TraceProbes *probes);
// After it: all tables are forgotten.
void trace_probes_clear(TraceProbes *probes);
