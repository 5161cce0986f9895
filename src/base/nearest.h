// The name that was meant when another one was typed.
// Refuses to guess from next to nothing. Invariant: a name is offered only when most of what was
// typed is in it.
#pragma once

#include "base/str.h"

typedef struct Nearest {
    Str wanted;
    const char *found; // NULL: nothing is near
    size_t least;      // letters to change, one more than allowed while nothing is found
} Nearest;

Nearest nearest_to(Str wanted);
void nearest_offer(Nearest *nearest, const char *name);
