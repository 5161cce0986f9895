// Statements of an up that copy rows into the quarantine and delete or overwrite them by the same
// words (check/quarantine.h), told from those that copy only some of them.
// Refuses to believe a comment alone. Invariant: what is called captured has a copy of every row
// and column that the statement loses.
#pragma once

#include "base/words.h"
#include "catalog/snapshot.h"
#include "check/quarantine.h"
#include "sql/parse.h"

typedef struct RollbackCapture {
    QuarantineRows rows; // as its comment says; `now` is the copy
    bool is_whole;       // a statement made it of a whole table: of TRUNCATE
    bool has_rows;       // behind the up
    bool is_used;        // a statement was found whose rows it has
} RollbackCapture;

typedef struct RollbackCaptures {
    VEC(RollbackCapture) items;
    VEC(RollbackCapture *) used; // in the order of their statements
} RollbackCaptures;

typedef struct RollbackSchemas {
    const Snapshot *before;
    const Snapshot *after;
} RollbackSchemas;

// The part of this statement whose rows are kept, an UPDATE, DELETE or TRUNCATE; NULL: none is.
const Node *rollback_capture_take(Arena *arena, const Node *statement,
                                  const RollbackSchemas *schemas, RollbackCaptures *captures);
// What the statement may have done beside what the copy holds: "trigger x of app.t ..."; NULL:
// nothing.
const char *rollback_capture_doubt(Arena *arena, const RollbackCapture *capture,
                                   const RollbackSchemas *schemas);
// What `rows` are in the schema before the up: without columns that the up made. False: its table
// or a column of it has another name in `there`, where they are to be put back.
bool rollback_capture_rows(Arena *arena, const RollbackCapture *capture,
                           const RollbackSchemas *schemas, const Snapshot *there,
                           QuarantineRows *ret_rows);
