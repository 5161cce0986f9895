// One script, its record in history and journal, one transaction, one pipeline with one Sync.
// Refuses to retry and to know up from down. Invariant: after a failure the transaction is rolled
// back, or the connection is gone (then the server rolls it back, unless it was the COMMIT whose
// answer was lost).
#pragma once

#include "pg/session.h"
#include "run/record.h"
#include "run/verify.h"

typedef struct TransactionOptions {
    const char
        *begin; // BEGIN with the script's own isolation level (Shape.begin); NULL or "": plain
    int64_t lock_timeout_ms;
    int64_t statement_timeout_ms;   // 0: none
    int64_t idle_timeout_ms;        // in the transaction; 0: the server's
    int64_t transaction_timeout_ms; // 0: the server's; since PostgreSQL 17
    const char *const *before;      // statements of ours behind BEGIN, ends with NULL; may be NULL
    const Verify *verify;           // before the record, and nothing of it stays; NULL: none
    int64_t lock_key;
    void (*on_progress)(void *context, int done); // at most a few times a second; may be NULL
    void *progress_context;
} TransactionOptions;

typedef enum FailedAt {
    FAILED_AT_STATEMENT,
    FAILED_AT_VERIFY,  // a statement of its script, or what a directive was answered
    FAILED_AT_BEGIN,   // our timeouts, the test of the runner's lock
    FAILED_AT_RECORD,  // history or journal
    FAILED_AT_COMMIT,  // deferred constraints, a lost connection: see is_commit_unknown
    FAILED_AT_READING, // the file, not the server
} FailedAt;

typedef struct TransactionResult {
    int statements; // that the server finished
    FailedAt failed_at;
    bool is_commit_unknown; // the connection was lost with COMMIT on its way
} TransactionResult;

// `script` may be NULL: only verify and record.
bool transaction_run(Session *session, const Script *script, const Record *record,
                     const TransactionOptions *options, TransactionResult *ret_result, Err *err)
    __attribute__((warn_unused_result));
