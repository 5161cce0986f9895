// A text without the passwords that stand in it: those of URLs, and what follows the word password.
// Refuses to know a secret by any other sign. Invariant: what has none is given back as it is.
#pragma once

#include "base/arena.h"

// "postgresql://ann:***@db", "PASSWORD '***'", "password=***".
const char *masked_passwords(Arena *arena, const char *text);
