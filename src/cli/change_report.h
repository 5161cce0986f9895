// The report that a change leaves in the logs folder, and what is told of it meanwhile.
// Refuses to stop the work: a report that cannot be written is one warning. Invariant: whatever has
// taken the runner's lock leaves a report, however it ends, unless it is killed.
#pragma once

#include "cli/change_outcome.h"

// What is done from now on, until the next phase begins.
void change_phase(Workspace *workspace, RunPhaseKind kind);
// The steps to come, once they are settled.
void change_report_plan(Workspace *workspace, const Plan *plan);
// Something that would have stopped the change, and what let it go on: "--force".
void change_passed_over(Workspace *workspace, const char *what, const char *by);
// At the end of the command. Text of the outcome is as it was printed.
void change_report_write(Workspace *workspace, const ChangeOutcome *outcome, int exit_code);
// A failure behind change_begin and before the first statement: printed as command_fail does, and
// reported. `plan`: that was to be run; NULL: there is none yet. The exit code.
int change_fail(Workspace *workspace, const Plan *plan, const Err *err);
// Where it was written; null: nowhere.
json_t *change_report_json(const Workspace *workspace);
