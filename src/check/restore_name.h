// What databases beside a live one are called: "shop_restore_20261126053000".
// Refuses to know whether such a name is free. Invariant: a name has at most 63 bytes and ends in
// whole characters; the word and the time are never cut.
#pragma once

#include "base/arena.h"

// `word`: "restore", "replaced". `attempt` from 1: behind the first a number tells them apart.
const char *restore_name(Arena *arena, const char *database, const char *word, const char *stamp,
                         int attempt);
