// How long a migration is expected to take in production, from what was measured on a copy.
// Refuses to promise: waiting for others' locks is in no measure. Invariant: a range never leaves
// out what was measured, and says what it rests on.
#pragma once

#include "check/rehearsal.h"

typedef struct TableSize {
    const char *name; // as a trace calls it: quoted and qualified
    int64_t rows;     // -1: not known
    int64_t bytes;    // with indexes
} TableSize;

typedef VEC(TableSize) TableSizes; // by name

TableSize *table_size_find(const TableSizes *sizes, const char *name); // NULL: there is none

// On a copy with production's rows: from both runs of it. `again`: NULL, it ran once.
void rehearsal_estimate_measured(const Trace *first, const Trace *again,
                                 RehearsalEstimate *ret_estimate);
// On a copy with fewer rows: what reads, rewrites or changes rows of a table takes as much longer
// as that table has more of them there, and what sorts (an index that is built) a little more.
void rehearsal_estimate_scaled(Arena *arena, const Trace *trace, const TableSizes *here,
                               const TableSizes *there, RehearsalEstimate *ret_estimate);
