// The undo of a run that failed, as the journal knows it: begun, finished, or broken off.
// Refuses to take anything back (apply.h does). Invariant: one that is open has versions left that
// its run applied, and nothing was applied since.
#pragma once

#include "run/target.h"

#define UNDO_BEGUN    "undo_begun"
#define UNDO_FINISHED "undo_finished"
#define UNDO_FAILED   "undo_failed"

typedef struct OpenUndo {
    const char *run_id; // NULL: there is none
    int64_t left;       // versions that are still there
    const char *first;  // of them in order of application: what was before it stays
    const char *stays;  // the version before; NULL: none
} OpenUndo;

bool undo_run_find_open(Arena *arena, Target *target, OpenUndo *ret_open, Err *err)
    __attribute__((warn_unused_result));
// A row of the journal, in a transaction of its own. `why` may be NULL.
bool undo_run_journal(Arena *arena, Target *target, const char *run_id, const char *event,
                      const char *const *versions, size_t count, const char *why, Err *err)
    __attribute__((warn_unused_result));
