// A script that cannot be one transaction, statement by statement: what can run in a transaction
// commits together with its counter; the rest is named in the journal before it runs and counted
// after it. Refuses to begin or finish the migration's history row (apply.c does). Invariant:
// `statements_done` in the history row never counts a statement that is not committed; a statement
// in flight is always named in the journal.
#pragma once

#include "run/progress.h"
#include "run/target.h"
#include "run/transaction.h"

typedef struct StepsOptions {
    TransactionOptions transaction;
    const char *version;
    const char *run_id;
    const char *direction; // "up", "down"
    int64_t lock_deadline_ms;
    int skip;          // statements that are done already
    bool runs_unknown; // a person decided: run the next statement again though the catalog does not
                       // tell
    bool resumes; // an earlier run began the statement that is next: the catalog is asked about it
    const EventSink *sink;
    Progress *progress;
} StepsOptions;

typedef struct StepsResult {
    int done;          // statements committed, skipped ones counted
    bool is_in_flight; // the failed one could not run in a transaction: its effect is not known
} StepsResult;

bool steps_run(Arena *arena, Target *target, const Script *script, const StepsOptions *options,
               StepsResult *ret_result, Err *err) __attribute__((warn_unused_result));
