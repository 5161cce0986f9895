// What the history implies, made anew: the migrations of the source that are applied, run on a
// throwaway cluster. Refuses what did not run as the source has it now. Invariant: nothing that is
// pending is run.
#pragma once

#include "check/status.h"
#include "run/schema_replay.h"

typedef struct DriftReplay {
    Snapshot snapshot;
    const char *until; // the last version that was run; NULL: none
    const char *note;  // what the comparison cannot know; NULL: nothing
} DriftReplay;

// ERR_CHECK: no history, half a migration, edited, missing and replanned files; a migration's
// errors are as those of `up`.
bool drift_replay(Arena *arena, Target *target, const Source *source, const Status *status,
                  const char *run_id, const EventSink *sink, DriftReplay *ret_replay, Err *err)
    __attribute__((warn_unused_result));
