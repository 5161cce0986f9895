// What became of a change, in words: its state, what to type next, lines for people and the
// document. Refuses to run anything. Invariant: text and document say the same.
#pragma once

#include "cli/change_failure.h"
#include "io/json.h"

typedef struct ChangeOutcome {
    const Plan *plan;
    const ApplyResult *result;
    const Err *err; // NULL when all went well
    int64_t duration_ms;
    const char *current;
    const char *state;
    const char *next;
    AfterFailure after; // of a failure
} ChangeOutcome;

// "applied", "reverted", "not_run", "failed", "partly_done", "unknown"
const char *change_step_word(const Plan *plan, StepState state);
// What the database is like after a failure: step by step, in words.
const char *change_state_after(const Workspace *workspace, const Plan *plan,
                               const ApplyResult *result, const Err *err);
// `err`: NULL when all went well.
const char *change_next_after(const Workspace *workspace, const Plan *plan,
                              const ApplyResult *result, const Err *err);
void change_outcome_print(const Workspace *workspace, const ChangeOutcome *outcome);
// One document of schema migrate-safe/COMMAND/1 on stdout; false when it could not be written.
bool change_outcome_json(const Workspace *workspace, const ChangeOutcome *outcome, int exit_code);
