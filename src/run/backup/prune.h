// What goes from the shelf and from the server by the policy, and its removal.
// Refuses to ask. Invariant: what is shown first is what goes; a backup that an applied migration
// of its database names, or might name where that database could not be asked, stays.
#pragma once

#include "check/retention.h"
#include "run/backup/restore.h"

typedef enum PruneKind {
    PRUNE_BACKUP,
    PRUNE_HALF,     // whose maker is gone
    PRUNE_MANIFEST, // whose bytes are gone
    PRUNE_DATABASE, // that a restore replaced
    PRUNE_BROKEN,   // it stays: a person has to look
} PruneKind;

typedef struct PruneItem {
    PruneKind kind;
    const char *name; // a backup's id, a database, a path
    const char *path; // of a backup or manifest
    int64_t age_ms;   // -1: not known
    int64_t bytes;    // -1: not known
    bool is_kept;
    const char *why;
    const Backup *backup;
} PruneItem;

typedef struct Prune {
    const char *folder;
    VEC(PruneItem) items; // backups oldest first, then the others; they point into the shelf
    int64_t going;        // how many
    int64_t going_bytes;
} Prune;

typedef struct PruneOptions {
    const Shelf *shelf;
    RetentionPolicy policy;
    int64_t now_ms;
    const Target *target;  // NULL: no database could be asked
    VEC(const char *) ids; // only these of the shelf, whatever their age; empty: all by the policy
} PruneOptions;

// Reads only. ERR_CONFIG: an id that is not there; ERR_CHECK: one that must stay.
bool prune_look(Arena *arena, const PruneOptions *options, Prune *ret_prune, Err *err)
    __attribute__((warn_unused_result));
bool prune_carry_out(Arena *arena, const PruneOptions *options, const Prune *prune, Err *err)
    __attribute__((warn_unused_result));
