// What becomes of a run that has failed, as the policy `on-failure` says: it stands where it is,
// its migrations are taken back, or the way back to the backup is said. Called once a run, for a
// migration that failed and for whatever failed behind one: postflight, a smoke check, a hook.
// Refuses to print, and to restore. Invariant: the state told was read behind all that was done;
// what cannot be taken back with proof stays, and is named.
#pragma once

#include "cli/change.h"

typedef struct RunFailure {
    const Plan *plan; // of ups; of downs nothing is taken back
    const ApplyResult *result;
    const Err *err;    // what failed
    const char *state; // in words, as it stands
    const char *next;  // what to type
} RunFailure;

typedef struct AfterFailure {
    const char *policy;  // "stop", "undo-run", "restore"
    Words undone;        // versions, as they went
    const char *why_not; // nothing was taken back, or not all; NULL: that was not wanted, or done
    const char *restore; // the command, with its time and what it loses; NULL: not offered
    Err undo;            // what the undo failed with; ERR_NONE: it did not
    const char *state;
    const char *next;
    int exit_code; // of the failure; 4 when the undo failed
} AfterFailure;

// Needs the runner's lock. Reads the history again when it took something back.
void change_after_failure(Workspace *workspace, const RunFailure *failure, AfterFailure *ret_after);
// For a command's document.
json_t *change_failure_json(const AfterFailure *after);
// An undo that was begun by an earlier run and did not come to its end is finished where the policy
// is undo-run, else told. Under the runner's lock, before the plan that counts. ERR_ROLLBACK.
bool change_finish_undo(Workspace *workspace, Err *err) __attribute__((warn_unused_result));
// "the undo of a run that failed did not come to its end: ..."; NULL: there is none. Reads only;
// what cannot be read is none.
const char *change_open_undo(Workspace *workspace);
// The same as a warning.
void change_tell_undo(Workspace *workspace);
