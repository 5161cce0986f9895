// A text without the passwords that stand in it: those of URLs, and what follows the word password.
// Output of programs is looked at more closely: tokens, keys and values that are known.
// Refuses to know a secret by any other sign. Invariant: what has none is given back as it is.
#pragma once

#include "base/words.h"

// "postgresql://ann:***@db", "PASSWORD '***'", "password=***".
const char *masked_passwords(Arena *arena, const char *text);
// What a program has said: also without what follows token, secret, apikey and the like, what an
// Authorization header carries, JSON web tokens, and the values in `known` (may be NULL) where they
// have at least four bytes.
const char *masked_output(Arena *arena, const char *text, const Words *known);
