// The lock plan of a plan's steps, as a table for people and as JSON.
// Refuses to judge. Invariant: only locks that others can wait for are shown, SHARE UPDATE
// EXCLUSIVE and above.
#pragma once

#include "check/plan.h"
#include "io/json.h"
#include "io/terminal.h"

void lock_report_text(Arena *arena, const Terminal *terminal, const Plan *plan);
// Of one step: a list, a statement and relation each; null when it was not made.
json_t *lock_report_json(const LockPlan *locks);
