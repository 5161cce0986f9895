// How risky a plan is: lines for people, JSON for machines.
// Refuses to judge. Invariant: no level stands without the reasons that say it.
#pragma once

#include "check/risk.h"
#include "io/json.h"
#include "io/terminal.h"

// Of each step that is not low, and of the plan; NULL: nothing is known.
void risk_report_text(Arena *arena, const Terminal *terminal, const Plan *plan, RiskLevel level);
json_t *risk_report_json(const Risk *risk); // {"level", "reasons"}; null of NULL
