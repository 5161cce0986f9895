// Who held up whom while the statements of a migration ran: for each relation the locks, from the
// statement that took them to the end of its transaction, and the time that probes waited.
// Refuses to draw. Invariant: time is that of statements alone, one behind the other, so that our
// own measuring between them is no part of it.
#pragma once

#include "check/trace.h"

typedef struct TimelineBar {
    TraceSpan span;
    LockMode mode;
} TimelineBar;

typedef struct TimelineRow {
    uint32_t oid;
    const char *relation;
    const char *owner;        // of an index or toast table; NULL: it is none
    LockMode mode;            // the strongest
    VEC(TimelineBar) bars;    // SHARE UPDATE EXCLUSIVE and above, by time
    TraceSpans reads_blocked; // as long as probes waited, up to the end of each statement
    TraceSpans writes_blocked;
    int64_t reads_us; // -1: not probed
    int64_t writes_us;
} TimelineRow;

typedef struct Timeline {
    int64_t total_us;
    TraceSpans statements; // as many as the trace has
    VEC(TimelineRow) rows; // who kept others waiting longest first; none of what the trace made
} Timeline;

void timeline_make(Arena *arena, const Trace *trace, Timeline *ret_timeline);
// "reads and writes wait", "writes wait", "other changes wait".
const char *timeline_effect(LockMode mode);
