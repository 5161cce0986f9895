// Valid generated rows in the tables of a database, so that a change and its way back are tried on
// rows. Refuses to touch rows that are there, and to fail because a table takes none: such a table
// is told with the server's words. Invariant: every key points to a row, though triggers of the
// user's do not fire for a superuser; the same seed gives the same values, but for defaults.
#pragma once

#include "base/words.h"
#include "pg/session.h"

typedef struct SampleRowsOptions {
    int64_t rows;        // wanted in each table; 0: 8
    bool adds;           // that many more, behind what is there
    const Words *tables; // quoted and qualified; NULL: all of the user's
    uint64_t seed;       // another one, other values
} SampleRowsOptions;

typedef struct SampleRowsResult {
    int64_t tables; // that got rows
    int64_t rows;
    Words without; // "public.x: reason": those that should have got some and have none
} SampleRowsResult;

// In the transaction that the session is in, or in one of its own; settings are as before
// afterwards. Not for views, foreign tables, tables of extensions and those in `own_schema`. After
// a failure (ERR_CONNECTION, ERR_INTERRUPTED, ERR_SERVER where the catalog cannot be read) the
// transaction is rolled back.
bool sample_rows_fill(Arena *arena, Session *session, const char *own_schema,
                      const SampleRowsOptions *options, SampleRowsResult *ret_result, Err *err)
    __attribute__((warn_unused_result));
