// The document of a preflight: what stands at its top beside its checks.
// Refuses to judge. Invariant: counts that are not known are null.
#pragma once

#include "check/plan.h"
#include "check/preflight.h"
#include "io/json.h"

typedef struct PreflightReport {
    const Preflight *preflight;
    const Plan *plan;      // NULL: none could be made
    const char *run_id;    // NULL: of the command alone
    const char *command;   // whose run it is
    const char *timestamp; // RFC 3339, UTC
} PreflightReport;

json_t *preflight_report_json(const PreflightReport *report);
