// What the quarantine commands share: the list, what is meant by their words, what comes before and
// behind their writes. Refuses to write itself. Invariant: nothing without a comment of ours is
// ever chosen.
#pragma once

#include "cli/change.h"
#include "run/quarantine.h"

typedef struct QuarantineCommand {
    Workspace *workspace;
    int64_t days;
    QuarantinedList list;
} QuarantineCommand;

// Connects and reads.
bool quarantine_command_open(QuarantineCommand *command, Workspace *workspace, Err *err)
    __attribute__((warn_unused_result));
// What `plan` says of it; no days where it could not be looked at.
void quarantine_command_see(Workspace *workspace, QuarantinedList *ret_list, int64_t *ret_days);
// What the command line names; each once. ERR_CHECK: something whose comment cannot be read.
bool quarantine_command_choose(const QuarantineCommand *command, QuarantinedChoice *ret_choice,
                               Err *err) __attribute__((warn_unused_result));
// The runner's lock, the store, the schema as it is known.
bool quarantine_command_begin(QuarantineCommand *command, Err *err)
    __attribute__((warn_unused_result));
QuarantineOptions quarantine_command_options(const QuarantineCommand *command);
// The schema as it is left, in snapshot and schema file.
void quarantine_command_end(QuarantineCommand *command);
// {"schema": ..., "things": [...]}
json_t *quarantine_command_json(const char *schema, const QuarantinedChoice *choice);
// The error as text, or the document (taken) with drift and error added. The exit code.
int quarantine_command_finish(const QuarantineCommand *command, json_t *document, const Err *err);
