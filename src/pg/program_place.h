// Where distributions put the programs of one PostgreSQL major.
// Refuses to look whether they are there. Invariant: the list is the same for every major.
#pragma once

#include "base/arena.h"

enum {
    PROGRAM_OLDEST_MAJOR = 13,
    PROGRAM_NEWEST_MAJOR = 18,
};

// The directory at this place of the list, from 0; NULL behind its end.
const char *program_place(Arena *arena, size_t index, int major);
