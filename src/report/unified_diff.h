// Two texts as a unified diff, as `git apply` and `patch` read it.
// Refuses to be the shortest for texts that differ in thousands of lines. Invariant: applied to the
// first it gives the second, byte for byte.
#pragma once

#include "base/arena.h"

#include <stdio.h>

// `old_path` NULL: the file is new.
void unified_diff_write(Arena *scratch, FILE *out, const char *old_path, const char *new_path,
                        Str old_text, Str new_text);
