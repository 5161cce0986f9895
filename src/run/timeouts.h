// The timeouts of a transaction: as the server wants them, and what a broken one means.
// Refuses defaults: 0 leaves a timeout as the role or the database has set it, but for lock and
// statement. Invariant: a hint names the option that allows more.
#pragma once

#include "run/transaction.h"

enum {
    TIMEOUT_PARAMETERS_USUAL = 3,
    TIMEOUT_PARAMETERS = 5
};

// Of runner/begin.sql, or of runner/begin_bounded.sql where more than the two usual timeouts are
// asked for: a CASE for each would be planned anew every time.
typedef struct TimeoutParameters {
    const Query *query;
    int count;
    char text[TIMEOUT_PARAMETERS][24];
    const char *values[TIMEOUT_PARAMETERS];
} TimeoutParameters;

void timeouts_parameters(const TransactionOptions *options, TimeoutParameters *ret_parameters);
// Is every timeout known to the server? ERR_CONFIG.
bool timeouts_check(int64_t transaction_timeout_ms, const Session *session, Err *err)
    __attribute__((warn_unused_result));
// For a session of ours that is meant to be idle, or to work, for hours: none but that for locks.
bool timeouts_lift(Session *session, Err *err) __attribute__((warn_unused_result));
// Adds the hint to a failure that was a timeout; leaves others alone.
void timeouts_explain(const TransactionOptions *options, Err *err);
