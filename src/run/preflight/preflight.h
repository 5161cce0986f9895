// Looks at what could go wrong before a change: its files, who is at work on its tables, server,
// disk, rights, policy. Refuses to write, to wait for locks, and to stop at the first thing that is
// wrong. Invariant: what could not be asked is a check of its own, "unknown"; all that goes to the
// server goes in one pipeline, but what only some plans need.
#pragma once

#include "check/drift.h"
#include "check/evidence.h"
#include "check/finding.h"
#include "check/lint.h"
#include "check/preflight.h"
#include "check/time_window.h"
#include "run/source.h"
#include "run/target.h"

enum {
    PREFLIGHT_NOT_LOOKED = -2, // of an age
};

typedef VEC(TimeWindow) TimeWindows;

// The backup of the run, as its options have it.
typedef struct PreflightBackup {
    const char *folder;
    bool is_made;          // the run makes one itself
    bool is_restored;      // and restores it for proof, on this machine,
    int64_t restore_most;  // when the database is not larger; 0: whatever its size
    const char *sentence;  // what becomes of it, in words; NULL: not known
    int64_t newest_ms;     // age of the newest of this database; -1: there is none; not looked
    int64_t newest_bytes;  // its size; 0: not known
    int64_t newest_of;     // the database's size then; 0: not known
    int64_t max_age_ms;    // that is allowed; 0: any
    const char *max_where; // what says so
} PreflightBackup;

typedef struct PreflightOptions {
    Target *target;
    const Source *source;
    const Status *status;
    Plan *plan;            // NULL: none could be made,
    const Err *plan_error; // because of this
    bool is_run;           // inside of a run, which waits for locks itself: those only warn
    bool allows_late;      // --allow-late
    const Drift *drift;
    const EvidenceVerdict *rehearsal; // NULL: nobody asked
    int64_t long_ms;                  // from which age on a transaction is old
    bool wants_lint;
    LintOptions lint;
    Severity lint_fails; // from which severity on; SEVERITY_OFF: none
    const PreflightBackup *backup;
    TimeWindows quiet;  // no changes then
    TimeWindows change; // changes only then; none: any time
    const char *hours_where;
} PreflightOptions;

// The only error is ERR_INTERRUPTED.
bool preflight_look(Arena *arena, const PreflightOptions *options, Preflight *ret_preflight,
                    Err *err) __attribute__((warn_unused_result));
