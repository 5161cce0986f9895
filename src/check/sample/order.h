// The order in which tables can be filled, so that what a row refers to is there before it.
// Refuses to know rows. Invariant: every wanted table comes once; a key is late only in a circle.
#pragma once

#include "check/sample/facts.h"

typedef VEC(const SampleKey *) SampleKeys;

typedef struct SampleStep {
    const SampleTable *table;
    SampleKeys late; // what they point to comes behind
} SampleStep;

typedef VEC(SampleStep) SampleSteps;

void sample_order(Arena *arena, const SampleFacts *facts, SampleSteps *ret_steps);
