// What a CHECK compares with: the texts, numbers and patterns in its expression.
// Refuses to solve it: a value beside a bound passes or does not, which the server says. Invariant:
// an expression that cannot be read has none.
#pragma once

#include "base/words.h"

typedef struct SampleConstants {
    Words texts;
    Words numbers; // as SQL
    Words patterns;
    Words likes;
    bool is_open; // something else than a list of values decides: length(), a pattern, a function
} SampleConstants;

// Adds those of an expression to what is there.
void sample_constants_add(Arena *arena, const char *expression, SampleConstants *constants);
