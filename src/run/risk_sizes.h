// How risky a plan is on this very database: its relations' sizes are asked, in one query.
// Refuses to judge (check/risk.h) and to count rows: the planner's estimate is enough. Invariant:
// reads only.
#pragma once

#include "check/risk.h"
#include "run/target.h"

// Into every step's `risk`. The plan has its lock plans (lock_planner_plan).
bool risk_on_target(Arena *arena, const Target *target, Plan *plan, RiskLevel *ret_level, Err *err)
    __attribute__((warn_unused_result));
