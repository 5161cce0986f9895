// Why an expression cannot stand in an index: what in it is not IMMUTABLE.
// Refuses to know more types than columns and casts say. Invariant: a reason that is given is the
// server's as well; what is not sure is no reason.
#pragma once

#include "catalog/model.h"
#include "sql/tree.h"

typedef struct NotImmutable {
    const Node *node;    // where
    const char *what;    // "now()", "the cast to date"; NULL: nothing is wrong
    const Routine *liar; // not NULL: is declared IMMUTABLE, but reads tables
} NotImmutable;

// `relation` (may be NULL) has the columns of the expression.
NotImmutable immutable_check(Arena *arena, const Model *model, const Relation *relation,
                             const Node *expression);
