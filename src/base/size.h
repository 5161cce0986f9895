// Sizes in bytes as people read them.
// Refuses other units. Invariant: at most four digits.
#pragma once

#include "base/arena.h"

#include <stdint.h>

const char *size_text(Arena *arena, int64_t bytes); // "812 bytes", "1.4 MB", "53 GB"
