// A text that a regular expression or a LIKE pattern matches.
// Refuses what few patterns have (back references, look-ahead, classes of locales): the text may
// then not match, and who uses it has to try. Invariant: another variant gives another text
// wherever the pattern leaves a choice.
#pragma once

#include "base/arena.h"

// NULL: the pattern cannot be read.
const char *sample_pattern_text(Arena *arena, const char *pattern, unsigned variant);
const char *sample_like_text(Arena *arena, const char *pattern, unsigned variant);
