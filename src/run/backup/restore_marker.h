// What a database says of itself in its comment while it is part of a restore.
// Refuses comments that we did not write. Invariant: reading gives back what was written.
#pragma once

#include "base/arena.h"

typedef enum MarkerStep {
    MARKER_NONE,
    MARKER_LOADING,  // being made: worth nothing without its maker
    MARKER_READY,    // proven: can be swapped in
    MARKER_REPLACED, // the database that was live before
} MarkerStep;

typedef struct RestoreMarker {
    MarkerStep step;
    const char *of;     // the live database's name
    const char *backup; // its id, or the path of one without
    const char *at;     // RFC 3339
    const char *run_id;
} RestoreMarker;

const char *marker_text(Arena *arena, const RestoreMarker *marker);
// MARKER_NONE: the comment (may be NULL) is not ours.
RestoreMarker marker_parse(Arena *arena, const char *comment);
