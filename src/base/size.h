// Sizes in bytes as people read them.
// Refuses other units. Invariant: at most four digits are written, and what is written is read.
#pragma once

#include "base/arena.h"

#include <stdint.h>

const char *size_text(Arena *arena, int64_t bytes); // "812 bytes", "1.4 MB", "53 GB"
// "10GB", "512 MB", "64kB", "4096" (bytes); a thousand of one is one of the next. False: it is
// none, or more than anybody has.
bool size_parse(Str text, int64_t *ret_bytes);
