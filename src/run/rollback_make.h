// A down migration made from its up alone: the inverse of what the up did to the schema and to rows
// on a copy, tried there. Refuses to write files. Invariant: what is called proven went there and
// back and there again, and nothing in the up is known that the proof could not see.
#pragma once

#include "check/rollback_header.h"
#include "check/rollback_text.h"
#include "run/round_trip.h"

typedef struct RollbackRequest {
    RollbackForm form;
    const char *of;             // the up's file name
    const char *today;          // "2026-11-26"
    const Expansion *expansion; // of the source's files; NULL: none
} RollbackRequest;

typedef struct Rollback {
    Words refusals; // why there is no down; else:
    bool is_proven;
    bool has_outside; // statements that are in no transaction
    RollbackHeader header;
    const char *text; // header and SQL
    RoundTrip trip;
} Rollback;

// Only what ends the run is an error. The result lives as long as `arena`, but for the trip's
// differences.
bool rollback_make(Arena *arena, RoundTrips *trips, const Migration *migration,
                   const RollbackRequest *request, Rollback *ret_rollback, Err *err)
    __attribute__((warn_unused_result));
