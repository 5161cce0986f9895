// A plan carried out on a target: up and down, one migration after the other.
// Refuses to plan, to ask and to print; it emits events. Invariant: history row, journal row and
// the migration's own statements commit together wherever PostgreSQL allows it; otherwise the row
// is dirty until the last one is done.
#pragma once

#include "check/plan.h"
#include "run/target.h"

// What else is done around a migration, outside of any transaction. False ends the run with its
// error.
typedef struct ApplyHooks {
    bool (*before)(void *context, const Step *step, Err *err);
    bool (*after)(void *context, const Step *step, Err *err); // it is done and recorded
    void *context;
} ApplyHooks;

typedef struct ApplyOptions {
    const char *run_id;
    const char *command;            // "up", "down", "redo"
    int64_t lock_timeout_ms;        // of one attempt; 0: 100
    int64_t lock_deadline_ms;       // until giving up; 0: ten minutes
    int64_t statement_timeout_ms;   // 0: none
    int64_t idle_timeout_ms;        // in a transaction; 0: the server's
    int64_t transaction_timeout_ms; // 0: the server's; since PostgreSQL 17
    bool shows_progress;            // somebody looks at how far a statement is
    const char *backup_id;          // may be NULL
    const char *rehearsal;          // digest of the one that stands for it; may be NULL
    const char *rehearsal_passed;   // who passed over one that is required, "--force"; NULL: nobody
    Words approvals;                // who has approved it, a line each; for the journal
    const char *approvals_passed;   // who passed over those that are missing; NULL: nobody
    bool runs_unknown;              // see StepsOptions
    const ApplyHooks *hooks;        // NULL: none
    const EventSink *sink;
} ApplyOptions;

typedef enum StepState {
    STEP_NOT_RUN,
    STEP_DONE,
    STEP_FAILED,      // nothing of it is in the database
    STEP_PARTLY_DONE, // some statements are committed: dirty
    STEP_UNKNOWN,     // the answer to COMMIT was lost
} StepState;

typedef struct StepResult {
    StepState state;
    int64_t duration_ms;
    int statements_done;
} StepResult;

typedef struct ApplyResult {
    StepResult *steps; // one for each step of the plan
    size_t done;
    bool has_stopped_behind; // what failed came behind migrations that are done: ApplyHooks.after
} ApplyResult;

// Reads every script of the plan to its end: counts statements, finds what no server is needed for.
// Errors: ERR_CHECK with position (quote, comment, encoding, transactions), ERR_IO.
bool apply_survey(Arena *arena, Plan *plan, Err *err) __attribute__((warn_unused_result));

// Needs the runner's lock and the store. Stops at the first failure: ERR_MIGRATION (up),
// ERR_ROLLBACK (down), ERR_CONNECTION, ERR_INTERRUPTED.
bool apply_plan(Arena *arena, Target *target, const Plan *plan, const ApplyOptions *options,
                ApplyResult *ret_result, Err *err) __attribute__((warn_unused_result));
