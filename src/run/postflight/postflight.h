// Looks at a database behind a change, beside what it was before it.
// Refuses to write, except postflight_analyze, and to wait for locks. Invariant: what could not be
// looked at is "unknown", and none of it makes a change fail.
#pragma once

#include "catalog/snapshot.h"
#include "check/evidence.h"
#include "check/postflight.h"
#include "run/target.h"

// What was there before.
typedef struct PostflightBefore {
    bool has_schema;
    Snapshot schema;
    const char *why_none; // of a schema that was not read
    bool has_tables;
    SeenTables tables;
} PostflightBefore;

typedef struct PostflightOptions {
    const Plan *plan;               // that was carried out; NULL: the command alone
    const Status *status;           // as it is now
    const PostflightBefore *before; // NULL: alone
    const Snapshot *now;            // without roles; NULL: it could not be read,
    const char *why_unread;         // because of this
    const Meant *meant;
    const char *rehearsed;         // fingerprint that a rehearsal ended with; NULL: there is none,
    const char *why_not_rehearsed; // because of this
    bool is_rehearsal_required;
    const SeenTables *tables; // as they are now; NULL: they could not be read
    const char *own_queries;  // folder of the team's own checks; NULL: there is none
    const Words *unanalyzed;  // tables that ANALYZE was not run on, and should have been
} PostflightOptions;

// Into the check list, in the order of its table. ERR_INTERRUPTED, ERR_CONNECTION.
bool postflight_examine(Arena *arena, Target *target, const PostflightOptions *options,
                        CheckList *checks, Err *err) __attribute__((warn_unused_result));

// Tables by oid; small ones are counted.
bool postflight_tables(Arena *arena, Target *target, SeenTables *ret_facts, Err *err)
    __attribute__((warn_unused_result));

// ANALYZE, table by table, while there is time; those that it was not run on are left in
// `ret_left`. Never fails: what the server said is told as a warning.
void postflight_analyze(Arena *arena, Target *target, const Words *tables, const EventSink *sink,
                        Words *ret_left);
