// What a migration does to rows that were there, as far as its text tells: which of it the inverse
// of its schema takes back, which needs an inverse of its own, and which has none.
// Refuses to look at rows (run/rollback_make.c does). Invariant: a statement that may write to a
// table that was there before is a seed, refused or a doubt.
#pragma once

#include "base/words.h"
#include "catalog/snapshot.h"
#include "check/rollback_capture.h"
#include "sql/parse.h"

// A table that gets constant rows.
typedef struct RollbackSeed {
    const char *table; // identity
    Position position;
} RollbackSeed;

typedef struct RollbackData {
    VEC(RollbackSeed) seeds;
    Words refused; // what has no inverse: "line 4: DELETE FROM t: ...", one line each
    Words doubts;  // what may or may not have an effect on rows, one line each
    // Of what is copied first; the caller gives what the copies' comments say.
    RollbackCaptures captures;
    bool has_schema_before_captures; // the schema is changed in front of the first of them
    bool has_seeds_before_captures;
    // Rows that the schema's change destroys, each as what is said of it: "rows of table app.t".
    Words destroyed;
} RollbackData;

// One statement of the up, between these two schemas.
void rollback_data_statement(Arena *arena, const ParsedStatement *parsed, const Snapshot *before,
                             const Snapshot *after, RollbackData *data);
// What the two schemas themselves tell: tables, columns and sequences that are gone or made anew,
// types whose values may not come back.
void rollback_data_schemas(Arena *arena, const Snapshot *before, const Snapshot *after,
                           RollbackData *data);
