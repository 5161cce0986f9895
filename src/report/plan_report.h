// A plan as text for people and as a JSON document.
// Refuses to plan. Invariant: nothing in it was guessed; what is not known is not shown.
#pragma once

#include "check/approval.h"
#include "check/drift.h"
#include "check/evidence.h"
#include "check/plan.h"
#include "check/quarantined.h"
#include "io/json.h"
#include "io/terminal.h"

typedef struct PlanReport {
    const Plan *plan;
    const char *target;         // NULL: no database was asked
    const char *around;         // hooks, maintenance mode, smoke checks; NULL: none
    const char *backup;         // which one `up` or `down` would make first; NULL: not known
    const char *refused;        // why `up` or `down` would refuse now, NULL when it would not
    const char *refused_detail; // what was found, NULL when there is nothing to add
    const char *refused_hint;
    Drift drift;
    const EvidenceVerdict *rehearsal; // NULL: it was not looked at
    const ApprovalVerdict *approval;  // NULL likewise
    bool has_risk;                    // then each step has its own
    RiskLevel risk;
    QuarantinedList quarantine;
    int64_t quarantine_days; // 0: it was not looked at
} PlanReport;

void plan_report_text(Arena *arena, const Terminal *terminal, const PlanReport *report);
json_t *plan_report_json(const PlanReport *report);
