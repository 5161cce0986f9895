// The locks that PostgreSQL takes on relations, by their names and strength.
// Refuses to know who takes them. Invariant: the numbers are those of PostgreSQL's lockdefs.h.
#pragma once

#include <stdbool.h>

// Numbered as in PostgreSQL's lockdefs.h.
typedef enum LockMode {
    LOCK_NONE,
    LOCK_ACCESS_SHARE,
    LOCK_ROW_SHARE,
    LOCK_ROW_EXCLUSIVE,
    LOCK_SHARE_UPDATE_EXCLUSIVE,
    LOCK_SHARE,
    LOCK_SHARE_ROW_EXCLUSIVE,
    LOCK_EXCLUSIVE,
    LOCK_ACCESS_EXCLUSIVE,
} LockMode;

typedef enum LockReach {
    REACH_SELF,
    REACH_TREE,       // its partitions and children too; of an index, its table
    REACH_REFERENCED, // those, and the tables that its foreign keys name
} LockReach;

typedef struct TargetLock {
    LockMode mode; // the strongest that the statement takes on it
    LockReach reach;
} TargetLock;

const char *lock_mode_name(LockMode mode);       // "ACCESS EXCLUSIVE"; "none" of LOCK_NONE
const char *lock_mode_in_views(LockMode mode);   // as pg_locks shows it: "AccessExclusiveLock"
LockMode lock_mode_from_views(const char *name); // LOCK_NONE of a name that is none
bool lock_modes_conflict(LockMode one, LockMode other);
bool lock_mode_blocks_reads(LockMode mode);  // a SELECT waits behind it
bool lock_mode_blocks_writes(LockMode mode); // INSERT, UPDATE, DELETE wait behind it
