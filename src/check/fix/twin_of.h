// The twin that a column can have, as far as the files tell what hangs on it.
// Refuses to guess: what the files do not tell is a reason. Invariant: a twin that it gives has the
// column's type and default, and an index for each of the column's.
#pragma once

#include "check/fix/fix.h"
#include "check/fix/twin.h"

typedef struct TwinIndexes {
    Words names;           // of the twin's
    VEC(const Index *) of; // the column's, in the same order
    Words builds;          // CREATE INDEX CONCURRENTLY, an index each
    Words builds_in_transaction;
    Words removes; // DROP INDEX CONCURRENTLY IF EXISTS
} TwinIndexes;

// False: the fix is refused. `range` is a RangeVar.
bool twin_of(Fixing *fixing, const Node *range, const char *column, const char *new_name,
             Twin *ret_twin);
// Would NULL that is written to the new name be told from nothing written?
bool twin_tells_null(Fixing *fixing, const Relation *relation, const Twin *twin);
bool twin_indexes(Fixing *fixing, const Relation *relation, const Twin *twin,
                  TwinIndexes *ret_indexes);

// Steps of the fix behind the one that makes the twin.
void twin_add_fill(Fixing *fixing, const Twin *twin);
void twin_add_indexes(Fixing *fixing, const TwinIndexes *indexes);
