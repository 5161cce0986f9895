// Does a table's CHECK constraint prove that its rows fit a partition's bounds, or that none of
// them does? Then PostgreSQL attaches without reading the rows.
// Refuses what is more than comparisons of one column with constants: it answers "not proven".
// Invariant: a false answer costs a warning too many, a true one is never wrong.
#pragma once

#include "check/lock/effecting.h"

// `bound` is a PartitionBoundSpec. Of rows of the table that is attached: all are inside.
bool partition_rows_fit(Arena *arena, const Relation *table, const Node *bound);
// Of rows of the default partition: none is inside.
bool partition_rows_stay_out(Arena *arena, const Relation *partition, const Node *bound);
