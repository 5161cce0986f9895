// The rehearsal that an environment's policy asks for before a change: looked up, compared with
// what is about to run, and without one the change refused. Refuses to rehearse. Invariant: the
// target's schema is read for it only where there is something to compare.
#pragma once

#include "cli/workspace.h"

// For plan: what stands for these ups, into workspace->rehearsal. Behind change_drift_see. Reads
// only; ERR_CONFIG, ERR_IO.
bool change_rehearsal_see(Workspace *workspace, const Plan *plan, Err *err)
    __attribute__((warn_unused_result));
// ERR_CHECK as change_rehearsal_allowed, from what was seen.
bool change_rehearsal_enough(const Workspace *workspace, Err *err)
    __attribute__((warn_unused_result));
// Under the runner's lock, before the first statement. ERR_CHECK: one is required, none stands and
// --force was not given; where one is wanted, and with --force, that is a warning.
bool change_rehearsal_allowed(Workspace *workspace, const Plan *plan, Err *err)
    __attribute__((warn_unused_result));
// Before the down of a redo: of the file that will run behind it all but the schema, which the down
// has yet to bring back.
bool change_rehearsal_redo_allowed(Workspace *workspace, const Migration *migration, Err *err)
    __attribute__((warn_unused_result));
