// The team's own queries: files NAME.sql of a folder, each row that one gives is a failure.
// Refuses to write: they run in a READ ONLY transaction. Invariant: a query that cannot be run has
// proven nothing, and is no pass.
#pragma once

#include "check/integrity.h"
#include "pg/session.h"

typedef struct OwnQueriesOptions {
    const char *folder;
    int64_t timeout_ms; // of each query
    bool wants_findings_only;
} OwnQueriesOptions;

// The head of a file may say `-- name:`, `-- severity: warn` or `fail`, `-- why:`. The session must
// be in no transaction, and is in none afterwards. Errors: ERR_IO (the folder, a file),
// ERR_CONNECTION, ERR_INTERRUPTED; what is wrong with a query is a check.
bool own_queries_examine(Arena *arena, Session *session, const OwnQueriesOptions *options,
                         CheckList *checks, Err *err) __attribute__((warn_unused_result));
