// The live schema beside the one that is stored with the history.
// Refuses to replay folders (schema_replay.h) and to print. Invariant: reads only, except
// drift_keep; nothing here makes a command fail that has done its work.
#pragma once

#include "run/snapshot_store.h"

// A line for status, plan and up: in bounded time, and never an error. Nothing to look at (no
// history): DRIFT_NOT_LOOKED. `ret_now` may be NULL; it gets the live schema where that was read
// (Drift.fingerprint is not NULL then).
void drift_look(Arena *arena, Target *target, Drift *ret_drift, Snapshot *ret_now);

// The stored snapshot where it is what the history implies, and the live one. ERR_CHECK else, with
// the way out, as where roles are wanted and the stored one has none.
bool drift_read(Arena *arena, Target *target, bool wants_roles, StoredSnapshot *ret_stored,
                Snapshot *ret_then, Snapshot *ret_now, Err *err)
    __attribute__((warn_unused_result));

// Takes the schema as a run has left it and stores it, or why it could not be taken. False: nothing
// is stored, or only the reason; it is in `err`, too. `ret_snapshot`, with roles, is filled
// wherever it could be taken; its `objects` are none else.
bool drift_keep(Arena *arena, Target *target, const SnapshotKeeping *keeping,
                Snapshot *ret_snapshot, Err *err) __attribute__((warn_unused_result));
