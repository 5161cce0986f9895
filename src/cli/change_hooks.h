// Hooks, maintenance mode and smoke checks around a change: when they run, and what becomes of the
// command when they fail.
// Refuses to judge the database. Invariant: what was begun here is ended, after any failure: by
// change_run, and for what comes before it by change_fail.
#pragma once

#include "check/check_list.h"
#include "cli/workspace.h"
#include "io/json.h"
#include "run/apply.h"
#include "run/backup/before_change.h"

// Under the runner's lock, before anything is done: smoke checks that run before too, the hook
// before-up or before-down. ERR_CHECK: one of them failed; ERR_CONFIG.
bool change_hooks_before(Workspace *workspace, const Plan *plan, Err *err)
    __attribute__((warn_unused_result));
// What change_back_up runs around the backup.
bool change_hooks_of_backup(Workspace *workspace, BeforeChangeHooks *ret_hooks, Err *err)
    __attribute__((warn_unused_result));
// Maintenance mode on, where there is one and it is not on already. ERR_CHECK.
bool change_hooks_maintain(Workspace *workspace, Err *err) __attribute__((warn_unused_result));
// What apply_plan calls around each migration; NULL: nothing.
const ApplyHooks *change_hooks_of_migrations(Workspace *workspace);
// Behind a plan that was carried out, before its summary: maintenance mode off, smoke checks, the
// hook after-up or after-down. ERR_VERIFY: one of them failed.
bool change_hooks_behind(Workspace *workspace, const Plan *plan, Err *err)
    __attribute__((warn_unused_result));
// After a failure: maintenance mode off, the hook after-failure. `state` of the database, with what
// could not be ended.
const char *change_hooks_failed(Workspace *workspace, const Err *why, const char *state);
// The end of a command that went no further than to its refusals: as change_hooks_failed, where
// something was begun.
void change_hooks_end(Workspace *workspace, const Err *why);
// Maintenance mode that a run before this one has left on: ended, under the runner's lock, and
// said. Nothing happens where there is none.
bool change_hooks_settle(Workspace *workspace, Err *err) __attribute__((warn_unused_result));
// "on since 2026-01-02T03:04:05Z (run ...)"; NULL: it is not on, or there is none. Reads only.
bool change_hooks_left(const Workspace *workspace, const char **ret_text, Err *err)
    __attribute__((warn_unused_result));
// Smoke checks alone, as postflight runs them. The list stays empty where there are none.
bool change_hooks_smoke(Workspace *workspace, CheckList *list, Err *err)
    __attribute__((warn_unused_result));
// "before-up, maintenance mode, 2 smoke checks, after-up": what would be run around a plan; NULL:
// nothing.
const char *change_hooks_sentence(const Context *context, const Plan *plan);
// Of this run's document; null where none were run.
json_t *change_smoke_json(const Workspace *workspace);
