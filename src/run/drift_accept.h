// Somebody takes the schema as it is now for what the history implies.
// Refuses to ask. Invariant: the snapshot and its journal row are written together.
#pragma once

#include "run/snapshot_store.h"

typedef struct DriftAcceptance {
    const char *run_id;
    const Snapshot *snapshot; // as it was shown, with roles
    const char *before;       // fingerprint of what was expected; NULL: nothing was
    int64_t differences;      // -1: not known
} DriftAcceptance;

// Under the runner's lock.
bool drift_accept(Arena *arena, Target *target, const DriftAcceptance *acceptance, Err *err)
    __attribute__((warn_unused_result));
