// The down of a script that was divided: each part takes back what it does.
// Refuses to invent: a statement of the old down goes where what it takes back is. Invariant: run
// from the last part to the first they do what the old down did.
#pragma once

#include "check/fix/divide.h"

typedef struct PartSteps {
    VEC(const FixStep *) steps;
    Words objects;     // of statements of the script's own that are in it, in their order
    VEC(size_t) known; // for each step, how many of those stand in front of it
    bool is_moved;     // it holds such statements and is not the first
} PartSteps;

typedef VEC(PartSteps) PartsSteps;

bool divide_down(Arena *arena, const FixScript *script, const PartsSteps *steps, FixParts *parts,
                 const char **ret_why) __attribute__((warn_unused_result));
