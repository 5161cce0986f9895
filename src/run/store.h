// Our schema in the target: made by the first write, upgraded by its own numbered steps.
// Refuses to touch anything else. Invariant: needs the runner's lock; a step and its record commit
// together.
#pragma once

#include "run/target.h"

bool store_ensure(Arena *arena, Target *target, Err *err) __attribute__((warn_unused_result));
