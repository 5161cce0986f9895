// Ends a session that was chosen by a rule, waits until it is gone, and leaves a journal row.
// Refuses to choose. Invariant: a session that is not the one that was seen, or is in another
// transaction by now, is left alone.
#pragma once

#include "check/lock_rule.h"
#include "run/target.h"

#define LOCK_OUTCOMES(X)                                                                           \
    X(LOCK_OUTCOME_KEPT, "kept")     /* nothing was asked of it */                                 \
    X(LOCK_OUTCOME_ENDED, "ended")   /* it is gone */                                              \
    X(LOCK_OUTCOME_GONE, "gone")     /* it, or its transaction, had ended by itself */             \
    X(LOCK_OUTCOME_STAYS, "stays")   /* it was asked, and is still there */                        \
    X(LOCK_OUTCOME_FAILED, "failed") /* the server refused */

typedef enum LockOutcome {
#define X(name, word) name,
    LOCK_OUTCOMES(X)
#undef X
} LockOutcome;

const char *lock_outcome_word(LockOutcome outcome);

typedef struct LockTermination {
    LockOutcome outcome;
    int64_t waited_ms; // for it to be gone
    Err err;           // of LOCK_OUTCOME_FAILED
    bool is_journaled;
    Err unjournaled; // why it is not
} LockTermination;

// REQUIREs a target that is not refused. Errors: ERR_CONNECTION, ERR_INTERRUPTED.
bool lock_terminate(Arena *arena, Target *target, const LockScreen *screen,
                    const LockTarget *chosen, const char *run_id, LockTermination *ret_termination,
                    Err *err) __attribute__((warn_unused_result));
