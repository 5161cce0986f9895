// Does a rehearsal stand for what is about to run.
// Refuses to read files (run/rehearse/evidence.h does). Invariant: what differs is named, each
// thing once.
#pragma once

#include "check/rehearsal.h"

typedef struct Evidence {
    const char *path;
    const char *digest; // 64 hex digits
    const Rehearsal *rehearsal;
} Evidence;
