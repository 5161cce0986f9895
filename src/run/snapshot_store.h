// Snapshots of the schema that are stored with the history: what it was when a run had ended.
// Refuses to take and to compare them. Invariant: needs the store; the newest whole one has its
// document, those before it their fingerprints.
#pragma once

#include "catalog/snapshot.h"
#include "check/drift.h"
#include "run/target.h"

// The newest; its id is 0 where there is none.
bool snapshot_store_find(Arena *arena, Target *target, StoredSnapshot *ret_stored, Err *err)
    __attribute__((warn_unused_result));
// All of them, newest first.
bool snapshot_store_list(Arena *arena, Target *target, StoredSnapshots *ret_list, Err *err)
    __attribute__((warn_unused_result));
// Its objects, and the server's roles unless an older version stored it. ERR_CHECK: it is not what
// was stored.
bool snapshot_store_load(Arena *arena, Target *target, const StoredSnapshot *stored,
                         Snapshot *ret_snapshot, Err *err) __attribute__((warn_unused_result));

typedef struct SnapshotKeeping {
    const char *run_id;
    const char *command;
    const Snapshot *snapshot; // NULL: there is none,
    const char *why;          // because of this
    int64_t drifted_before;   // -1: not known
} SnapshotKeeping;

// Under the runner's lock: of the history as it stands now. What is known of it without the
// document is without roles.
bool snapshot_store_keep(Arena *arena, Target *target, const SnapshotKeeping *keeping, Err *err)
    __attribute__((warn_unused_result));
