// What `rehearse` prints: a migration as soon as it is done, and the whole at the end.
// Refuses to lay out (report/rehearsal_report.h does). Invariant: with --json stdout holds one
// document and nothing else.
#pragma once

#include "cli/workspace.h"
#include "report/rehearsal_report.h"
#include "run/rehearse/round.h"

typedef struct RehearseOutput {
    Workspace *workspace;
    RehearsalShown shown;
} RehearseOutput;

// The files for CI can be written.
bool rehearse_output_check(const Context *context, Err *err) __attribute__((warn_unused_result));
void rehearse_output_init(RehearseOutput *output, Workspace *workspace, const RoundSteps *steps);
void rehearse_output_migration(RehearseOutput *output, const RehearsedMigration *migration);
bool rehearse_output_end(RehearseOutput *output, const Rehearsal *rehearsal, const char *path,
                         const char *digest, Err *err) __attribute__((warn_unused_result));
// Nothing is pending, which the files say as well: the exit code.
int rehearse_output_nothing(Workspace *workspace, const Rehearsal *rehearsal);
