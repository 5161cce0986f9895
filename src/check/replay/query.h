// A query's columns, and the columns of relations that it reads.
// Refuses to plan and to type expressions: of those the type is unknown. Invariant: whatever a name
// may stand for is told; one that nothing known has is laid to what is not known.
#pragma once

#include "check/replay/replaying.h"

// Of a SelectStmt: appends the columns that `relation` gets from it, named by `aliases` (a list)
// as far as they go. With `keeps_reads` also what it reads, and that it does to those who are read.
void read_query(const Replay *replay, const Node *query, const Node *aliases, bool keeps_reads,
                Relation *relation);
