// What ADD COLUMN costs: a rewrite, a scan, an index build, or nothing; and which tables it
// references.
// Refuses to know the locks (check/lock/ does). Invariant: `why` says what causes the worst of it,
// NULL when it costs nothing.
#pragma once

#include "catalog/model.h"
#include "sql/tree.h"

typedef struct ColumnAdd {
    bool is_rewritten;
    bool is_scanned;
    bool builds_index;
    bool is_not_null_without_value; // NOT NULL, and rows that are there would have none: 23502
    bool is_volatility_unknown;     // of the default: a function that nobody saw made
    const char *why;                // "the default calls random(), which is volatile"
    VEC(const Node *) foreign;      // Constraint nodes that reference a table
} ColumnAdd;

// `definition` is the ColumnDef of an AT_AddColumn. The same on all majors.
void column_add_of(Arena *arena, const Model *model, const Node *definition, ColumnAdd *ret_add);
