// Does the old application still work: its smoke queries, with the answers that they had, and the
// statements that the target's pg_stat_statements has seen. Refuses to run those statements: they
// are only prepared. Invariant: what did not work before the migrations is not asked again, and is
// counted.
#pragma once

#include "check/rehearsal.h"
#include "pg/session.h"

typedef struct OldQueriesOptions {
    const char *folder; // of smoke queries; NULL: none. NAME.sql, and beside it NAME.expected (CSV
                        // as COPY writes it); without that, the answer before the migrations
    Session *target;    // whose statements are asked; NULL: none
} OldQueriesOptions;

typedef struct OldQueries OldQueries;

// Reads the folder and the target's statements, and tries them on `copy` before any migration. A
// smoke query that fails there already, or differs from what is expected, is ERR_CHECK with its
// position.
bool old_queries_open(Arena *arena, const OldQueriesOptions *options, Session *copy,
                      OldQueries **ret_queries, RehearsalQueries *ret_counts, Err *err)
    __attribute__((warn_unused_result));
// Tries them as the database is now; each that does not work any more is one finding
// (REHEARSAL_OLD_QUERY_BROKEN). `stage`: "up", "down". `is_same_data`: answers must be the same
// too, not only possible. Errors: only what ends the rehearsal.
bool old_queries_try(OldQueries *queries, Arena *arena, Session *copy, const char *stage,
                     bool is_same_data, RehearsalFindings *findings, Err *err)
    __attribute__((warn_unused_result));
