// How an expression's value may change: the same for all rows of a statement, or not.
// Refuses to know the values. Invariant: what nobody knows is said to be unknown, and counts as
// volatile: PostgreSQL makes a function volatile unless told otherwise.
#pragma once

#include "catalog/model.h"
#include "sql/tree.h"

typedef enum Volatility {
    VOLATILITY_STABLE,   // or immutable: evaluated once for all rows of a statement
    VOLATILITY_UNKNOWN,  // it calls a function that nobody saw made
    VOLATILITY_VOLATILE, // evaluated for each row
} Volatility;

typedef struct ExpressionVolatility {
    Volatility volatility;
    const char *function; // that decides it: "random"; NULL when stable
} ExpressionVolatility;

// Of a default, a USING or a generated column's expression; NULL is stable. `model` knows the
// user's functions.
ExpressionVolatility volatility_of(const Model *model, const Node *expression);
// Of one FuncCall, whatever its arguments are.
Volatility volatility_of_call(const Model *model, const Node *call);
// Volatile, or to be taken for it.
bool volatility_counts(ExpressionVolatility volatility);
// "random(), which is volatile", "f(), of which nothing is known"; NULL when stable.
const char *volatility_reason(Arena *arena, ExpressionVolatility volatility);
