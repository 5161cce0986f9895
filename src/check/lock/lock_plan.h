// The lock plan of one script: what each of its statements locks, as a value.
// Refuses to make it (run/lock_planner.h reads scripts). Invariant: statements stand in order, and
// only those with something to say are there.
#pragma once

#include "base/err.h"
#include "check/lock/effect.h"
#include "check/risk_fact.h"

typedef struct LockedStatement {
    int ordinal; // in the script, BEGIN and COMMIT counted
    int unit;    // of statements, BEGIN and COMMIT not counted, before its transaction
    Position position;
    const char *label;    // "ALTER TABLE"
    bool has_search_path; // a statement before it changed it, or it does
    Effects effects;
} LockedStatement;

typedef struct LockPlan {
    bool is_made; // false: nobody asked, or the script is too long to be held
    VEC(LockedStatement) statements;
    RiskFacts facts; // of all its statements, those that only touch rows too
} LockPlan;
