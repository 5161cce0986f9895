// Differences as lines for people, of which the first `most` are kept and the others counted.
// Refuses to know what differs. Invariant: nothing is made of a line that is not kept.
#pragma once

#include "catalog/snapshot.h"

typedef struct DifferenceList {
    Arena *arena;
    size_t most;
    size_t found;
    Differences *differences;
} DifferenceList;

void differences_say(DifferenceList *list, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void differences_end(DifferenceList *list); // "and 4 more"
