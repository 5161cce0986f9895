// What a schema has no more that it had, and that no statement takes: privileges, row security,
// triggers, owners, default privileges, comments, objects that went along with others.
// Refuses to know who did it. Invariant: what was renamed or moved is not lost, as far as both
// snapshots are of one database; of what is gone as a whole its parts are not said again.
#pragma once

#include "catalog/snapshot.h"
#include "check/postflight.h"

typedef struct LostOptions {
    const Meant *meant;
    bool is_by_others; // no run of ours stands between the two: all of it is a warning
} LostOptions;

// A check each, passed ones too.
void lost_judge(Arena *arena, const Snapshot *then, const Snapshot *now, const LostOptions *options,
                CheckList *checks);
// Constraints that are not validated, and invalid indexes. What `then` has too is a warning; of
// what is new NOT VALID is, where a statement says it. `then` may be NULL: not known.
void lost_judge_validity(Arena *arena, const Snapshot *then, const Snapshot *now,
                         const Meant *meant, CheckList *checks);
