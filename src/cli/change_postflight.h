// The look behind a change: its settings, what was there before, ANALYZE of what is new, the
// checks, what is printed and kept of them.
// Refuses to look itself (run/postflight/ does). Invariant: a check that failed is ERR_VERIFY, and
// what was changed stays; nothing is looked at where no change was made.
#pragma once

#include "cli/workspace.h"
#include "io/json.h"
#include "run/postflight/postflight.h"

// Before the first statement of `plan`, behind change_drift_look. A second plan of the same command
// (redo) is added to the first.
void change_postflight_begin(Workspace *workspace, const Plan *plan);
// Behind the last statement, once the history was read again and the schema's snapshot taken.
// ERR_VERIFY.
bool change_postflight(Workspace *workspace, const Plan *plan, Err *err)
    __attribute__((warn_unused_result));
// What is there now is what the next migration begins with.
void change_postflight_go_on(Workspace *workspace, const Plan *plan);
// For a run's document; null where none was made.
json_t *change_postflight_json(const Workspace *workspace);

// The document of `migrate-safe/postflight/1`, as the command and a run keep it. `run_id` NULL: the
// command alone. A new reference.
json_t *postflight_document(const Workspace *workspace, const CheckList *checks,
                            const char *fingerprint, const char *run_id);
// logs/postflight-report-TIMESTAMP.json; its path, NULL when it could not be written.
const char *postflight_keep(const Workspace *workspace, const json_t *document, Err *err)
    __attribute__((warn_unused_result));
// The folder of the team's own checks, as verify has it; NULL: there is none.
const char *postflight_own_queries(const Context *context);
// The fingerprint that a rehearsal of these texts ended with, which began with the schema `base`,
// or ended with `now`; NULL: there is none, and `ret_why` says so. `last`: the migration that came
// last; `base` and `now` may be NULL.
const char *postflight_rehearsed(const Workspace *workspace, const Migration *last,
                                 const char *base, const char *now, const char **ret_why);
