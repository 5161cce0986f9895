// The backup of a command that changes the target: settings in, what it prints and keeps for the
// end. Refuses to make it itself (run/backup/before_change.h). Invariant: a command that goes on
// behind change_back_up has its backup, or its refusal of one is in the journal.
#pragma once

#include "cli/workspace.h"
#include "io/json.h"
#include "run/backup/before_change.h"

// The options that say which backup: of up, down, redo and plan.
#define BACKUP_OPTIONS                                                                             \
    OPTION_BACKUP_FOLDER, OPTION_BACKUP_FORM, OPTION_BACKUP_CONTENT, OPTION_BACKUP_COMPRESSION,    \
        OPTION_BACKUP_JOBS, OPTION_BACKUP_LEVEL, OPTION_BACKUP_CHECKS, OPTION_BACKUP_FRESH,        \
        OPTION_AFTER_BACKUP, OPTION_AFTER_BACKUP_FAILURE

// " --env production": what this command line said of where the database is, to be typed again
// behind a command; without it that would be about another one.
const char *change_same_place(const Context *context);
// ERR_CHECK: --skip-backup where the environment requires one.
bool change_backup_allowed(const Workspace *workspace, Err *err)
    __attribute__((warn_unused_result));
// What would be done before `plan`. Reads only.
bool change_backup_look(Workspace *workspace, Plan *plan, const char **ret_sentence, Err *err)
    __attribute__((warn_unused_result));
// Does it, before the first statement of `plan`.
bool change_back_up(Workspace *workspace, Plan *plan, Err *err) __attribute__((warn_unused_result));
// The one command that restores it; NULL: this run has none.
const char *change_backup_restore(const Workspace *workspace);
json_t *change_backup_json(const Workspace *workspace);
