// The text that an SQL expression of constants has: literals, ||, format(), concat(),
// quote_ident(), quote_literal(), quote_nullable(), casts to text. Refuses to evaluate anything
// else. Invariant: the answer is SQL that means what the server's would (names from %I and
// quote_ident() have quotes in any case).
#pragma once

#include "base/vec.h"
#include "sql/tree.h"

// A name whose value is known: a CONSTANT of PL/pgSQL.
typedef struct FoldName {
    const char *name;
    const char *value;
} FoldName;

typedef VEC(FoldName) FoldNames;

// NULL when the expression is not constant. `names` may be NULL.
const char *fold_text(Arena *arena, const Node *expression, const FoldNames *names);
