// The look before a change: its settings, the run's own, its report, and what --force passes over.
// Refuses to look itself (run/preflight/ does). Invariant: what failed and was not passed over
// stops the run before its first statement, and all that was passed over is in the journal.
#pragma once

#include "cli/workspace.h"
#include "io/json.h"

// For the command: what is there now, whether or not a plan could be made (`plan` NULL, and why).
// ERR_CONFIG: settings.
bool change_preflight_see(Workspace *workspace, Plan *plan, const Err *plan_error,
                          Preflight *ret_preflight, Err *err) __attribute__((warn_unused_result));
// Under the runner's lock, before the backup. ERR_CHECK: a check failed.
bool change_preflight(Workspace *workspace, Plan *plan, Err *err)
    __attribute__((warn_unused_result));
// Was --force given, and does the policy (force-allows) let it pass over this?
bool change_force_passes(const Context *context, PreflightId id);
// For a run's document; null where none was made.
json_t *change_preflight_json(const Workspace *workspace);
// logs/preflight-report-TIMESTAMP.json; its path. NULL: it could not be written.
const char *change_preflight_write(const Workspace *workspace, const json_t *document, Err *err)
    __attribute__((warn_unused_result));
