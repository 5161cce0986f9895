// A query that the old application asks, as a file of the user's, and its answer.
// Refuses to keep what it changes: its transaction is rolled back. Invariant: an answer is CSV with
// a header, as COPY writes it.
#pragma once

#include "base/vec.h"
#include "pg/session.h"

typedef struct SmokeQuery {
    const char *file; // as it is shown
    Str text;
    const char *answer; // that is expected; "": of a statement that gives no rows
    bool is_given;      // by a file NAME.expected, to the letter
    bool is_ordered;    // the last statement says in which order
} SmokeQuery;

typedef VEC(SmokeQuery) SmokeQueries;

// NAME.sql and NAME.expected of a folder, by name. Errors: ERR_CONFIG (there is none), ERR_IO.
bool smoke_queries_read(Arena *arena, const char *folder, SmokeQueries *ret_queries, Err *err)
    __attribute__((warn_unused_result));
// One after the other, the last one's answer. The query's own failure is ERR_CHECK with its place.
bool smoke_query_run(Arena *arena, SmokeQuery *query, Session *session, const char **ret_answer,
                     Err *err) __attribute__((warn_unused_result));
// NULL: it is the answer that is expected; else the lines that differ.
const char *smoke_query_difference(Arena *arena, const SmokeQuery *query, const char *answer);
