// The tables whose rows a plan destroys or writes anew, for a backup of those alone.
// Refuses to guess: what may do more than its words say makes all of it unknown, and then
// everything is backed up. Invariant: a table that is left out keeps its rows, whatever the plan
// does.
#pragma once

#include "check/plan.h"
#include "run/target.h"

typedef struct Affected {
    bool is_known;
    const char *why_not;         // "003 runs UPDATE"; NULL: they are, or nobody asked
    VEC(const char *) relations; // qualified and quoted, with partitions and children
} Affected;

// The plan has its lock plans (lock_planner_plan). Errors: of the connection.
bool affected_find(Arena *arena, const Target *target, const Plan *plan, Affected *ret_affected,
                   Err *err) __attribute__((warn_unused_result));
