// Carrying out a plan as a command: what must be refused, the runner's lock, our schema, the run,
// the summary, what to type next. Used by up, down and redo. Refuses to plan. Invariant: exit codes
// 1 to 4 come with the state of the database and the next command.
#pragma once

#include "cli/change_backup.h"
#include "run/apply.h"

// The options of every command that carries out a plan.
#define CHANGE_OPTIONS                                                                             \
    OPTION_DRY_RUN, OPTION_SKIP_BACKUP, OPTION_LOCK_TIMEOUT, OPTION_LOCK_DEADLINE, OPTION_YES,     \
        OPTION_WAIT_RUNNER, OPTION_STATEMENT_TIMEOUT, OPTION_IDLE_TIMEOUT,                         \
        OPTION_TRANSACTION_TIMEOUT, OPTION_SCHEMA_FILE, OPTION_TOOLS, OPTION_TOOLS_DATABASE,       \
        OPTION_SKIP_DRIFT, OPTION_ANALYZE

// Reasons not to write to this target now: a standby, user tables without history of ours, a
// backup that may not be skipped. ERR_CHECK.
bool change_allowed(Workspace *workspace, Err *err) __attribute__((warn_unused_result));
// The same for what runs no migration: only a target that nothing can be written to.
bool change_allowed_to_record(const Workspace *workspace, Err *err)
    __attribute__((warn_unused_result));
// The runner's lock, then history and status again: somebody else may have finished meanwhile.
bool change_begin(Workspace *workspace, Err *err) __attribute__((warn_unused_result));
// A deadline of 0 is one attempt, given as 1: 0 is "not said" below.
int64_t change_lock_deadline(const OptionValues *values);
// Settings and what the run knows of itself by now, for apply_plan.
ApplyOptions change_apply_options(Workspace *workspace, const Plan *plan);
// Runs it and prints; the exit code. With --json one document of schema migrate-safe/COMMAND/1.
int change_run(Workspace *workspace, const Plan *plan);
// Says that there is nothing to do, as text or document.
int change_nothing(Workspace *workspace, const char *what);
