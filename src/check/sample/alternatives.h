// Values that a CHECK's own constants suggest, as SQL over a running number.
// Refuses to know whether the check lets them pass: who asks filters by it. Invariant: without
// constants of use it is the generic value.
#pragma once

#include "check/sample/value.h"

// One of the alternatives of `value->constants`, or `generic` (NULL: none) where it is its turn.
const char *sample_alternatives_sql(Arena *arena, const SampleFacts *facts,
                                    const SampleValue *value, const char *generic,
                                    const char *number);
