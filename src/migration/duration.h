// Durations as people and PostgreSQL write them.
// Refuses signs, sub-millisecond units and months. Invariant: the result is >= 0 milliseconds.
#pragma once

#include "base/arena.h"
#include "base/str.h"

#include <stdint.h>

// "250", "250ms", "2s", "10min", "1h", "30 seconds", "2 minutes", "1.5 hours" to milliseconds (a
// bare number is ms, as in PostgreSQL). False when it is none of these or overflows.
bool duration_parse(Str text, int64_t *ret_ms);
const char *duration_text(Arena *arena, int64_t milliseconds); // "12 ms", "5 s", "3 min 2 s"
